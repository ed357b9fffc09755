package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Gives the pods of a placed gang their seats, and gives seats back. */
final class Seating {
    private static final Comparator<PodFacts> BY_INDEX = Comparator.comparingInt(
                    (PodFacts p) -> p.index() < 0 ? Integer.MAX_VALUE : p.index())
            .thenComparing(PodFacts::name)
            .thenComparing(PodFacts::uid);

    private final Cluster cluster;
    private final SeatNodes nodes;
    private final Lent lent;
    private final Holders holders;
    private final Shares shares;

    Seating(Cluster cluster, Lent lent, Holders holders, Shares shares) {
        this.cluster = cluster;
        nodes = new SeatNodes(cluster, holders);
        this.lent = lent;
        this.holders = holders;
        this.shares = shares;
    }

    /** What can be said of the nodes on which seats are. */
    SeatNodes nodes() {
        return nodes;
    }

    /**
     * Seats every waiting pod for which there is a free seat on a node that takes work; a pod with a completion index
     * gets the seat of its number where it is free, so that the order of the index follows the topology. Pods that sit
     * get the claim anew that is another than when they were released.
     */
    List<Decision> seat(Gang gang) {
        List<Decision> releases = new ArrayList<>();
        Optional<Decision.Grant> grant = gang.grant();
        boolean mayCome =
                gang.phase() == Gang.Phase.PLACED || (gang.phase() == Gang.Phase.RECLAIMING && gang.runsWithPlan());
        if (!mayCome || grant.isEmpty()) {
            return releases;
        }
        for (String uid : gang.pods().takeOutdatedClaims()) {
            gang.pods()
                    .seatOf(uid)
                    .ifPresent(seat -> releases.add(new Decision.Claim(gang.id(), uid, onAccount(grant.get(), seat))));
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            List<PodFacts> waiting = new ArrayList<>(gang.pods().unseated(podSet));
            if (waiting.isEmpty()) {
                continue;
            }
            waiting.sort(BY_INDEX);
            List<Seat> seats = gang.seatsOf(podSet.name());
            List<PodFacts> without = new ArrayList<>();
            for (PodFacts pod : waiting) {
                boolean own =
                        pod.index() >= 0 && pod.index() < seats.size() && canSit(gang, seats.get(pod.index()), pod);
                if (own) {
                    releases.add(sit(gang, grant.get(), pod, seats.get(pod.index())));
                } else {
                    without.add(pod);
                }
            }
            int next = 0;
            for (PodFacts pod : without) {
                while (next < seats.size() && !canSit(gang, seats.get(next), pod)) {
                    next++;
                }
                if (next < seats.size()) {
                    releases.add(sit(gang, grant.get(), pod, seats.get(next)));
                }
            }
        }
        return releases;
    }

    private static Decision.Release sit(Gang gang, Decision.Grant grant, PodFacts pod, Seat seat) {
        gang.pods().sit(pod.uid(), seat);
        return new Decision.Release(gang.id(), pod.uid(), pod.name(), seat.node(), onAccount(grant, seat));
    }

    /** On whose account a pod of the gang runs that sits there. */
    static Decision.Grant onAccount(Decision.Grant grant, Seat seat) {
        return new Decision.Grant(grant.commitment(), seat.claimant().tier(), seat.since(), grant.declaredEnd());
    }

    private boolean canSit(Gang gang, Seat seat, PodFacts pod) {
        return seat.isFree()
                && !nodes.isLost(gang, seat)
                && !seat.isYielding()
                && seat.shape().equals(pod.shape())
                && gang.hasForSure(seat);
    }

