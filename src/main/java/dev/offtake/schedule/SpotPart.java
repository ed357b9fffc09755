package dev.offtake.schedule;

import dev.offtake.placement.Tier;
import java.util.List;

/**
 * What of a gang runs as Spot, and how much of that it can do without. A gang with a firm part has no right to more than
 * that, so all of its Spot seats may go one by one; one that is Spot as a whole is elastic down to its least.
 */
final class SpotPart {
    private SpotPart() {}

    /** Whether its place may be lent to it. */
    static boolean accepts(GangSpec spec) {
        return spec.tiers().contains(Tier.SPOT);
    }

    static boolean isSpot(Seat seat) {
        return seat.claimant().tier() == Tier.SPOT;
    }

    /** Whether a seat is counted as one that can be evicted: for others, or for who has taken it over. */
    static boolean isCountedAsSpot(Seat seat) {
        return seat.counted().tier() == Tier.SPOT;
    }

    /** Whether it has seats that nobody may take back. */
    static boolean isFirm(Gang gang) {
        return runsOnItsOwn(gang) && gang.seats().stream().anyMatch(seat -> !isSpot(seat));
    }

    /** Whether it has such seats by its durable record, too: after a crash it would have those. A first one has none yet. */
    private static boolean isFirmForSure(Gang gang) {
        return isFirm(gang)
                && (gang.durable().isEmpty() || gang.durable().stream().anyMatch(seat -> !isSpot(seat)));
    }

    private static boolean runsOnItsOwn(Gang gang) {
        return gang.grant().filter(grant -> grant.tier() != Tier.SPOT).isPresent();
    }

    /** Whether its count may change pod by pod while it runs. Slices are of use only as a whole. */
    static boolean isElastic(GangSpec spec) {
        GangSpec.PodSet first = spec.podSets().get(0);
        return spec.podSets().size() == 1
                && first.minCount() < first.count()
                && first.slice().isEmpty();
    }

    /** Whether seats beyond those on its own account may be lent to it: only if they can be taken back one by one. */
    static boolean mayBorrow(Gang gang) {
        GangSpec spec = gang.spec();
        boolean acceptsMore = runsOnItsOwn(gang) && spec.tiers().contains(Tier.SPOT) && isElastic(spec);
        return acceptsMore
                && spec.sparesPods()
                && gang.seats().stream().filter(seat -> !isSpot(seat)).count()
                        >= spec.podSets().get(0).minCount();
    }

    /** Whether it would borrow more if its pods could be taken back one by one. */
    static boolean borrowsNothingAsPodsCannotBeSpared(Gang gang) {
        return !gang.spec().sparesPods()
                && isElastic(gang.spec())
                && gang.spec().tiers().contains(Tier.SPOT)
                && runsOnItsOwn(gang);
    }

    /** Whether {@link #goesInParts} may be true, in one step. */
    static boolean mayGoInParts(Gang gang) {
        return gang.spec().sparesPods() || runsOnItsOwn(gang);
    }

    /** Whether it is above its least, and pods of it can be taken back one by one. */
    static boolean goesInParts(Gang gang) {
        boolean runs = gang.phase() == Gang.Phase.PLACED || gang.phase() == Gang.Phase.RECORDING;
        return runs
                && (isFirmForSure(gang)
                        || (isElastic(gang.spec()) && gang.spec().sparesPods() && staying(gang) >= least(gang)));
    }

    /** How many pods of it may be taken back one by one. */
    static int spare(Gang gang) {
        return isFirmForSure(gang) ? gang.seats().size() : Math.max(0, staying(gang) - least(gang));
    }

    private static int least(Gang gang) {
        return gang.spec().podSets().get(0).minCount();
    }

    /** Pods on seats that are not about to leave them. */
    private static int staying(Gang gang) {
        return (int) gang.seats().stream()
                .filter(seat ->
                        seat.podUid().filter(uid -> !isLeaving(gang, uid)).isPresent())
                .count();
    }

    static boolean isLeaving(Gang gang, String podUid) {
        return gang.departures().isGoing(podUid) || gang.pods().isTerminating(podUid);
    }

    /** Whether a seat has nobody to lose any more. */
    static boolean isBeingLeft(Gang gang, Seat seat) {
        return seat.podUid().map(uid -> isLeaving(gang, uid)).orElse(true);
    }

    /** Free seats lent to the gang on a node, which it can do without. */
    static List<Seat> dispensable(Gang gang, String node) {
        return goesInParts(gang)
                ? gang.seats().stream()
                        .filter(seat -> seat.node().equals(node) && isSpot(seat) && seat.isFree())
                        .toList()
                : List.of();
    }
}
