package dev.offtake.placement;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way down from a cell to nodes, for one pod set. In each cell that part of it is taken again and again that holds all
 * the rest at the least cost, or else a part of it at the least cost per pod. Where something is lost by that, the same is
 * tried without regard to who holds all the rest, and in {@link Pieces}; what loses least is taken.
 */
final class Descent {
    /**
     * What it costs, for each GPU, to span twice as many cells of a level, in seconds; half of it for one and a half times
     * as many. It slows down a gang that could do with fewer as long as it runs, and breaks what is whole.
     */
    private static final double SPAN = 3600;

    /** Sums of the same costs may differ by so much. */
    private static final double ROUNDING = 1e-9;

    private final PoolState pool;
    private final NodePrices prices;
    private final ToIntFunction<String> numbers;
    private final Fits fits;
    private final Tightness tightness;
    private final int sliceDepth;
    private final int slicePods;
    private final SpareVictims spareVictims;
    private final Shape shape;
    private final int nodeDepth;
    /** Depth of the cells that the owner takes as wholes; negative for none. */
    private final int unitDepth;
    /** The places of cells in which nobody goes in any case; empty where there is none. */
    private final Map<Asked, Optional<Pick>> known = new HashMap<>();
    /** Nobody, but for who is added on the way. */
    private final Ousted nobody;
    /** Whether it may take more parts of a cell than it needs. */
    private final boolean spreads;

    private record Asked(int depth, int cell, int pods) {}

    /** A place inside one cell: pods by node, who has to go for them, and what that destroys. */
    record Pick(double cost, Map<Integer, Integer> pods, Set<Evictables.Victim> victims) {}

    /**
     * @param numbers of nodes by their names; negative for those in other pools
     * @param fits of the pod set
     * @param spreads whether more parts of a cell may be taken than are needed, if less is lost there
     */
    Descent(
            PoolState pool,
            Right right,
            NodePrices prices,
            SpareVictims spareVictims,
            ToIntFunction<String> numbers,
            Fits fits,
            Tightness tightness,
            GangDemand.PodSet podSet,
            boolean spreads) {
        this.pool = pool;
        this.spreads = spreads;
        this.prices = prices;
        nobody = new Ousted(pool, numbers);
        this.numbers = numbers;
        shape = podSet.shape();
        this.spareVictims = spareVictims;
        nodeDepth = pool.levels().nodeDepth();
        this.fits = fits;
        this.tightness = tightness;
        unitDepth = right.unitDepth(pool);
        sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
    }

    /** The place of so many pods inside a cell; null if there is none. */
    @Nullable
    Pick pick(int depth, int cell, int pods) {
        return pick(depth, cell, pods, nobody);
    }

    /** The place of so many pods inside a cell, beside victims who go in any case; null if there is none. */
    @Nullable
    Pick pick(int depth, int cell, int pods, Ousted going) {
        if (depth == nodeDepth) {
            return prices.pick(cell, pods, going);
        }
        if (going.isIn(depth, cell)) {
            return find(depth, cell, pods, going);
        }
        // Several ways lead to a cell: as long as nobody who goes is in it, its place is the same.
        Asked asked = new Asked(depth, cell, pods);
        Optional<Pick> kept = known.get(asked);
        if (kept == null) {
            kept = Optional.ofNullable(find(depth, cell, pods, nobody));
            known.put(asked, kept);
        }
        return kept.orElse(null);
    }

    private @Nullable Pick find(int depth, int cell, int pods, Ousted going) {
        Pick best = complete(depth, going, byParts(depth, cell, pods, going, true));
        if (!spreads || pods == 1 || pods == fits.of(depth, cell) || (best != null && best.cost() == 0)) {
            return best;
        }
        int step = sliceDepth > depth ? slicePods : 1;
        int pieces = sliceDepth > depth ? sliceDepth : nodeDepth;
        boolean whole = unitDepth > depth && unitDepth <= pieces;
        if (whole) {
            pieces = unitDepth;
        }
        if (depth + 1 < pieces) {
            best = cheaper(complete(depth, going, byParts(depth, cell, pods, going, false)), best);
        }
        double most = best == null ? Double.POSITIVE_INFINITY : best.cost() * (1 - ROUNDING);
        Fits.Domain domain = new Fits.Domain(depth, cell);
        int mark = going.mark();
        Pick apart = new Pieces(pool, this, fits, domain, pieces, step, whole, going).pick(pods, most);
        going.takeBackTo(mark);
        return cheaper(complete(depth, going, apart), best);
    }

    /** The place in one part of a cell after the other, beside a gang that goes in any case; null if there is none. */
    @Nullable
    Pick beside(Evictables.Victim gang, Fits.Domain cell, int pods) {
        Ousted going = new Ousted(pool, numbers);
        going.add(List.of(gang));
        Pick together = byParts(cell.depth(), cell.cell(), pods, going, true);
        Pick apart = byParts(cell.depth(), cell.cell(), pods, going, false);
        return cheaper(complete(cell.depth(), going, apart), complete(cell.depth(), going, together));
    }

    /** A place with those who have to go as too many nodes of its cells would be in use, up to a depth. */
    private @Nullable Pick complete(int depth, Ousted going, @Nullable Pick pick) {
        return spareVictims.complete(pick, shape, depth, going.victims());
    }