    /** Whether there are more waiting pods than free seats on nodes that take work. */
    boolean lacksSeats(Gang gang) {
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int lacking = gang.pods().countUnseated(podSet);
            for (Seat seat : gang.seats()) {
                lacking -= seat.podSet().equals(podSet.name()) && seat.isFree() && !nodes.isLost(gang, seat) ? 1 : 0;
            }
            if (lacking > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether what is in use as the claimant's is within what it may have. */
    boolean isWithinQuota(Claimant claimant) {
        return cluster.quotas().isWithinQuota(claimant);
    }

    /** The same name, as the one object that is kept of it. */
    String sharedName(String node) {
        return cluster.fleet().node(node).map(state -> state.facts().name()).orElse(node);
    }

    /** Counts a seat of the gang, the last in its order. */
    void add(Gang gang, Seat seat) {
        gang.seats().add(seat);
        count(gang, seat, 1);
    }

    /** The gang has seats that placement has counted. */
    void found(Gang gang, List<Seat> seats) {
        gang.seats().addAll(seats);
        seats.forEach(seat -> counted(gang, seat, 1));
    }

    /** The gang has another seat in place of one that it leaves; placement has counted it. */
    void move(Gang gang, Seat from, Seat to) {
        gang.seats().set(gang.seats().indexOf(from), to);
        counted(gang, to, 1);
        gang.leaving().add(from);
    }

    /** Others are to leave the gang a seat that it has; placement has counted it, and no longer what it was. */
    void replace(Gang gang, Seat from, Seat to) {
        gang.seats().set(gang.seats().indexOf(from), to);
        counted(gang, to, 1);
    }

    /** A seat that was lent to the gang is its own where it is; placement has counted that. */
    void claimed(Gang gang, Seat lent, Claimant claimant) {
        counted(gang, lent, -1);
        // What is its own it has by the right by which it runs.
        Instant since = gang.grant().map(Decision.Grant::since).orElse(lent.since());
        counted(gang, exchange(gang, lent, claimant, since), 1);
    }

    /** A seat that is lent to the gang is lent on another account. */
    void lend(Gang gang, Seat lent, Claimant claimant) {
        if (!lent.claimant().equals(claimant)) {
            count(gang, lent, -1);
            count(gang, exchange(gang, lent, claimant, lent.since()), 1);
        }
    }

    private static Seat exchange(Gang gang, Seat before, Claimant claimant, Instant since) {
        Seat seat = new Seat(before.podSet(), claimant, before.shape(), before.node(), since);
        gang.exchange(before, seat);
        return seat;
    }

    void giveBack(Gang gang, Seat seat) {
        gang.seats().remove(seat);
        count(gang, seat, -1);
    }

    /** Counts pods of a seat, or takes them off. */
    void count(Gang gang, Seat seat, int pods) {
        cluster.seat(seat.node(), seat.counted(), seat.shape(), pods);
        counted(gang, seat, pods);
    }

    /** The gang is to leave these seats for another ({@link Yields}), and placement has counted them as lent. */
    void yielded(Gang gang, List<Seat> seats) {
        for (Seat seat : seats) {
            counted(gang, seat, -1);
            seat.yielding(true);
            counted(gang, seat, 1);
        }
    }

    /** The gang is to leave these seats for another, or keeps them after all. */
    void yielding(Gang gang, List<Seat> seats, boolean next) {
        for (Seat seat : seats) {
            count(gang, seat, -1);
            seat.yielding(next);
            count(gang, seat, 1);
        }
    }

    private void counted(Gang gang, Seat seat, int pods) {
        lent.count(gang, seat, pods);
        holders.count(gang, seat, pods);
        shares.count(gang, seat, pods);
    }

    /** The gang asks for something else, maybe for another sub-tenant. */
    void respecify(Gang gang, GangSpec spec) {
        List<Seat> seats =
                Stream.concat(gang.seats().stream(), gang.leaving().stream()).toList();
        seats.forEach(seat -> shares.count(gang, seat, -1));
        gang.respecify(spec);
        seats.forEach(seat -> shares.count(gang, seat, 1));
    }

    /** Gives back all seats that hold no pod. */
    void giveBackFree(Gang gang) {
        giveBackLeft(gang);
        for (Seat seat : List.copyOf(gang.seats())) {
            if (seat.isFree()) {
                giveBack(gang, seat);
            }
        }
    }

    /** Gives back the seats that the gang has left; answers whether there were any. */
    boolean giveBackLeft(Gang gang) {
        List<Seat> left = List.copyOf(gang.leaving());
        gang.leaving().clear();
        left.forEach(seat -> count(gang, seat, -1));
        return !left.isEmpty();
    }

    /** Gives back the seats that the gang has left, but for those that a restart would find in its durable record. */
    void giveBackUnrecorded(Gang gang) {
        List<Seat> kept = new ArrayList<>(gang.seats());
        for (Seat left : List.copyOf(gang.leaving())) {
            if (countLike(left, gang.durable()) > countLike(left, kept)) {
                kept.add(left);
            } else {
                gang.leaving().remove(left);
                count(gang, left, -1);
            }
        }
    }

    private static long countLike(Seat seat, List<Seat> seats) {
        return seats.stream()
                .filter(other ->
                        other.podSet().equals(seat.podSet()) && other.node().equals(seat.node()))
                .count();
    }

    /**
     * Takes free seats beyond the size of the gang off it, the last ones first. They are given back when that is
     * recorded: after a crash before it they would be the gang's again.
     */
    void leaveSurplus(Gang gang) {
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            List<Seat> seats = gang.seatsOf(podSet.name());
            int surplus = seats.size() - podSet.count();
            for (int i = seats.size() - 1; i >= 0 && surplus > 0; i--) {
                if (seats.get(i).isFree()) {
                    gang.seats().remove(seats.get(i));
                    gang.leaving().add(seats.get(i));
                    surplus--;
                }
            }
        }
    }

    /**
     * Takes free seats that are lent to the gang off it where others came onto the node, or made it a spare. They are given
     * back when that is recorded; until then nobody else counts on them, and no pod of the gang is sent to them.
     */
    void leaveOverused(Gang gang) {
        Set<String> borrowed = new LinkedHashSet<>();
        for (Seat seat : gang.seats()) {
            if (SpotPart.isSpot(seat) && seat.isFree()) {
                borrowed.add(seat.node());
            }
        }
        List<Seat> dispensable = borrowed.stream()
                .filter(node -> nodes.isOverused(node) || nodes.onSpares(node).contains(node))
                .flatMap(node -> SpotPart.dispensable(gang, node).stream())
                .toList();
        if (!dispensable.isEmpty()) {
            gang.seats().removeAll(dispensable);
            gang.leaving().addAll(dispensable);
        }
    }

    /**
     * Takes free seats off the gang that it is to leave for another; answers whether there are any. They are given back
     * when that is recorded.
     */
    boolean leaveYielded(Gang gang) {
        List<Seat> left = gang.seats().stream()
                .filter(seat -> seat.isYielding() && seat.isFree())
                .toList();
        gang.leaving().addAll(left);
        return gang.seats().removeAll(left);
    }

    /**
     * Takes free seats off a gang with a plan that others did not leave to it, and gives it those again that it left for
     * them; also on nodes that take no work now, as others may still be there when they do. They are given back when that
     * is recorded. Which it left is not known any more after a restart: it keeps what it needs of them as lost.
     */
    void fallBack(Gang gang) {
        List<Seat> without = gang.seats().stream()
                .filter(seat -> seat.isFree() && !gang.hasForSure(seat))
                .filter(seat -> nodes.isBlocked(seat.node()) || !nodes.isThere(seat.node()))
                .toList();
        for (Seat seat : without) {
            Optional<Seat> before = gang.leaving().stream()
                    .filter(left -> left.podSet().equals(seat.podSet())
                            && left.claimant().equals(seat.claimant())
                            && gang.hasForSure(left))
                    .findFirst();
            if (before.isPresent()) {
                gang.leaving().remove(before.get());
                gang.seats().set(gang.seats().indexOf(seat), before.get());
                gang.leaving().add(seat);
            } else if (isNeeded(gang, seat)) {
                seat.deny();
            } else {
                gang.seats().remove(seat);
                gang.leaving().add(seat);
            }
        }
    }

    private static boolean isNeeded(Gang gang, Seat seat) {
        return gang.spec()
                .podSet(seat.podSet())
                .filter(podSet -> gang.seats(podSet.name()) <= podSet.minCount())
                .isPresent();
    }
}
