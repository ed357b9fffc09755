package dev.offtake.operator.act;

import dev.offtake.operator.observe.PodLayout;
import java.time.Instant;

/**
 * A pod as it is addressed in writes.
 *
 * @param createdAt decides when a waiting pod gets its condition
 */
public record PodRef(String namespace, String name, String uid, PodLayout layout, Instant createdAt) {}
