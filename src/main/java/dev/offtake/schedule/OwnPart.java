package dev.offtake.schedule;

import java.util.List;

/**
 * What of an elastic gang runs on its own account, and how much of that it can do without. It keeps its least of that
 * whatever is lent to it beside, as it has no right to what is lent.
 */
final class OwnPart {
    private OwnPart() {}

    /** How many pods that are not lent may be taken back one by one. */
    static int spare(Gang gang) {
        boolean runs = gang.phase() == Gang.Phase.PLACED || gang.phase() == Gang.Phase.RECORDING;
        boolean goesInParts =
                runs && SpotPart.isElastic(gang.spec()) && gang.spec().sparesPods();
        return goesInParts ? Math.max(0, staying(gang).size() - least(gang)) : 0;
    }

    /** How many pods it needs. */
    static int least(Gang gang) {
        return gang.spec().podSets().get(0).minCount();
    }

    /** Seats that are not lent, with pods that are not about to leave them. */
    static List<Seat> staying(Gang gang) {
        return gang.seats().stream()
                .filter(seat -> !SpotPart.isSpot(seat) && !SpotPart.isBeingLeft(gang, seat))
                .toList();
    }
}
