package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who has to go for a place beside those who are on its nodes: where it takes an idle node of a cell of which as
 * many are in use as it may give, work on another one goes, or it would stay on a spare.
 */
final class SpareVictims {
    private final PoolState pool;
    private final NodesInUse inUse;
    private final NodeVictims nodeVictims;
    /** By node: who has to go so that it is idle, where none of them goes in any case; empty if not all of them may. */
    private final Map<Integer, Optional<List<Evictables.Victim>>> known = new HashMap<>();

    private boolean missed;

    SpareVictims(PoolState pool, Right right, NodeVictims nodeVictims) {
        this.pool = pool;
        this.nodeVictims = nodeVictims;
        inUse = new NodesInUse(pool, right);
    }

    /** Whether there was a place for which not enough of those may go who stand beside it. */
    boolean hasMissed() {
        return missed;
    }

    /**
     * The same place with all who have to go for it; null if they may not.
     *
     * @param outermost no cells are looked at that are larger than those of this depth
     * @param going who goes in any case
     */
    Descent.@Nullable Pick complete(
            Descent.@Nullable Pick pick, Shape shape, int outermost, Set<Evictables.Victim> going) {
        Set<Integer> place = pick == null ? Set.of() : pick.pods().keySet();
        if (pick == null || !inUse.mayOveruse(place, outermost)) {
            return pick;
        }
        Set<Evictables.Victim> all = new LinkedHashSet<>(going);
        all.addAll(pick.victims());
        Set<Evictables.Victim> more = beside(charged(place, shape), outermost, all);
        if (more == null || more.isEmpty()) {
            return more == null ? null : pick;
        }
        Set<Evictables.Victim> victims = new LinkedHashSet<>(pick.victims());
        victims.addAll(more);
        return new Descent.Pick(pick.cost() + Descent.cost(more), pick.pods(), victims);
    }

    /** Nodes of a place that are in use by it: what takes no GPU and next to nothing else uses none. */
    private Set<Integer> charged(Set<Integer> place, Shape shape) {
        if (shape.gpus() > 0) {
            return place;
        }
        Set<Integer> charged = new LinkedHashSet<>(place);
        charged.removeIf(n -> pool.charge(n, shape) == 0);
        return charged;
    }

    /** Who has to go beside those who go in any case; null if they may not. The place is not in the state. */
    @Nullable
    Set<Evictables.Victim> beside(Set<Integer> place, int outermost, Set<Evictables.Victim> going) {
        Set<Evictables.Victim> all = new LinkedHashSet<>(going);
        Set<Evictables.Victim> more = new LinkedHashSet<>();
        for (Fits.Domain cell = overused(place, outermost, all); cell != null; cell = overused(place, outermost, all)) {
            List<Evictables.Victim> next = cheapest(cell, place, all);
            if (next.isEmpty()) {
                missed = true;
                return null;
            }
            more.addAll(next);
            all.addAll(next);
        }
        if (more.size() > 1) {
            keepUnneeded(place, outermost, more, all);
        }
        return more;
    }

    private Fits.@Nullable Domain overused(Set<Integer> place, int outermost, Set<Evictables.Victim> going) {
        return inUse.overused(place, outermost, n -> nodeVictims.staysLent(n, going));
    }

    /** Who has to go from the node of a cell on which least is lost; nobody if there is none that may be cleared. */
    private List<Evictables.Victim> cheapest(Fits.Domain cell, Set<Integer> place, Set<Evictables.Victim> going) {
        List<Evictables.Victim> best = new ArrayList<>();
        double[] least = {Double.POSITIVE_INFINITY};
        pool.supply().forEachNode(cell.depth(), cell.cell(), n -> {
            if (NodesInUse.isOnlyLent(pool, n) && !place.contains(n) && !inUse.isInBound(cell.depth(), n, place)) {
                List<Evictables.Victim> victims = toEmpty(n, going);
                double cost = Descent.cost(victims);
                if (!victims.isEmpty() && cost < least[0]) {
                    least[0] = cost;
                    best.clear();
                    best.addAll(victims);
                }
            }
        });
        return best;
    }

    private List<Evictables.Victim> toEmpty(int n, Set<Evictables.Victim> going) {
        Optional<List<Evictables.Victim>> victims = nodeVictims.areAnyGoing(n, going)
                ? Optional.ofNullable(nodeVictims.toEmpty(n, going))
                : known.computeIfAbsent(n, node -> Optional.ofNullable(nodeVictims.toEmpty(node, Set.of())));
        return victims.orElse(List.of());
    }

    /** Who was chosen first may be on nodes which those leave who were chosen last; the dearest stay first. */
    private void keepUnneeded(
            Set<Integer> place, int outermost, Set<Evictables.Victim> more, Set<Evictables.Victim> all) {
        List<Evictables.Victim> dearestFirst = new ArrayList<>(more);
        dearestFirst.removeIf(victim -> victim.cost() == 0);
        dearestFirst.sort(Comparator.comparingDouble(victim -> -victim.cost()));
        for (Evictables.Victim victim : dearestFirst) {
            all.remove(victim);
            if (overused(place, outermost, all) == null) {
                more.remove(victim);
            } else {
                all.add(victim);
            }
        }
    }
}
