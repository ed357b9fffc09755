package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the place of one gang in one pool, on one account: quota, shape and Rule 2 in one search.
 *
 * <p>Domains are tried from the tightest level outward, cells the account has bound before new ones. In each domain the
 * pods are spread over the fewest cells, and where that would break a promise, over the broken cells first. Every
 * candidate is put into the state, checked exactly, and taken back if it fails; the one that is found stays.
 */
final class Search {
    /** Domains tried per level before the next level is. */
    private static final int TRIES = 16;

    private final PoolState pool;
    private final int owner;
    private final Check check;
    private final GangDemand gang;
    private final List<BitSet> accepted;
    private final BitSet avoided;
    private final Fits fits;
    private final Tightness tightness;
    private final List<Use> applied = new ArrayList<>();

    /** Judges the state with a candidate in it. */
    interface Check {
        boolean holds();
    }

    /** So many pods of a shape on a node. */
    record Use(int node, int podSet, Shape shape, int pods) {}

    Search(PoolState pool, int owner, GangDemand gang, List<BitSet> accepted, BitSet avoided, Check check) {
        this.pool = pool;
        this.owner = owner;
        this.gang = gang;
        this.accepted = accepted;
        this.avoided = avoided;
        this.check = check;
        fits = new Fits(pool, owner);
        int unitDepth = owner == PoolState.OPEN ? -1 : pool.levels().depthOfRow(pool.unitRow(owner));
        tightness = new Tightness(pool, fits, unitDepth);
    }

    /** The place found, which is then in the state; empty if there is none. Levels that the pool lacks find nothing. */
    List<Use> run(Fits.@Nullable Domain within) {
        int nodeDepth = pool.levels().nodeDepth();
        int required = gang.required().map(this::depth).orElse(0);
        int preferred = gang.preferred().map(this::depth).orElse(-1);
        if (required < 0) {
            return List.of();
        }
        if (preferred > required && found(nodeDepth, preferred, within)) {
            return applied;
        }
        int from = preferred > required ? preferred - 1 : nodeDepth;
        return found(from, required, within) ? applied : List.of();
    }

    /** Split levels and the single GPU are inside a node. */
    private int depth(String level) {
        int depth = pool.levels().depth(level);
        return depth >= 0
                ? depth
                : pool.levels().row(level) >= 0 ? pool.levels().nodeDepth() : -1;
    }

    private boolean found(int innermost, int outermost, Fits.@Nullable Domain within) {
        int row = pool.unitRow(owner);
        boolean binds = owner != PoolState.OPEN && row != pool.levels().gpuRow();
        return (binds && found(Fits.Reach.BOUND, innermost, outermost, within))
                || found(Fits.Reach.ALL, innermost, outermost, within);
    }

    private boolean found(Fits.Reach reach, int innermost, int outermost, Fits.@Nullable Domain within) {
        GangDemand.PodSet first = gang.podSets().get(0);
        countFirst(first, reach, within);
        if (fits.of(0, 0) < first.count()) {
            return false;
        }
        for (int d = innermost; d >= outermost; d--) {
            BitSet tried = new BitSet();
            for (int i = 0; i < TRIES; i++) {
                int cell = tightest(d, first.count(), tried);
                if (cell < 0) {
                    break;
                }
                tried.set(cell);
                if (tryDomain(new Fits.Domain(d, cell), reach)) {
                    return true;
                }
                countFirst(first, reach, within);
            }
        }
        return false;
    }

    private void countFirst(GangDemand.PodSet first, Fits.Reach reach, Fits.@Nullable Domain within) {
        fits.count(first, accepted.get(0), avoided, reach, within, gang.pods());
    }

    private int tightest(int depth, int pods, BitSet tried) {
        int best = -1;
        for (int c = 0; c < fits.cells(depth); c++) {
            boolean candidate = fits.of(depth, c) >= pods && !tried.get(c) && isDomain(depth, c);
            if (candidate && (best < 0 || tightness.compare(depth, c, best) < 0)) {
                best = c;
            }
        }
        return best;
    }

    private boolean isDomain(int depth, int cell) {
        return depth == 0
                || depth == pool.levels().nodeDepth()
                || pool.cells(depth).isKnown(cell);
    }

    private boolean tryDomain(Fits.Domain domain, Fits.Reach reach) {
        boolean sliced = gang.podSets().stream().anyMatch(p -> p.slice().isPresent());
        return fill(domain, reach, false) || (!sliced && fill(domain, reach, true));
    }

    private boolean fill(Fits.Domain domain, Fits.Reach reach, boolean brokenFirst) {
        for (int i = 0; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            fits.count(podSet, accepted.get(i), avoided, reach, domain, gang.pods());
            if (fits.of(domain.depth(), domain.cell()) < podSet.count()) {
                undo();
                return false;
            }
            Spread spread = new Spread(pool, fits, tightness, podSet);
            Map<Integer, Integer> nodes = brokenFirst
                    ? spread.overBrokenFirst(domain, podSet.count())
                    : spread.overFewestCells(domain, podSet.count());
            int placed = 0;
            for (Map.Entry<Integer, Integer> entry : nodes.entrySet()) {
                placed += entry.getValue();
                apply(new Use(entry.getKey(), i, podSet.shape(), entry.getValue()));
            }
            if (placed < podSet.count()) {
                undo();
                return false;
            }
        }
        if (!check.holds()) {
            undo();
            return false;
        }
        return true;
    }

    private void apply(Use use) {
        pool.use(use.node(), owner, use.shape(), use.pods());
        applied.add(use);
    }

    /** Takes the place that was found out of the state again. */
    void takeBack() {
        undo();
    }

    private void undo() {
        for (int i = applied.size() - 1; i >= 0; i--) {
            Use use = applied.get(i);
            pool.use(use.node(), owner, use.shape(), -use.pods());
        }
        applied.clear();
    }

    /** The uses as an assignment, nodes in the order of the topology. */
    static Assignment assignment(PoolState pool, GangDemand gang, List<Use> uses) {
        List<List<Assignment.NodePods>> nodes = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            int podSet = i;
            Map<Integer, Integer> byNode = new LinkedHashMap<>();
            uses.stream()
                    .filter(u -> u.podSet() == podSet)
                    .forEach(u -> byNode.merge(u.node(), u.pods(), Integer::sum));
            nodes.add(byNode.entrySet().stream()
                    .sorted((a, b) -> pool.compareByTopology(a.getKey(), b.getKey()))
                    .map(e -> new Assignment.NodePods(
                            pool.node(e.getKey()).facts().name(), e.getValue()))
                    .toList());
        }
        return new Assignment(pool.pool().name(), nodes);
    }
}
