package dev.offtake.operator.metrics;

import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Reason;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Since when demand within a commitment waits. That is when its pods were created, which a restart does not change, or,
 * if the demand stood beyond the commitment then, when it came to stand within it: between two looks, or, for what a
 * process finds at its first look, by the reason that its pods carry.
 */
final class WaitClock {
    /** What a gang says that waits within a commitment; with any other it began to do so later. */
    private static final Set<String> WITHIN = Stream.of(
                    Reason.Code.INSUFFICIENT_GPUS,
                    Reason.Code.INSUFFICIENT_WHOLE_CELLS,
                    Reason.Code.INSUFFICIENT_RESOURCES,
                    Reason.Code.NEVER_FITS,
                    Reason.Code.NO_POOL_OF_CLASS,
                    Reason.Code.RECLAIMING,
                    Reason.Code.SEATS_TAKEN,
                    Reason.Code.BEHIND_IN_QUEUE)
            .map(Reason.Code::spelled)
            .collect(Collectors.toUnmodifiableSet());

    private Map<GangId, Instant> since = new HashMap<>();
    private Optional<Instant> lastLook = Optional.empty();

    /**
     * Looks at all demand within commitments that waits.
     *
     * @return since when, for each
     */
    Map<GangId, Instant> look(List<GangId> unserved, Pods pods, Instant now) {
        Map<GangId, Instant> next = new HashMap<>();
        for (GangId gang : unserved) {
            @Nullable Instant known = since.get(gang);
            next.put(gang, known == null ? begin(pods.waiters(gang), now) : known);
        }
        since = next;
        lastLook = Optional.of(now);
        return Map.copyOf(next);
    }

    private Instant begin(Optional<Pods.Waiters> waiters, Instant now) {
        if (waiters.isEmpty()) {
            return now;
        }
        Instant created = waiters.get().oldest();
        boolean within = lastLook.isPresent()
                ? created.isAfter(lastLook.get())
                : waiters.get().told().map(WITHIN::contains).orElse(true);
        return within && created.isBefore(now) ? created : now;
    }

    /** Forgets all: somebody else decides. */
    void stop() {
        since = Map.of();
        lastLook = Optional.empty();
    }
}
