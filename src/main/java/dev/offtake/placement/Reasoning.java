package dev.offtake.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says why a place was taken that a search has found: looks at the state as the search saw it, at the cell that holds the
 * gang and at a few that come before and after it.
 */
final class Reasoning {
    private final PoolState pool;
    private final LevelTable levels;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    /** Where it has to be compact. */
    private final Optional<Compactness> compactness;

    private final Map<String, String> numbers = new LinkedHashMap<>();

    /** The largest pod set: the others are sought beside it. */
    private final int largest;

    /** Where the chosen cell stands among those that have room. */
    private record Standing(int candidates, int passedOver, int next) {
        static final int NONE = -1;
    }

    /** @param right by which the place was sought */
    Reasoning(PoolState pool, Right right, GangDemand gang, Seek seek) {
        this.pool = pool;
        levels = pool.levels();
        this.right = right;
        this.gang = gang;
        this.seek = seek;
        compactness = Compactness.of(pool, right, gang, seek);
        int most = 0;
        for (int i = 1; i < gang.podSets().size(); i++) {
            most = gpus(i) > gpus(most) ? i : most;
        }
        largest = most;
    }

    private long gpus(int podSet) {
        GangDemand.PodSet of = gang.podSets().get(podSet);
        return (long) of.count() * of.shape().gpus();
    }

