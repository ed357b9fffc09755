package dev.offtake.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.offtake.api.Claim;
import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.contract.CommitmentId;
import dev.offtake.schedule.Decision;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a released pod carries to say on whose account it runs. */
public final class Claims {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private Claims() {}

    /** The claim of a pod; empty for a pod that was not released or whose claim cannot be read. */
    public static Optional<Claim> of(Pod pod) {
        @Nullable
        String text = NodeFilters.orEmpty(pod.getMetadata().getAnnotations()).get(OfftakeAnnotations.CLAIM);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Claim claim = JSON.readValue(text, Claim.class);
            return isComplete(claim) ? Optional.of(claim) : Optional.empty();
        } catch (JsonProcessingException unreadable) {
            return Optional.empty();
        }
    }

    /** Jackson leaves null what the text does not have. */
    private static boolean isComplete(@Nullable Claim claim) {
        return claim != null
                && claim.contract() != null
                && claim.commitment() != null
                && claim.tier() != null
                && claim.since() != null;
    }

    static boolean has(Pod pod) {
        return NodeFilters.orEmpty(pod.getMetadata().getAnnotations()).containsKey(OfftakeAnnotations.CLAIM);
    }

    /** The value of the annotation {@link OfftakeAnnotations#CLAIM}. */
    public static String json(Claim claim) {
        try {
            return JSON.writeValueAsString(claim);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static Claim of(Decision.Grant grant) {
        return new Claim(
                grant.commitment().contract(), grant.commitment().commitment(), Tiers.api(grant.tier()), grant.since());
    }

    /** The grant behind a claim; its declared end is not in a claim, it is that of the gang's record. */
    public static Decision.Grant grant(Claim claim) {
        return new Decision.Grant(
                new CommitmentId(claim.contract(), claim.commitment()),
                Tiers.core(claim.tier()),
                claim.since(),
                Optional.empty());
    }
}
