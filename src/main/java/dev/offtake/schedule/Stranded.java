package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gangs that run with too few of their seats, because nodes are lost and there is no other seat beside those that are
 * left. After a while they go as a whole, if there is a place for all of them (I2): they are taken back, and wait again
 * with their age. Only what comes back by itself is, and nothing of it is charged as a failure.
 */
final class Stranded {
    /** So long after one look the next follows, if anything has happened since: what time alone changes is told as a change. */
    static final Duration AGAIN = Duration.ofMinutes(5);

    private final Cluster cluster;
    private final Placer placer;
    private final Beside beside;
    private final Repair repair;
    private final Seating seating;
    private final Roster roster;
    private final Line line;
    private final Backfill backfill;
    private final Map<GangId, Watch> watched = new TreeMap<>();
    /** The number of what happened last of which they know. */
    private long known;

    private Duration patience = WaitRules.DEFAULT.startOverAfter();

    /** When one of them is looked at next, if there are news of it by then. */
    private static final class Watch {
        private Instant next;
        private boolean hasNews = true;

        Watch(Instant first) {
            next = first;
        }

        /** Without news the looks until then were left out; the next is when it would be with them. */
        void hear(boolean news, Instant now) {
            if (!hasNews && next.isBefore(now)) {
                long missed = Duration.between(next, now).minusNanos(1).dividedBy(AGAIN) + 1;
                next = next.plus(AGAIN.multipliedBy(missed));
            }
            hasNews |= news;
        }

        /** Whether to look now. */
        boolean takeTurn(Instant now) {
            if (now.isBefore(next)) {
                return false;
            }
            boolean isDue = hasNews;
            hasNews = false;
            next = now.plus(AGAIN);
            return isDue;
        }
    }

    Stranded(
            Cluster cluster,
            Placer placer,
            Beside beside,
            Repair repair,
            Seating seating,
            Roster roster,
            Line line,
            Backfill backfill) {
        this.cluster = cluster;
        this.placer = placer;
        this.beside = beside;
        this.repair = repair;
        this.seating = seating;
        this.roster = roster;
        this.line = line;
        this.backfill = backfill;
    }

    /**
     * So long a gang waits for its nodes to come back, from the next that loses some on.
     *
     * @param duration zero for ever
     */
    void startOverAfter(Duration duration) {
        patience = duration;
    }

    /**
     * Something has happened by which one of them may have a place, or nothing.
     *
     * @param news another number than before if something has
     */
    void hear(long news, Instant now) {
        watched.values().forEach(watch -> watch.hear(news != known, now));
        known = news;
    }

    /**
     * Takes those back whose time has come.
     *
     * @param hungry gangs to which something happened, and which may have lost seats
     */
    void check(List<Gang> hungry, Instant now, List<Decision> decisions) {
        if (patience.isZero()) {
            watched.clear();
            return;
        }
        for (Gang gang : hungry) {
            if (isStranded(gang)) {
                watched.putIfAbsent(gang.id(), new Watch(now.plus(patience)));
            }
        }
        for (Map.Entry<GangId, Watch> of : List.copyOf(watched.entrySet())) {
            Optional<Gang> gang = roster.find(of.getKey()).filter(this::isStranded);
            if (gang.isEmpty()) {
                watched.remove(of.getKey());
            } else if (of.getValue().takeTurn(now) && hasPlaceElsewhere(gang.get(), now)) {
                watched.remove(of.getKey());
                startOver(gang.get(), decisions);
            }
        }
    }

    private boolean isStranded(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && gang.spec().comesBack()
                && !gang.id().isLonePod()
                && gang.pods().isAnyPlaced()
                && gang.seats().stream().noneMatch(Seat::isYielding)
                && repair.wantsRepair(gang)
                && gang.spec().podSets().stream().anyMatch(podSet -> staying(gang, podSet) < least(gang, podSet));
    }

    private long staying(Gang gang, GangSpec.PodSet podSet) {
        return gang.seatsOf(podSet.name()).stream()
                .filter(seat -> !seating.nodes().isLost(gang, seat))
                .count();
    }

    private static int least(Gang gang, GangSpec.PodSet podSet) {
        return SpotPart.isElastic(gang.spec()) ? podSet.minCount() : gang.seats(podSet.name());
    }

    /**
     * Whether all of the gang that has to be together would have a place on its account if it were not there, and nobody
     * who would go before it had it instead.
     */
    private boolean hasPlaceElsewhere(Gang gang, Instant now) {
        List<Seat> own = List.copyOf(gang.seats());
        GangSpec.PodSet first = gang.spec().podSets().get(0);
        GangDemand demand = SpotPart.isElastic(gang.spec())
                ? Demands.more(gang, first, first.minCount())
                : Demands.again(gang, own);
        Decision.Grant grant = gang.grant().orElseThrow();
        Claimant claimant = new Claimant(grant.commitment().toString(), grant.tier());
        Optional<Position> there = Optional.of(line.waiting().positionOf(gang));
        // It is counted as gone, so that it stands in nobody's way.
        Keep keep = backfill.hold(gang, claimant, there, now).keep().without(occupant -> occupant.holder() == gang);
        Terms account = new Terms(claimant, keep, beside.others(gang, claimant, now));
        long freed = cluster.freed();
        own.forEach(seat -> seating.count(gang, seat, -1));
        Outcome outcome = placer.place(demand, List.of(account), false);
        if (outcome instanceof Outcome.Placed placed) {
            placer.takeBack(demand, placed);
        }
        own.forEach(seat -> seating.count(gang, seat, 1));
        cluster.nothingFreedSince(freed);
        return outcome instanceof Outcome.Placed;
    }

    private void startOver(Gang gang, List<Decision> decisions) {
        List<Seat> lost = gang.seats().stream()
                .filter(seat -> seating.nodes().isLost(gang, seat))
                .toList();
        Reason reason = Reason.of(
                Reason.Code.NODES_LOST,
                "lost",
                String.valueOf(lost.size()),
                "pods",
                String.valueOf(gang.seats().size()),
                "node",
                lost.get(0).node());
        gang.refusedSince(Optional.empty());
        gang.goesBy(Optional.empty());
        gang.enter(Gang.Phase.ROLLING_BACK);
        gang.tell(reason);
        line.touch(gang);
        decisions.add(new Decision.StartOver(gang.id(), reason));
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return watched.values().stream()
                .filter(watch -> watch.hasNews)
                .map(watch -> watch.next)
                .min(Instant::compareTo);
    }
}
