package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    private final CellTree[] cells;
    private final Deque<Integer> vacant = new ArrayDeque<>();
    private final Map<Long, Integer> splitUse = new HashMap<>();
    private final Map<Integer, Integer> unusableByNode = new HashMap<>();
    private final Resources resources;
    private final int[] scratch;
    private int bound;
    private NodeState[] node = new NodeState[16];
    private int[][] ancestor;
    private int[] charged = new int[16];
    private int[] flat = new int[16];
    private int[] rounded = new int[16];
    private Last[] last = new Last[16];
    private int[] unitRow = new int[] {0};
    private int[] claimed = new int[1];
    private long version;

    PoolState(Pool pool) {
        this.pool = pool;
        levels = new LevelTable(pool);
        cells = new CellTree[levels.nodeDepth()];
        for (int d = 0; d < cells.length; d++) {
            cells[d] = new CellTree(levels, d);
        }
        ancestor = new int[levels.nodeDepth()][16];
        resources = new Resources(pool.resourceName());
        scratch = new int[levels.rows()];
        unitRow[OPEN] = levels.gpuRow();
    }

    /** What was last told to the cells above about a node. */
    private record Last(int usable, int inUse, int used, int usedUsable, int[] avail) {}

    Pool pool() {
        return pool;
    }

    LevelTable levels() {
        return levels;
    }

    CellTree cells(int depth) {
        return cells[depth];
    }

    Resources resources() {
        return resources;
    }

    /** Changes with every change of supply or use. */
    long version() {
        return version;
    }

    /** Nodes have numbers below this; those for which {@link #hasNode} is false are vacant. */
    int bound() {
        return bound;
    }

    boolean hasNode(int n) {
        return node[n] != null;
    }

    NodeState node(int n) {
        return node[n];
    }

    int ancestor(int depth, int n) {
        return depth == levels.nodeDepth() ? n : ancestor[depth][n];
    }

    int addNode(NodeState state) {
        int n = vacant.isEmpty() ? bound++ : vacant.pop();
        if (n >= node.length) {
            grow();
        }
        node[n] = state;
        charged[n] = 0;
        flat[n] = 0;
        rounded[n] = 0;
        last[n] = new Last(0, 0, 0, 0, new int[levels.rows()]);
        StringBuilder path = new StringBuilder();
        boolean known = true;
        ancestor[0][n] = cells[0].enter("", true);
        for (int d = 1; d < cells.length; d++) {
            String name = state.cells().get(d - 1);
            known &= !name.equals(NodeState.UNKNOWN);
            path.append('/').append(known ? name : NodeState.UNKNOWN);
            ancestor[d][n] = cells[d].enter(path.toString(), known);
        }
        resources.setNode(n, state.facts());
        refresh(n);
        return n;
    }

    /** Removes a node; what it held must have been taken off before. */
    void removeNode(int n) {
        if (charged[n] != 0) {
            throw new IllegalStateException("node " + node[n].facts().name() + " still holds " + charged[n] + " GPUs");
        }
        tell(n, 0, 0, 0, 0, new int[levels.rows()]);
        for (int d = 0; d < cells.length; d++) {
            cells[d].leave(ancestor[d][n]);
        }
        resources.clearNode(n);
        node[n] = null;
        vacant.push(n);
    }

    @SuppressWarnings("NullAway") // vacant slots of node[] are null and guarded by hasNode
    private void grow() {
        int capacity = node.length * 2;
        node = Arrays.copyOf(node, capacity);
        charged = Arrays.copyOf(charged, capacity);
        flat = Arrays.copyOf(flat, capacity);
        rounded = Arrays.copyOf(rounded, capacity);
        last = Arrays.copyOf(last, capacity);
        for (int d = 0; d < ancestor.length; d++) {
            ancestor[d] = Arrays.copyOf(ancestor[d], capacity);
        }
    }

    /** Declares the unit of an owner; only while nothing of it is held here. */
    void setUnit(int owner, int row) {
        if (owner >= unitRow.length) {
            unitRow = Arrays.copyOf(unitRow, Math.max(owner + 1, unitRow.length * 2));
            claimed = Arrays.copyOf(claimed, unitRow.length);
        }
        unitRow[owner] = row;
    }

    int unitRow(int owner) {
        return unitRow[owner];
    }

    /** Units that the owner claims here: taken whole or bound. */
    int claimed(int owner) {
        return claimed[owner];
    }

    /** Those of {@link #claimed} whose cell is not usable: for Rule 2 they count as unclaimed. */
    int claimedUnusable(int owner) {
        int row = unitRow[owner];
        int unitDepth = levels.depthOfRow(row);
        int count = 0;
        if (unitDepth > 0 && unitDepth < levels.nodeDepth()) {
            CellTree tree = cells[unitDepth];
            for (int c = 0; c < tree.bound(); c++) {
                if (tree.exists(c) && !tree.isUsable(c) && tree.claims(c).containsKey(owner)) {
                    count++;
                }
            }
            return count;
        }
        return unusableByNode.getOrDefault(owner, 0);
    }

    /** GPUs on this node that are promised to somebody or lost, bound rests not included. */
    int charged(int n) {
        return charged[n];
    }

    /** GPUs on this node that nobody else may take: {@link #charged} and the rest of the parts of it that are bound. */
    int effective(int n) {
        return flat[n] + rounded[n];
    }

    /** The GPUs that a pod of this shape takes from what can be promised on this node. */
    int charge(int n, Shape shape) {
        return shape.charge(
                resources.allocatable(n, Resources.CPU),
                resources.allocatable(n, Resources.MEMORY),
                levels.gpusPerNode());
    }

    /** Adds {@code count} pods of an owner, or takes them off where {@code count} is negative. */
    void use(int n, int owner, Shape shape, int count) {
        resources.use(n, shape, count);
        hold(n, owner, charge(n, shape) * count);
    }

    /** Changes the GPUs that an owner is charged for on a node. */
    void hold(int n, int owner, int gpus) {
        version++;
        charged[n] += gpus;
        int row = unitRow[owner];
        int unitDepth = levels.depthOfRow(row);
        int before = claimed[owner];
        if (owner == OPEN || row == levels.gpuRow()) {
            flat[n] += gpus;
            claimed[owner] += gpus;
        } else if (unitDepth < 0) {
            holdSplit(n, owner, gpus, levels.gpus(row));
        } else if (unitDepth == levels.nodeDepth()) {
            holdSplit(n, owner, gpus, levels.gpusPerNode());
        } else {
            claimed[owner] += cells[unitDepth].claim(ancestor[unitDepth][n], owner, gpus);
            flat[n] += gpus;
        }
        if ((unitDepth < 0 && !node[n].health().takesWork())
                || (unitDepth == levels.nodeDepth() && node[n].health() != NodeState.Health.USABLE)) {
            unusableByNode.merge(owner, claimed[owner] - before, Integer::sum);
        }
        refresh(n);
    }

    /** Work of an owner binds whole parts of a node: halves, or the node. */
    private void holdSplit(int n, int owner, int gpus, int partGpus) {
        long key = (long) n << 32 | owner;
        int before = splitUse.getOrDefault(key, 0);
        int after = before + gpus;
        if (after == 0) {
            splitUse.remove(key);
        } else {
            splitUse.put(key, after);
        }
        int parts = -Math.floorDiv(-after, partGpus) + Math.floorDiv(-before, partGpus);
        claimed[owner] += parts;
        rounded[n] += parts * partGpus;
    }

    /** GPUs of the node that nobody has and nobody has bound by a part of the node. */
    int open(int n) {
        return node[n].health().takesWork() ? Math.max(0, node[n].gpus() - flat[n] - rounded[n]) : 0;
    }

    /** GPUs left in the parts of this node that the owner has bound already. */
    int boundRest(int n, int owner) {
        int row = unitRow[owner];
        int unitDepth = levels.depthOfRow(row);
        if (owner == OPEN || row == levels.gpuRow() || (unitDepth >= 0 && unitDepth < levels.nodeDepth())) {
            return 0;
        }
        int part = unitDepth < 0 ? levels.gpus(row) : levels.gpusPerNode();
        int held = splitUse.getOrDefault((long) n << 32 | owner, 0);
        int parts = -Math.floorDiv(-held, part);
        return Math.max(0, Math.min(parts * part - held, node[n].gpus() - charged[n]));
    }

    /** Whether the node is whole: healthy, untouched and in no bound cell of its own level. */
    boolean isWholeNode(int n) {
        return node[n].health() == NodeState.Health.USABLE && flat[n] + rounded[n] == 0;
    }

    private void refresh(int n) {
        boolean takesWork = node[n].health().takesWork();
        boolean usable = node[n].health() == NodeState.Health.USABLE;
        int effective = flat[n] + rounded[n];
        int free = open(n);
        int[] avail = new int[levels.rows()];
        for (int r = levels.nodeRow(); r < levels.rows(); r++) {
            avail[r] = r == levels.nodeRow() ? (isWholeNode(n) ? 1 : 0) : free / levels.gpus(r);
        }
        tell(n, usable ? 1 : 0, takesWork && effective > 0 ? 1 : 0, effective, takesWork ? effective : 0, avail);
    }

    private void tell(int n, int usable, int inUse, int used, int usedUsable, int[] avail) {
        Last before = last[n];
        for (int r = 0; r < avail.length; r++) {
            scratch[r] = avail[r] - before.avail[r];
        }
        for (int d = levels.nodeDepth() - 1; d >= 0; d--) {
            cells[d].update(
                    ancestor[d][n],
                    usable - before.usable,
                    inUse - before.inUse,
                    used - before.used,
                    usedUsable - before.usedUsable,
                    scratch);
        }
        last[n] = new Last(usable, inUse, used, usedUsable, avail);
        version++;
    }

    /** Whole free cells of a row that the pool still has to give: the right side of Rule 2. */
    int wholeFree(int row) {
        int root = bound == 0 ? -1 : rootCell();
        return root < 0 ? 0 : cells[0].avail(root, row);
    }

    private int rootCell() {
        return cells[0].bound() > 0 && cells[0].exists(0) ? 0 : -1;
    }

    /** The numbers of all nodes, in the order in which they were added. */
    List<Integer> nodes() {
        List<Integer> all = new ArrayList<>();
        for (int n = 0; n < bound; n++) {
            if (hasNode(n)) {
                all.add(n);
            }
        }
        return all;
    }

    /** Orders nodes by their cells, outermost first, then by name. */
    int compareByTopology(int a, int b) {
        for (int d = 1; d < cells.length; d++) {
            int byCell = cells[d].path(ancestor[d][a]).compareTo(cells[d].path(ancestor[d][b]));
            if (byCell != 0) {
                return byCell;
            }
        }
        return node[a].facts().name().compareTo(node[b].facts().name());
    }
}
