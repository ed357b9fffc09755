package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pool: its nodes, what is used of them and by whom, and per level what is still whole.
 *
 * <p>Owners are dense numbers given by {@link Cluster}; {@link #OPEN} is work that draws on no commitment. Each owner
 * has a unit row in this pool. Work of an owner whose unit is a physical level binds the whole cell of that level.
 */
final class PoolState {
    /** Owner of work that draws on no commitment: on demand, unmanaged, or of a contract that is gone. */
    static final int OPEN = 0;

    private final Pool pool;
    private final LevelTable levels;
    /** With work that cannot be evicted: the right side of Rule 2. */
    private final Tally firm;
    /** With all work: what is idle. */
    private final Tally all;

    private final Claims claims;
    private final Resources resources;
    private final NodeTable nodes;
    private final Holdings held = new Holdings();
    private final Supply supply;
    private final Room room;
    private final FitIndexes fits;
    /** By node: its idle GPUs as they are in the sum. */
    private int[] idleOf = new int[16];

    private int idleGpus;
    /** The shape that was charged last: all pods of a gang are of few. */
    private @Nullable Need charged;

    PoolState(Pool pool) {
        this.pool = pool;
        levels = new LevelTable(pool);
        firm = new Tally(levels);
        all = new Tally(levels);
        claims = new Claims(levels.gpuRow());
        nodes = new NodeTable(levels.nodeDepth());
        resources = new Resources(pool.resourceName());
        supply = new Supply(levels.nodeDepth());
        room = new Room(nodes, held, claims, levels, firm);
        fits = new FitIndexes(this);
    }

    Pool pool() {
        return pool;
    }

    LevelTable levels() {
        return levels;
    }

    /** The cells of a depth as they are without work that can be evicted. */
    CellTree cells(int depth) {
        return firm.cells(depth);
    }

    /** The cells of a depth with all work in them. */
    CellTree occupied(int depth) {
        return all.cells(depth);
    }

    Resources resources() {
        return resources;
    }

    /** Nodes have numbers below this; those for which {@link #hasNode} is false are vacant. */
    int bound() {
        return nodes.bound();
    }

    /** How many nodes there are. */
    int size() {
        return nodes.size();
    }

    boolean hasNodes() {
        return !nodes.isEmpty();
    }

    boolean hasNode(int n) {
        return nodes.has(n);
    }

    NodeState node(int n) {
        return nodes.state(n);
    }

    int ancestor(int depth, int n) {
        return nodes.ancestor(depth, n);
    }

    /** What lies in what, and what changed of late. */
    Supply supply() {
        return supply;
    }

    /** What may still be taken of the nodes. */
    Room room() {
        return room;
    }

    /** Counts of what fits, kept up to date. */
    FitIndexes fits() {
        return fits;
    }

    int addNode(NodeState state) {
        int n = nodes.add(state, this::enter);
        if (held.growTo(n + 1)) {
            firm.growTo(held.capacity());
            all.growTo(held.capacity());
        }
        held.clear(n);
        supply.enter(n, nodes.ancestors(), firm);
        resources.setNode(n, state.facts());
        refresh(n);
        return n;
    }

    private int enter(int depth, String path, boolean known) {
        all.cells(depth).enter(path, known);
        return firm.cells(depth).enter(path, known);
    }

    /** Removes a node; what it held must have been taken off before. */
    void removeNode(int n) {
        if (charged(n) != 0 || lent(n) != 0) {
            throw new IllegalStateException(
                    "node " + node(n).facts().name() + " still holds " + (charged(n) + lent(n)) + " GPUs");
        }
        firm.remove(n, nodes.ancestors(), this::flip);
        all.remove(n, nodes.ancestors(), PoolState::ignore);
        supply.leave(n, nodes.ancestors(), firm, this::signature);
        resources.clearNode(n);
        countIdle(n, 0);
        nodes.remove(n);
    }

    /**
     * Declares an owner; only while nothing of it is held here.
     *
     * @param row its unit, -1 for none
     * @param lends whether others may use what it leaves idle
     */
    void setUnit(int owner, int row, boolean lends) {
        fits.clear();
        claims.setUnit(owner, row, lends);
    }

    boolean lends(int owner) {
        return claims.lends(owner);
    }

    int unitRow(int owner) {
        return claims.unitRow(owner);
    }

    /** Units that the owner claims here: taken whole or bound. */
    int claimed(int owner) {
        return claims.claimed(owner);
    }

    /** The cells of its unit in which the owner has anything, or nodes where that is the node or a part of it. */
    Set<Integer> claimedCells(int owner) {
        return claims.cells(owner);
    }

    /** Another number whenever these are others. */
    int claimChanges(int owner) {
        return claims.changes(owner);
    }

    /** The leaves of these, some of them more than once. */
    void forEachClaimedLeaf(int owner, IntConsumer action) {
        int depth = levels.depthOfRow(unitRow(owner));
        boolean isInNodes = depth <= 0 || depth == levels.nodeDepth();
        for (int cell : claims.cells(owner)) {
            if (isInNodes) {
                action.accept(supply.leaves().leaf(cell));
            } else {
                supply.branches().forEachLeaf(depth, cell, action);
            }
        }
    }

    /** Those of {@link #claimed} whose cell is not usable: for Rule 2 they count as unclaimed. */
    int claimedUnusable(int owner) {
        return claims.unusable(owner);
    }

    /** GPUs that the owner has in cells of its unit; 0 where that is the GPU. */
    long gpusInUnits(int owner) {
        return claims.gpus(owner);
    }

    /** Those whose cell is usable. */
    int claimedUsable(int owner) {
        return claims.claimed(owner) - claims.unusable(owner);
    }

    /** GPUs on this node that are promised to somebody or lost, bound rests not included. */
    int charged(int n) {
        return held.charged(n);
    }

    /** GPUs on this node that nobody else may take: {@link #charged} and the rest of the parts of it that are bound. */
    int effective(int n) {
        return held.effective(n);
    }

    /** GPUs on this node that anybody uses or nobody else may take. */
    int taken(int n) {
        // Lent work fills the rest of bound parts first, as far as one can tell.
        return Math.max(effective(n), charged(n) + lent(n));
    }

    /** GPUs on this node that work uses which can be evicted. */
    int lent(int n) {
        return held.lent(n);
    }

    Need need(Shape shape) {
        return new Need(shape, resources, levels.gpusPerNode());
    }

    /** The GPUs that a pod of this shape takes from what can be promised on this node. */
    int charge(int n, Shape shape) {
        if (charged == null || !charged.isOf(shape)) {
            charged = need(shape);
        }
        return charged.charge(n);
    }

    /** Adds {@code count} pods of an owner, or takes them off where {@code count} is negative. */
    void use(int n, int owner, Shape shape, int count) {
        resources.use(n, shape, count);
        hold(n, owner, charge(n, shape) * count);
    }

    /** Adds {@code count} pods that can be evicted, or takes them off where {@code count} is negative. */
    void lend(int n, Shape shape, int count) {
        resources.lend(n, shape, count);
        held.lend(n, charge(n, shape) * count);
        refreshAll(n);
    }

    /** Changes the GPUs that an owner is charged for on a node. */
    void hold(int n, int owner, int gpus) {
        held.charge(n, gpus);
        int row = unitRow(owner);
        int unitDepth = levels.depthOfRow(row);
        boolean takesWork = node(n).health().takesWork();
        if (owner == OPEN || row == levels.gpuRow()) {
            held.useFlat(n, gpus);
            claims.add(owner, gpus, takesWork);
        } else if (unitDepth < 0 || unitDepth == levels.nodeDepth()) {
            // Work binds whole parts of a node: halves, or the node.
            int part = levels.gpus(row);
            int before = Claims.parts(claims.gpusIn(n, owner), part);
            claims.addIn(n, owner, gpus);
            int parts = Claims.parts(claims.gpusIn(n, owner), part) - before;
            held.bind(n, parts * part, claims.lends(owner) ? 0 : parts * part - gpus);
            claims.add(owner, parts, unitDepth < 0 ? takesWork : isUsable(n));
        } else {
            CellTree tree = firm.cells(unitDepth);
            int cell = ancestor(unitDepth, n);
            held.useFlat(n, gpus);
            all.cells(unitDepth).claim(cell, owner, gpus);
            claims.addIn(cell, owner, gpus);
            claims.add(owner, tree.claim(cell, owner, gpus), tree.isUsable(cell));
        }
        refresh(n);
    }

    private void countIdle(int n, int idle) {
        if (n >= idleOf.length) {
            idleOf = Arrays.copyOf(idleOf, Math.max(n + 1, idleOf.length * 2));
        }
        idleGpus += idle - idleOf[n];
        idleOf[n] = idle;
    }

    /** GPUs of nodes that take work which nobody uses and which may be lent, those aside that their cells keep back. */
    int idleGpus() {
        return idleGpus;
    }

    private boolean isUsable(int n) {
        return node(n).health() == NodeState.Health.USABLE;
    }

    /** Whether the node is healthy and nothing on it is used or bound. */
    boolean isWholeNode(int n) {
        return isUsable(n) && effective(n) == 0;
    }

    private void refresh(int n) {
        firm.update(n, nodes.ancestors(), workingGpus(n), isUsable(n), effective(n), this::flip);
        refreshAll(n);
    }

    private void refreshAll(int n) {
        countIdle(n, room.idle(n));
        all.update(n, nodes.ancestors(), workingGpus(n), isUsable(n), taken(n), PoolState::ignore);
        supply.changed(n, nodes.ancestors(), this::signature);
    }

    /** What of a cell makes a difference to every node in it. */
    private int signature(int depth, int cell) {
        CellTree tree = firm.cells(depth);
        int whole = (tree.isWhole(cell) ? 1 : 0) + (all.cells(depth).isWhole(cell) ? 2 : 0);
        int owner = tree.owner(cell);
        boolean lends = room.isLentFrom(depth, cell);
        boolean overused = all.cells(depth).isOverused(cell);
        int signature = (owner << 4) + (overused ? 8 : 0) + (lends ? 4 : 0) + whole;
        for (int row = levels.rowOfDepth(depth) + 1; depth > 0 && row < levels.nodeRow(); row++) {
            signature = (signature << 1) + (tree.isSpent(cell, row) ? 1 : 0);
        }
        return signature;
    }

    private int workingGpus(int n) {
        return node(n).health().takesWork() ? node(n).gpus() : 0;
    }

    private void flip(int depth, int cell, boolean usable) {
        firm.cells(depth).claims(cell).keySet().forEach(owner -> claims.flip(owner, usable));
    }

    /** Claims are counted once, by what cannot be evicted. */
    private static void ignore(int depth, int cell, boolean usable) {}

    /** Whole free cells of a row that the pool still has to give: the right side of Rule 2. */
    int wholeFree(int row) {
        return hasNodes() ? firm.wholeFree(row) : 0;
    }

    /** Whole cells of a row that are idle and nobody's. */
    int wholeIdle(int row) {
        return hasNodes() ? all.wholeFree(row) : 0;
    }

    /** The numbers of all nodes, in the order in which they were added. */
    List<Integer> nodes() {
        return nodes.all();
    }
}
