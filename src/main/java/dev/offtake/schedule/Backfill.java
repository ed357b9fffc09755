package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a gang pass those of its account that came before it and wait for quota, if it does not delay them (Rule 5).
 *
 * <p>When they can start at the earliest follows from the ends that those who hold the quota have declared: no sooner
 * than their GPUs are enough for the smallest of those who wait. Without declared ends that is never, and what is free is
 * kept. A gang that ends by then may take all of it; any other may take what is left of it if what ends by then is enough
 * for all who wait. This is EASY backfilling (Lifka, "The ANL/IBM SP Scheduling System", 1995), counted in quota.
 */
final class Backfill {
    private final Cluster cluster;
    private final Holders holders;
    private final Map<Asked, Optional<Instant>> starts = new HashMap<>();
    private Instant knownAt = Instant.MIN;
    private long knownOf = -1;

    private record Asked(Claimant claimant, long gpus) {}

    private record End(Instant at, int gpus) {}

    Backfill(Cluster cluster, Holders holders) {
        this.cluster = cluster;
        this.holders = holders;
    }

    /**
     * What the gang must leave of an account.
     *
     * @param units that those before it wait for
     * @param least GPUs of the smallest of them
     */
    int kept(Gang gang, Claimant claimant, int units, long least, Instant now) {
        Optional<Instant> start = units == 0 ? Optional.empty() : start(claimant, least, now);
        if (start.isEmpty()) {
            return units;
        }
        Optional<Instant> end = gang.spec().duration().map(now::plus);
        if (end.isPresent() && !end.get().isAfter(start.get())) {
            return 0;
        }
        return Math.max(0, units - freed(claimant, start.get()));
    }

    /**
     * When so many GPUs of an account will be free at the earliest, by the ends that were declared.
     *
     * @return empty for never
     */
    Optional<Instant> start(Claimant claimant, long gpus, Instant now) {
        if (!now.equals(knownAt) || holders.changes() != knownOf) {
            starts.clear();
            knownAt = now;
            knownOf = holders.changes();
        }
        return starts.computeIfAbsent(new Asked(claimant, gpus), asked -> find(claimant, gpus, now));
    }

    private Optional<Instant> find(Claimant claimant, long gpus, Instant now) {
        long free = claimant.tier() == Tier.RESERVED
                ? cluster.committedGpus(claimant.account())
                : cluster.onDemandLimit(claimant.account());
        for (int held : holders.of(claimant).values()) {
            free -= held;
        }
        Instant at = now;
        for (End end : ends(claimant)) {
            if (free >= gpus) {
                break;
            }
            free += end.gpus();
            at = end.at().isAfter(at) ? end.at() : at;
        }
        return free >= gpus ? Optional.of(at) : Optional.empty();
    }

    private List<End> ends(Claimant claimant) {
        return holders.of(claimant).entrySet().stream()
                .flatMap(held -> declaredEnd(held.getKey()).map(at -> new End(at, held.getValue())).stream())
                .sorted(Comparator.comparing(End::at))
                .toList();
    }

    private static Optional<Instant> declaredEnd(Gang gang) {
        return gang.grant().flatMap(Decision.Grant::declaredEnd);
    }

    /** Units that are given back by then, cells that a gang shares with others not counted. */
    private int freed(Claimant claimant, Instant by) {
        int unit = claimant.tier() == Tier.RESERVED ? Math.max(1, cluster.unitGpus(claimant.account())) : 1;
        int units = 0;
        for (Map.Entry<Gang, Integer> held : holders.of(claimant).entrySet()) {
            if (declaredEnd(held.getKey()).filter(end -> !end.isAfter(by)).isPresent()) {
                units += held.getValue() % unit == 0 ? held.getValue() / unit : 0;
            }
        }
        return units;
    }

    /**
     * Gangs that are alike up to this are tried together: a length, in steps of about a tenth of it; -1 if the gang has
     * declared none.
     */
    static int length(GangSpec gang) {
        return gang.duration()
                .map(Duration::toSeconds)
                .map(seconds -> (int) Math.round(Math.log1p((double) Math.max(0, seconds)) * 8))
                .orElse(-1);
    }
}
