package dev.offtake.operator.metrics;

import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Reason;
import java.time.Duration;
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

    /** Who leaves for no longer, as while pods are made anew or another reason stands in the way, waits on. */
    private static final Duration INTERRUPTION = Duration.ofMinutes(1);

    private final Map<GangId, Wait> waits = new HashMap<>();
    private Optional<Instant> lastLook = Optional.empty();

    /** @param seen when it last did */
    private record Wait(Instant since, Instant seen) {}

    /**
     * Looks at all demand within commitments that waits.
     *
     * @return since when, for each
     */
    Map<GangId, Instant> look(List<GangId> unserved, Pods pods, Instant now) {
        Map<GangId, Instant> result = new HashMap<>();
        for (GangId gang : unserved) {
            Instant since = since(gang, pods, now);
            waits.put(gang, new Wait(since, now));
            result.put(gang, since);
        }
        waits.values().removeIf(wait -> wait.seen().plus(INTERRUPTION).isBefore(now));
        lastLook = Optional.of(now);
        return Map.copyOf(result);
    }

    private Instant since(GangId gang, Pods pods, Instant now) {
        @Nullable Wait known = waits.get(gang);
        boolean interrupted =
                known != null && lastLook.filter(known.seen()::isBefore).isPresent();
        if (known == null || (interrupted && known.seen().plus(INTERRUPTION).isBefore(now))) {
            return begin(pods.waiters(gang), now);
        }
        if (!interrupted) {
            return known.since();
        }
        // Pods that are all new are new demand.
        return pods.waiters(gang)
                .map(Pods.Waiters::oldest)
                .filter(created -> created.isAfter(known.since()) && created.isBefore(now))
                .orElse(known.since());
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
        waits.clear();
        lastLook = Optional.empty();
    }
}
