package dev.offtake.schedule;

import dev.offtake.placement.Evictables;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The seats of work that can be evicted, by node, and what evicting it would destroy. */
final class Lent {
    /** What each eviction costs beside lost work, per GPU: another place, images, warming up. */
    static final Duration OVERHEAD = Duration.ofMinutes(10);

    private final Map<String, Map<Gang, Integer>> byNode = new HashMap<>();
    private final Map<Gang, Evictee> known = new HashMap<>();
    private Instant knownAt = Instant.MIN;
    private Optional<Instant> nextUnprotected = Optional.empty();

    /** A gang as a search sees it. */
    private record Evictee(Gang gang, double cost, Map<String, Map<Shape, Integer>> seats)
            implements Evictables.Victim {
        @Override
        public Collection<String> nodes() {
            return seats.keySet();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return seats.getOrDefault(node, Map.of());
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A gang has a seat more on a node, or fewer where negative. */
    void count(Gang gang, Seat seat, int seats) {
        if (seat.claimant().tier() == Tier.SPOT) {
            Map<Gang, Integer> there =
                    byNode.computeIfAbsent(seat.node(), n -> new TreeMap<>(Comparator.comparing(Gang::id)));
            if (there.merge(gang, seats, Integer::sum) == 0) {
                there.remove(gang);
            }
            if (there.isEmpty()) {
                byNode.remove(seat.node());
            }
            known.remove(gang);
        }
    }

    /** Whether a gang has seats there that can be evicted. */
    boolean isOn(Gang gang, String node) {
        return byNode.getOrDefault(node, Map.of()).containsKey(gang);
    }

    /**
     * Who may be evicted now.
     *
     * @param minRuntime for so long nobody is
     * @param reported whether also work that others place, and that nobody evicts in truth
     */
    Evictables evictables(Duration minRuntime, Instant now, boolean reported) {
        if (byNode.isEmpty()) {
            return Evictables.NONE;
        }
        if (!now.equals(knownAt)) {
            known.clear();
            knownAt = now;
        }
        return node -> {
            List<Evictee> victims = new ArrayList<>();
            for (Gang gang : byNode.getOrDefault(node, Map.of()).keySet()) {
                if ((reported || !gang.isReported()) && isEvictable(gang, minRuntime, now)) {
                    victims.add(known.computeIfAbsent(gang, g -> evictee(g, now)));
                }
            }
            return victims;
        };
    }

    private boolean isEvictable(Gang gang, Duration minRuntime, Instant now) {
        if (isLeaving(gang)) {
            return !gang.isStuck();
        }
        Instant since = gang.grant().map(Decision.Grant::since).orElse(Instant.EPOCH);
        Instant until = since.plus(minRuntime);
        if (now.isBefore(until)) {
            nextUnprotected = Optional.of(nextUnprotected.filter(until::isAfter).orElse(until));
            return false;
        }
        return true;
    }

    private static boolean isLeaving(Gang gang) {
        return gang.phase() == Gang.Phase.ROLLING_BACK || gang.phase() == Gang.Phase.CLOSING;
    }

    private static Evictee evictee(Gang gang, Instant now) {
        Map<String, Map<Shape, Integer>> seats = new TreeMap<>();
        int gpus = 0;
        for (Seat seat : gang.seats()) {
            if (seat.claimant().tier() == Tier.SPOT) {
                seats.computeIfAbsent(seat.node(), n -> new HashMap<>()).merge(seat.shape(), 1, Integer::sum);
            }
            gpus += seat.shape().gpus();
        }
        double cost = isLeaving(gang) ? 0 : gpus * secondsLost(gang, now);
        return new Evictee(gang, cost, Collections.unmodifiableMap(seats));
    }

    /** What each GPU of a gang loses if it is evicted now: Rule 4. */
    private static double secondsLost(Gang gang, Instant now) {
        Instant since = gang.grant().map(Decision.Grant::since).orElse(now);
        double run = Math.max(0, Duration.between(since, now).toMillis() / 1e3);
        Optional<Checkpoint> checkpoint = gang.spec().checkpoint();
        double lost = checkpoint
                .map(c ->
                        run % (c.interval().toMillis() / 1e3) + c.restartCost().toMillis() / 1e3)
                .orElse(run);
        return lost + OVERHEAD.toSeconds();
    }

    /** The gang behind a victim of a search. */
    static Gang gang(Evictables.Victim victim) {
        return ((Evictee) victim).gang();
    }

    /** When the first of those who were protected will be no longer; forgotten by asking. */
    Optional<Instant> takeNextUnprotected() {
        Optional<Instant> next = nextUnprotected;
        nextUnprotected = Optional.empty();
        return next;
    }
}