    /** The first place if it costs less than the other, and takes no more units, of which the owner would lose others. */
    @Nullable
    Pick cheaper(@Nullable Pick pick, @Nullable Pick than) {
        if (pick == null || than == null) {
            return pick == null ? than : pick;
        }
        return pick.cost() + spans(pick, than) < than.cost() * (1 - ROUNDING) && units(pick) <= units(than)
                ? pick
                : than;
    }

    /** What it costs that a place spans more cells than another one, and how many more in proportion. */
    private double spans(Pick pick, Pick than) {
        double times = 0;
        for (int depth = 1; depth < nodeDepth; depth++) {
            int least = cells(than, depth);
            times += Math.max(0, (double) cells(pick, depth) / least - 1);
        }
        int pods = pick.pods().values().stream().mapToInt(Integer::intValue).sum();
        return SPAN * shape.gpus() * pods * times;
    }

    private int cells(Pick pick, int depth) {
        BitSet cells = new BitSet();
        pick.pods().keySet().forEach(n -> cells.set(pool.ancestor(depth, n)));
        return cells.cardinality();
    }

    private int units(Pick pick) {
        return unitDepth <= 0 ? 0 : cells(pick, unitDepth);
    }

    /**
     * The place of pods in one part of a cell after the other.
     *
     * @param together whether those parts go first that hold all the rest
     */
    private @Nullable Pick byParts(int depth, int cell, int pods, Ousted going, boolean together) {
        int mark = going.mark();
        Pick pick = inParts(depth, cell, pods, going, together);
        going.takeBackTo(mark);
        return pick;
    }

    /** @param going to which its victims are added */
    private @Nullable Pick inParts(int depth, int cell, int pods, Ousted going, boolean together) {
        Map<Integer, Integer> placed = new HashMap<>();
        Set<Evictables.Victim> victims = new LinkedHashSet<>();
        double cost = 0;
        Set<Integer> open = parts(new Fits.Domain(depth, cell));
        Map<Integer, Pick> known = new HashMap<>();
        for (int left = pods; left > 0; ) {
            int child = next(depth + 1, open, left, going, known, together);
            if (child < 0) {
                return null;
            }
            Pick best = Objects.requireNonNull(known.get(child));
            int taken = share(depth + 1, child, left);
            open.remove(child);
            placed.putAll(best.pods());
            victims.addAll(best.victims());
            going.add(best.victims());
            cost += best.cost();
            left -= taken;
            forget(known, depth + 1, best.victims(), left);
        }
        return new Pick(cost, placed, victims);
    }

    /** The cells or nodes in a cell in which anything fits. */
    private Set<Integer> parts(Fits.Domain of) {
        Set<Integer> parts = new LinkedHashSet<>();
        Fits.Cells cells = fits.roomiestFirst(of);
        for (int cell = cells.next(); cell >= 0; cell = cells.next()) {
            parts.add(cell);
        }
        return parts;
    }

    /** The child to take next, whose place is then known; -1 if there is none. */
    private int next(int depth, Set<Integer> open, int left, Ousted going, Map<Integer, Pick> known, boolean together) {
        boolean anyHoldsAll = false;
        boolean anyInside = false;
        for (int child : open) {
            anyInside |= fits.inside(depth, child);
            anyHoldsAll |= together && share(depth, child, left) == left;
        }
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int child : open) {
            int share = share(depth, child, left);
            boolean isCandidate = share > 0 && (anyInside ? fits.inside(depth, child) : !anyHoldsAll || share == left);
            Pick pick = isCandidate ? known.get(child) : null;
            if (isCandidate && pick == null) {
                pick = pick(depth, child, share, going);
                if (pick != null) {
                    known.put(child, pick);
                }
            }
            if (pick != null) {
                double perPod = pick.cost() / share;
                if (best < 0 || perPod < least || (perPod == least && tightness.compare(depth, child, best) < 0)) {
                    best = child;
                    least = perPod;
                }
            }
        }
        return best;
    }

    /** How many of the pods that are left a child takes. */
    private int share(int depth, int child, int left) {
        int fit = Math.min(left, fits.of(depth, child));
        return sliceDepth >= 0 && depth <= sliceDepth ? fit / slicePods * slicePods : fit;
    }

    /** What is known of children changes if less is left than they hold, or they hold pods of victims that go now. */
    private void forget(Map<Integer, Pick> known, int depth, Set<Evictables.Victim> victims, int left) {
        known.keySet().removeIf(child -> fits.of(depth, child) > left);
        for (Evictables.Victim victim : victims) {
            if (victim.nodes().size() > 1) {
                forEachCell(victim, depth, known::remove);
            }
        }
    }

    /** The cells of a depth, or the nodes, that a victim is on. */
    void forEachCell(Evictables.Victim victim, int depth, IntConsumer action) {
        for (String node : victim.nodes()) {
            int n = numbers.applyAsInt(node);
            if (n >= 0) {
                action.accept(pool.ancestor(depth, n));
            }
        }
    }

    NodePrices prices() {
        return prices;
    }

    static double cost(Collection<Evictables.Victim> victims) {
        double cost = 0;
        for (Evictables.Victim victim : victims) {
            cost += victim.cost();
        }
        return cost;
    }
}
