package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who of a plan has not left yet. */
final class InTheWay {
    private final Roster roster;
    private final Seating seating;
    private final Lent lent;
    private final Yields yields;

    InTheWay(Roster roster, Seating seating, Lent lent, Yields yields) {
        this.roster = roster;
        this.seating = seating;
        this.lent = lent;
        this.yields = yields;
    }

    /**
     * Who still is where there is no room for a gang beside them, or on what has to be a spare.
     *
     * @param seats who has seats there that hold no pod, and leaves them by itself
     */
    record Left(List<Gang> wholes, List<LeftPart> parts, Set<Gang> seats) {
        boolean nobody() {
            return wholes.isEmpty() && parts.isEmpty() && seats.isEmpty();
        }
    }

    /** Pods of a gang that still are there. */
    record LeftPart(Gang gang, List<String> pods) {
        List<String> notToldYet() {
            return pods.stream().filter(uid -> !SpotPart.isLeaving(gang, uid)).toList();
        }

        /** Others may have gone since the plan was made. */
        boolean canBeSpared() {
            List<String> going = notToldYet();
            long lent = going.stream()
                    .flatMap(uid -> gang.pods().seatOf(uid).stream())
                    .filter(SpotPart::isSpot)
                    .count();
            return gang.phase() == Gang.Phase.ROLLING_BACK
                    || gang.phase() == Gang.Phase.CLOSING
                    || (lent <= SpotPart.spare(gang) && going.size() - lent <= OwnPart.spare(gang));
        }
    }

    /** Seats that others have to leave first. Where a node of one that runs is lost, it has not come for that. */
    Stream<Seat> awaited(Gang gang) {
        boolean runs = gang.runsWithPlan();
        return gang.seats().stream()
                .filter(seat -> seat.isFree()
                        && !gang.hasForSure(seat)
                        && (!runs || seating.nodes().mayCome(gang, seat)));
    }

    Left of(Gang gang, Plan plan) {
        Set<String> inTheWay = new TreeSet<>();
        awaited(gang).map(Seat::node).distinct().forEach(node -> {
            if (seating.nodes().isOverused(node)) {
                inTheWay.add(node);
            }
            inTheWay.addAll(seating.nodes().onSpares(node));
        });
        List<Gang> wholes = new ArrayList<>();
        for (GangId id : plan.victims()) {
            @Nullable Gang victim = roster.get(id);
            boolean isThere = victim != null && (isOnAny(victim, inTheWay) || Yields.isYielding(victim));
            if (victim != null && isThere) {
                wholes.add(victim);
            }
        }
        List<LeftPart> parts = new ArrayList<>();
        Set<Gang> seats = new LinkedHashSet<>();
        for (Plan.Part part : plan.parts()) {
            @Nullable Gang victim = roster.get(part.gang());
            List<String> there = victim == null
                    ? List.of()
                    : part.pods().stream()
                            .filter(uid -> victim.pods()
                                    .seatOf(uid)
                                    .filter(seat -> isToBeLeft(seat, inTheWay))
                                    .isPresent())
                            .toList();
            if (victim != null && !there.isEmpty()) {
                parts.add(new LeftPart(victim, there));
            } else if (victim != null && yields.isLeavingParts(victim, gang)) {
                seats.add(victim);
            }
        }
        inTheWay.forEach(node -> seats.addAll(lent.leaving(node)));
        return new Left(wholes, parts, seats);
    }

    private static boolean isToBeLeft(Seat seat, Set<String> inTheWay) {
        return SpotPart.isSpot(seat) ? inTheWay.contains(seat.node()) : seat.isYielding();
    }

    private boolean isOnAny(Gang victim, Set<String> nodes) {
        for (String node : nodes) {
            if (lent.isOn(victim, node)) {
                return true;
            }
        }
        return false;
    }
}