    /**
     * @param uses the place, which is not in the state
     * @param unitsTaken cells of the owner's unit that it takes beside those that he has
     * @param victims who has to go for it
     */
    Rationale of(List<Trial.Use> uses, int unitsTaken, Set<Evictables.Victim> victims) {
        boolean own = right.owner() != PoolState.OPEN
                && unitsTaken == 0
                && pool.unitRow(right.owner()) != levels.gpuRow()
                && pool.claimed(right.owner()) > 0;
        Fits.Reach reach = own ? Fits.Reach.BOUND : Fits.Reach.ALL;
        Fits.Domain at = domain(uses);
        List<Fits> fits = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            fits.add(seek.fits(right, reach, i, gang.podSets().get(i)));
        }
        fits.forEach(Fits::refresh);
        where(at, uses);
        spread(at, uses, fits.get(largest));
        Standing standing = standing(at, fits);
        put("candidates", standing.candidates());
        if (standing.passedOver() > 0) {
            put("passedOver", standing.passedOver());
        }
        free(at, own);
        whole(uses);
        preferred(at, fits.get(largest));
        return new Rationale(code(at, own, standing, fits.get(largest)), numbers).evicting(victims);
    }

    private void put(String name, Object value) {
        numbers.put(name, String.valueOf(value));
    }

    /** The innermost cell that holds all of it. */
    private Fits.Domain domain(List<Trial.Use> uses) {
        for (int d = levels.nodeDepth(); d > 0; d--) {
            int cell = pool.ancestor(d, uses.get(0).node());
            int depth = d;
            boolean all = uses.stream().allMatch(use -> pool.ancestor(depth, use.node()) == cell);
            if (all && (d == levels.nodeDepth() || pool.cells(d).isKnown(cell))) {
                return new Fits.Domain(d, cell);
            }
        }
        return Fits.Domain.POOL;
    }

    private String name(int depth, int cell) {
        if (depth == levels.nodeDepth()) {
            return pool.node(cell).facts().name();
        }
        String path = pool.cells(depth).path(cell);
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private void where(Fits.Domain at, List<Trial.Use> uses) {
        put("pool", pool.pool().name());
        put("level", levels.depthName(at.depth()));
        if (at.depth() > 0) {
            put("cell", name(at.depth(), at.cell()));
        }
        put("pods", gang.podSets().get(largest).count());
        put("nodes", uses.stream().map(Trial.Use::node).distinct().count());
    }

    /** Over how many cells it is spread, and why no narrower cell would do. */
    private void spread(Fits.Domain at, List<Trial.Use> uses, Fits fits) {
        if (at.depth() >= levels.nodeDepth()) {
            return;
        }
        int above = levels.nodeDepth() - 1;
        if (above > at.depth()) {
            Set<Integer> cells = new TreeSet<>();
            uses.forEach(use -> cells.add(pool.ancestor(above, use.node())));
            put("spans", cells.size());
            put("spansLevel", levels.depthName(above));
        }
        put("narrower", levels.depthName(at.depth() + 1));
        put("narrowerMost", fits.most(at.depth() + 1));
    }

    private Standing standing(Fits.Domain at, List<Fits> fits) {
        if (at.depth() == 0) {
            return new Standing(1, 0, Standing.NONE);
        }
        Fits.Cells cells = fits.get(largest)
                .tightestFirst(at.depth(), null, gang.podSets().get(largest).count());
        int seen = 0;
        int before = -1;
        int next = Standing.NONE;
        for (int cell = cells.next(); cell >= 0 && seen < Rationale.MOST_CANDIDATES; cell = cells.next()) {
            if (cell == at.cell() || (holdsAll(at.depth(), cell, fits) && holdsCompactly(at.depth(), cell, fits))) {
                if (cell == at.cell()) {
                    before = seen;
                } else if (before >= 0 && next < 0) {
                    next = cell;
                }
                seen++;
            }
        }
        return new Standing(Math.max(1, seen), before < 0 ? seen : before, next);
    }

    private boolean holdsAll(int depth, int cell, List<Fits> fits) {
        for (int i = 0; i < fits.size(); i++) {
            if (fits.get(i).of(depth, cell) < gang.podSets().get(i).count()) {
                return false;
            }
        }
        return depth == levels.nodeDepth() || pool.cells(depth).isKnown(cell);
    }

    /** As {@link Search} does: where it would be spread over too many cells is no candidate. */
    private boolean holdsCompactly(int depth, int cell, List<Fits> fits) {
        if (compactness.isEmpty()) {
            return true;
        }
        Set<Integer> nodes = new TreeSet<>();
        for (int i = 0; i < fits.size(); i++) {
            nodes.addAll(new Spread(pool, right, fits.get(i), gang.podSets().get(i))
                    .overFewestCells(new Fits.Domain(depth, cell))
                    .keySet());
        }
        return compactness.get().holds(nodes);
    }

    /** What of its own cells is free nobody else is offered. */
    private void free(Fits.Domain at, boolean own) {
        if (!own && at.depth() > 0 && at.depth() < levels.nodeDepth()) {
            put("freeNodes", right.cells(pool, at.depth()).avail(at.cell(), levels.nodeRow()));
            put("cellNodes", pool.cells(at.depth()).nodes(at.cell()));
        }
    }

    /** How many of the smallest cells above the node are whole, before and after. */
    private void whole(List<Trial.Use> uses) {
        int row = levels.nodeRow() - 1;
        if (row < 0) {
            return;
        }
        int depth = levels.depthOfRow(row);
        long broken = uses.stream()
                .map(use -> pool.ancestor(depth, use.node()))
                .distinct()
                .filter(cell -> right.findsWhole(pool, depth, cell))
                .count();
        int before = right.isLent() ? pool.wholeIdle(row) : pool.wholeFree(row);
        put("wholeLevel", levels.rowName(row));
        put("wholeBefore", before);
        put("wholeAfter", before - broken);
    }

    private void preferred(Fits.Domain at, Fits fits) {
        gang.preferred().ifPresent(level -> {
            int depth = levels.depthHolding(level);
            if (depth > at.depth()) {
                put("preferred", level);
                put("preferredMost", fits.most(depth));
            }
        });
    }

    private Rationale.Code code(Fits.Domain at, boolean own, Standing standing, Fits fits) {
        if (own) {
            return Rationale.Code.OWN_CELLS;
        }
        if (standing.passedOver() > 0) {
            return Rationale.Code.KEEPS_PROMISES;
        }
        return standing.next() < 0
                ? Rationale.Code.ONLY_PLACE
                : new Tightness(pool, right, fits).decides(at.depth(), at.cell(), standing.next());
    }
}
