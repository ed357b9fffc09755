package dev.offtake.placement;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The {@link FitIndex}es of one pool, one for each class of pods that was sought of late. */
final class FitIndexes implements Fits.Source {
    /** Indexes that are kept are bounded by their number, and by the nodes that are in them. */
    private static final int MOST = 256;

    private static final int MOST_NODES = 8_000_000;

    /** In use are so many at most, of those that were asked for within so many questions. */
    private static final int HOT = 24;

    private static final int RECENT = 256;

    private final PoolState pool;
    private long asked;
    private final LinkedHashMap<Key, FitIndex> indexes = new LinkedHashMap<>(16, 0.75f, true);

    /** What a count depends on, but for what changes. */
    record Key(
            Right right,
            Fits.Reach reach,
            Shape shape,
            NodeFilter filter,
            Optional<GangDemand.Slice> slice,
            BitSet spared) {}

    FitIndexes(PoolState pool) {
        this.pool = pool;
    }

    @Override
    public Fits fits(
            Right right, Fits.Reach reach, GangDemand.PodSet podSet, BitSet accepted, BitSet avoid, BitSet spared) {
        int unitRow = pool.unitRow(right.owner());
        boolean hasNothing = unitRow == pool.levels().gpuRow() || pool.claimed(right.owner()) == 0;
        Right shared = hasNothing ? right.ofNobody(unitRow) : right;
        Key key = new Key(shared, reach, podSet.shape(), podSet.filter(), podSet.slice(), spared);
        FitIndex index = indexes.get(key);
        if (index == null) {
            index = new FitIndex(pool, shared, reach, podSet, spared);
            indexes.put(key, index);
            int most = Math.max(2, Math.min(MOST, MOST_NODES / Math.max(1, pool.bound())));
            if (indexes.size() > most) {
                indexes.remove(indexes.keySet().iterator().next());
            }
        }
        index.asked(++asked);
        index.accept(accepted, avoid);
        index.refresh();
        return index;
    }

    /**
     * Brings those up to date that are in use, so that who asks next need not wait for what others changed.
     */
    void settle() {
        int skip = indexes.size() - HOT;
        for (FitIndex index : indexes.values()) {
            if (skip-- <= 0 && asked - index.lastAsked() <= RECENT) {
                index.refresh();
            }
        }
    }

    /** Forgets everything, as owners are others now. */
    void clear() {
        indexes.clear();
    }

    /** All that are kept; for checks. */
    Map<Key, FitIndex> kept() {
        return indexes;
    }
}
