package dev.offtake.placement;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place for pods wherever in a cell each of them costs least: on its nodes, or in the cells in it that have to hold
 * whole slices or that the owner takes as wholes. They are taken piece by piece; where pieces cost the same, in cells
 * that hold some of the pods already, and then the tightest.
 */
final class Pieces {
    private final PoolState pool;
    private final Descent descent;
    private final Fits fits;
    private final int depth;
    private final int step;
    /** Whether a piece takes all that fits, as the rest of it is lost to others. */
    private final boolean whole;

    private final Set<Evictables.Victim> victims = new LinkedHashSet<>();
    private final Ousted going;
    /** The places in which pieces are taken, tightest first; what follows is by their index here. */
    private int[] cells = new int[16];

    private int size;
    private final Map<Integer, Integer> indexes = new HashMap<>();
    private final int[] taken;
    private final @Nullable Map<Integer, Integer>[] placed;
    private final int[] parents;
    /** The next piece: how many pods, and what each costs; infinite if there is none. */
    private final int[] count;

    private final double[] perPod;
    private final Descent.@Nullable Pick[] pieces;
    private final BitSet used = new BitSet();
    private int left;
    private boolean onlyInside;

    /**
     * @param depth of the places in which pieces are taken, below that of the cell
     * @param step so many pods at a time
     * @param going to which its victims are added
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    Pieces(
            PoolState pool,
            Descent descent,
            Fits fits,
            Fits.Domain within,
            int depth,
            int step,
            boolean whole,
            Ousted going) {
        this.pool = pool;
        this.descent = descent;
        this.fits = fits;
        this.depth = depth;
        this.step = step;
        this.whole = whole;
        this.going = going;
        Fits.Cells tightest = fits.tightestFirst(depth, within, step);
        for (int cell = tightest.next(); cell >= 0; cell = tightest.next()) {
            if (size == cells.length) {
                cells = Arrays.copyOf(cells, size * 2);
            }
            onlyInside |= fits.inside(depth, cell);
            indexes.put(cell, size);
            cells[size++] = cell;
        }
        taken = new int[size];
        placed = new Map[size];
        parents = new int[size];
        count = new int[size];
        perPod = new double[size];
        pieces = new Descent.Pick[size];
        boolean isOfNodes = depth == pool.levels().nodeDepth();
        for (int i = 0; i < size; i++) {
            parents[i] = isOfNodes
                    ? pool.ancestor(depth - 1, cells[i])
                    : pool.supply().branches().parent(depth, cells[i]);
        }
    }

    /** The place of so many pods; null if none is found, or none that costs less than so much. */
    Descent.@Nullable Pick pick(int pods, double lessThan) {
        left = pods;
        double cost = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            price(i);
            least = Math.min(least, perPod[i]);
        }
        if (least * pods >= lessThan) {
            return null;
        }
        while (left > 0) {
            int next = next();
            if (next < 0) {
                return null;
            }
            Descent.Pick piece = pieces[next];
            if (piece == null || cost + piece.cost() >= lessThan) {
                return null;
            }
            cost += piece.cost();
            take(next, piece);
        }
        Map<Integer, Integer> byNode = new HashMap<>();
        for (Map<Integer, Integer> part : placed) {
            if (part != null) {
                byNode.putAll(part);
            }
        }
        return new Descent.Pick(cost, byNode, victims);
    }

    /** The piece to take next; -1 if there is none. */
    private int next() {
        int best = best();
        while (best >= 0 && count[best] > left) {
            // Of fewer pods each costs as much or more, so it is counted anew only when it is first.
            price(best);
            best = best();
        }
        if (best < 0 && onlyInside) {
            onlyInside = false;
            return next();
        }
        return best;
    }

    private int best() {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        boolean isUsed = false;
        for (int i = 0; i < size; i++) {
            double cost = perPod[i];
            if (cost < least || (cost == least && best >= 0 && !isUsed && used.get(parents[i]))) {
                if (!onlyInside || fits.inside(depth, cells[i])) {
                    best = i;
                    least = cost;
                    isUsed = used.get(parents[i]);
                }
            }
        }
        return best;
    }

    private void take(int i, Descent.Pick piece) {
        taken[i] += count[i];
        left -= count[i];
        placed[i] = piece.pods();
        used.set(parents[i]);
        victims.addAll(piece.victims());
        going.add(piece.victims());
        price(i);
        for (Evictables.Victim victim : piece.victims()) {
            if (victim.nodes().size() > 1) {
                descent.forEachCell(victim, depth, cell -> {
                    Integer other = indexes.get(cell);
                    if (other != null && other != i) {
                        price(other);
                    }
                });
            }
        }
    }

    /** Counts what the next piece of a place costs. */
    private void price(int i) {
        int most = Math.min(left, fits.of(depth, cells[i]) - taken[i]) / step * step;
        perPod[i] = Double.POSITIVE_INFINITY;
        if (most <= 0) {
            return;
        }
        if (whole) {
            offer(i, most);
        } else if (depth == pool.levels().nodeDepth()) {
            offer(i, descent.prices().cheapestCount(cells[i], taken[i], most, step, going));
        } else {
            offer(i, most);
            if (most > step) {
                offer(i, step);
            }
        }
    }

    private void offer(int i, int pods) {
        Descent.Pick pick = descent.pick(depth, cells[i], taken[i] + pods, going);
        if (pick != null && pick.cost() / pods < perPod[i]) {
            perPod[i] = pick.cost() / pods;
            count[i] = pods;
            pieces[i] = pick;
        }
    }
}
