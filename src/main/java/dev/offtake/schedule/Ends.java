package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** When quota is given back, by the ends that those who hold it have declared. */
final class Ends {
    private final Cluster cluster;
    private final Holders holders;
    private final Map<Claimant, Frees> known = new HashMap<>();
    private Instant knownAt = Instant.MIN;
    private long knownOf = -1;

    private record End(Instant at, int gpus) {}

    /** What is free of an account, and what is given back when, in order. */
    private record Frees(long free, List<End> ends) {}

    Ends(Cluster cluster, Holders holders) {
        this.cluster = cluster;
        this.holders = holders;
    }

    /** One that is over leaves pod by pod: what the first of them leave is not for those who need less. */
    static Optional<Instant> declared(Gang gang) {
        return gang.phase() == Gang.Phase.CLOSING
                ? Optional.of(Instant.EPOCH)
                : gang.grant().flatMap(Decision.Grant::declaredEnd);
    }

    /** When a gang has ended that would start now, or runs; empty for never. */
    static Optional<Instant> of(Gang gang, Instant now) {
        return gang.seats().isEmpty() ? gang.spec().duration().map(now::plus) : declared(gang);
    }

    /** Whether anybody who holds the account has declared an end. */
    boolean anyDeclared(Claimant claimant, Instant now) {
        return !frees(claimant, now).ends().isEmpty();
    }

    /** The first declared end after an instant. */
    Optional<Instant> firstAfter(Claimant claimant, Instant at, Instant now) {
        return frees(claimant, now).ends().stream()
                .map(End::at)
                .filter(at::isBefore)
                .findFirst();
    }

    /**
     * When so many GPUs of an account will be free at the earliest.
     *
     * @return empty for never
     */
    Optional<Instant> start(Claimant claimant, long gpus, Instant now) {
        Frees frees = frees(claimant, now);
        long free = frees.free();
        Instant at = now;
        for (End end : frees.ends()) {
            if (free >= gpus) {
                break;
            }
            free += end.gpus();
            at = end.at().isAfter(at) ? end.at() : at;
        }
        return free >= gpus ? Optional.of(at) : Optional.empty();
    }

    private Frees frees(Claimant claimant, Instant now) {
        if (!now.equals(knownAt) || holders.changes() != knownOf) {
            known.clear();
            knownAt = now;
            knownOf = holders.changes();
        }
        return known.computeIfAbsent(claimant, this::frees);
    }

    private Frees frees(Claimant claimant) {
        long free = claimant.tier() == Tier.RESERVED
                ? cluster.quotas().committedGpus(claimant.account())
                : cluster.quotas().onDemandLimit(claimant.account());
        List<End> ends = new ArrayList<>();
        for (Map.Entry<Gang, Integer> held : holders.of(claimant).entrySet()) {
            free -= held.getValue();
            declared(held.getKey()).ifPresent(at -> ends.add(new End(at, held.getValue())));
        }
        ends.sort(Comparator.comparing(End::at));
        return new Frees(free, ends);
    }

    /** Units that are given back by then, cells that a gang shares with others not counted. */
    int freed(Claimant claimant, Instant by) {
        int unit =
                claimant.tier() == Tier.RESERVED ? Math.max(1, cluster.quotas().unitGpus(claimant.account())) : 1;
        int units = 0;
        for (Map.Entry<Gang, Integer> held : holders.of(claimant).entrySet()) {
            if (declared(held.getKey()).filter(end -> !end.isAfter(by)).isPresent()) {
                units += held.getValue() % unit == 0 ? held.getValue() / unit : 0;
            }
        }
        return units;
    }
}
