package dev.offtake.schedule;

import dev.offtake.placement.Refusal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Who could not be taken back in a search, though what he has is lent.
 *
 * @param unprotected when the first of those who have not run for long enough will have
 * @param late who was to be gone by now
 */
record Spared(Optional<Instant> unprotected, Optional<Late> late) {
    static final Spared NOBODY = new Spared(Optional.empty(), Optional.empty());

    /** A pod that is still there, of those the one that is late for longest. */
    record Late(Instant since, String node, String podUid) implements Comparable<Late> {
        private static final Comparator<Late> ORDER =
                Comparator.comparing(Late::since).thenComparing(Late::node).thenComparing(Late::podUid);

        @Override
        public int compareTo(Late other) {
            return ORDER.compare(this, other);
        }
    }

    /** Those of two searches. */
    Spared and(Spared other) {
        return new Spared(Earliest.of(unprotected, other.unprotected), Earliest.of(late, other.late));
    }

    /** Tells who would have room without what is lent why he has not: until when, or who does not go. */
    Refusal explain(Refusal refusal) {
        if (!refusal.isByLent()) {
            return refusal;
        }
        if (unprotected.isPresent()) {
            return refusal.with(Refusal.LENT_UNTIL, unprotected.get());
        }
        return late.map(pod -> refusal.with(Refusal.LATE_SINCE, pod.since())
                        .with(Refusal.LATE_NODE, pod.node())
                        .with(Refusal.LATE_POD, pod.podUid()))
                .orElse(refusal);
    }
}
