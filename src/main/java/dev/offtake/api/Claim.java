package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;

/**
 * On what a released pod runs; the value of the annotation {@link OfftakeAnnotations#CLAIM}, as JSON. Together with the
 * pod's pin it is enough to rebuild the state.
 *
 * @param since when the placement was decided
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Claim(String contract, String commitment, Tier tier, Instant since) {}
