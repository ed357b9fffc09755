package dev.offtake.placement;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What fits of one pool: a {@link FitIndex} for each class of pods that was sought of late and each owner who has bound
 * much, and {@link OwnFits} upon one of these for each who has bound little, of whom there may be many.
 */
final class FitIndexes implements Fits.Source {
    /** Indexes that are kept are bounded by their number, and by the nodes that are in them. */
    private static final int MOST = 256;

    private static final int MOST_NODES = 16_000_000;

    /** In use are so many at most, of those that were asked for within so many questions. */
    private static final int HOT = 24;

    private static final int RECENT = 4096;

    /** So many leaves are little, if they are a small part of all: below that they cost less than an index. */
    private static final int FEW_LEAVES = 64;

    private static final int SMALL_PART = 4;

    private final PoolState pool;
    private long asked;
    private final LinkedHashMap<Key, FitIndex> indexes = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<OwnKey, OwnFits> owns = new LinkedHashMap<>(16, 0.75f, true);
    private final IntSet leaves = new IntSet();

    /** What a count depends on, but for what changes. */
    record Key(
            Right right,
            Fits.Reach reach,
            Shape shape,
            NodeFilter filter,
            Optional<GangDemand.Slice> slice,
            BitSet spared) {
        /** The same of an owner. */
        Key of(int owner) {
            return new Key(new Right(owner, right.mode()), reach, shape, filter, slice, spared);
        }
    }

    /** An owner, and what is counted for all who have nothing. */
    record OwnKey(int owner, Key key) {}

    FitIndexes(PoolState pool) {
        this.pool = pool;
    }

    @Override
    public Fits fits(
            Right right, Fits.Reach reach, GangDemand.PodSet podSet, BitSet accepted, BitSet avoid, BitSet spared) {
        int owner = right.owner();
        int unitRow = pool.unitRow(owner);
        // What would fit on empty nodes is the same for everybody.
        boolean isAnybodys = reach == Fits.Reach.EMPTY
                || unitRow == pool.levels().gpuRow()
                || pool.claimedCells(owner).isEmpty();
        boolean isShared = isAnybodys || hasLittle(owner);
        Right sought = isShared ? right.ofNobody(unitRow) : right;
        Key key = new Key(sought, reach, podSet.shape(), podSet.filter(), podSet.slice(), spared);
        FitIndex index = index(key);
        index.asked(++asked);
        index.accept(accepted, avoid);
        Fits fits = isAnybodys || !isShared ? index : own(new OwnKey(owner, key), right, index);
        fits.refresh();
        return fits;
    }

    private boolean hasLittle(int owner) {
        int most = Math.min(FEW_LEAVES, pool.supply().leaves().bound() / SMALL_PART);
        if (pool.claimedCells(owner).size() > most * Leaves.SIZE) {
            return false;
        }
        pool.forEachClaimedLeaf(owner, leaves::add);
        boolean hasLittle = leaves.size() <= most;
        leaves.clear();
        return hasLittle;
    }

    private OwnFits own(OwnKey key, Right right, FitIndex others) {
        OwnFits own = owns.get(key);
        if (own == null || own.others() != others) {
            own = new OwnFits(
                    pool,
                    others,
                    right,
                    key.key().reach(),
                    key.key().shape(),
                    key.key().spared());
            owns.put(key, own);
            if (owns.size() > MOST) {
                owns.remove(owns.keySet().iterator().next());
            }
        }
        return own;
    }

    private FitIndex index(Key key) {
        FitIndex index = indexes.get(key);
        if (index == null) {
            GangDemand.PodSet any = new GangDemand.PodSet("any", 1, key.shape(), key.filter(), key.slice());
            index = new FitIndex(pool, key.right(), key.reach(), any, key.spared());
            indexes.put(key, index);
            int most = Math.max(2, Math.min(MOST, MOST_NODES / Math.max(1, pool.bound())));
            if (indexes.size() > most) {
                indexes.remove(indexes.keySet().iterator().next());
            }
        }
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
        owns.clear();
    }

    /** All that are kept; for checks. */
    Map<Key, FitIndex> kept() {
        return indexes;
    }

    /** The same of those who have bound little. */
    Map<OwnKey, OwnFits> keptOwn() {
        return owns;
    }
}
