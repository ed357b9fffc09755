package dev.offtake.bench.gang;

import java.util.Arrays;

/**
 * Which gang has which GPUs, with counters per cell and level that are kept up to date on every change. Changes since
 * a {@link #mark} can be taken back.
 *
 * <p>A gang is <em>firm</em> if nothing may evict it, and <em>lent</em> otherwise. Gangs are numbered by the caller,
 * densely from 0; a number may be used again once its gang is gone and the change is committed.
 */
public final class GangState {
    private static final int[] NOWHERE = {};
    private static final int PLACED = 0;
    private static final int REMOVED = 1;
    private static final int CONFIRMED = 2;

    private final GangTopology topology;
    private final int width;
    private final int[] free;
    private final int[] firm;
    private final int[] gangsOn;
    private final int[] gangs;
    /** Nodes of full capacity with nothing on them, by level and cell. */
    private final int[][] whole;
    /** Nodes of full capacity without firm work, by level and cell. */
    private final int[][] open;

    private int freeGpus;
    private long releases;

    private int[][] nodesOf = new int[16][];
    private int[] perNode = new int[16];
    private boolean[] lent = new boolean[16];
    private boolean[] running = new boolean[16];

    private int[] log = new int[32];
    private int logged;

    /** An empty fleet. */
    public GangState(GangTopology topology) {
        this.topology = topology;
        width = Math.max(1, topology.fullCapacity());
        int nodes = topology.nodes();
        free = new int[nodes];
        firm = new int[nodes];
        gangsOn = new int[nodes];
        gangs = new int[nodes * width];
        whole = new int[topology.levels()][];
        open = new int[topology.levels()][];
        for (int l = 0; l < topology.levels(); l++) {
            whole[l] = new int[topology.cells(l)];
            open[l] = new int[topology.cells(l)];
        }
        for (int n = 0; n < nodes; n++) {
            free[n] = topology.capacity(n);
            freeGpus += free[n];
            if (isFull(n)) {
                count(whole, n, 1);
                count(open, n, 1);
            }
        }
    }

    /** The tree that this is the state of. */
    public GangTopology topology() {
        return topology;
    }

    /**
     * Gives a gang its GPUs.
     *
     * @param nodes distinct nodes, each with at least {@code gpusPerNode} free
     * @param isLent whether it may be evicted
     * @throws IllegalStateException if a node has not that much free, or the gang runs already; nothing is changed then
     */
    public void place(int gang, int[] nodes, int gpusPerNode, boolean isLent) {
        if (gpusPerNode < 1 || isRunning(gang)) {
            throw new IllegalStateException("gang " + gang + " runs already, or asks for nothing");
        }
        for (int i = 0; i < nodes.length; i++) {
            if (free[nodes[i]] < gpusPerNode) {
                throw new IllegalStateException("node " + nodes[i] + " has " + free[nodes[i]] + " GPUs free");
            }
            for (int j = 0; j < i; j++) {
                if (nodes[i] == nodes[j]) {
                    throw new IllegalStateException("node " + nodes[i] + " is named twice");
                }
            }
        }
        reserve(gang);
        nodesOf[gang] = nodes.clone();
        perNode[gang] = gpusPerNode;
        lent[gang] = isLent;
        enter(gang);
        log(PLACED, gang);
    }

    /** Takes a running gang off its nodes. */
    public void remove(int gang) {
        requireRunning(gang);
        leave(gang);
        log(REMOVED, gang);
    }

    /** Makes a lent gang firm where it is. */
    public void confirm(int gang) {
        requireRunning(gang);
        if (lent[gang]) {
            setLent(gang, false);
            log(CONFIRMED, gang);
        }
    }

    private void requireRunning(int gang) {
        if (!isRunning(gang)) {
            throw new IllegalStateException("gang " + gang + " does not run");
        }
    }

    /** Names the present state for {@link #undoTo}. */
    public int mark() {
        return logged;
    }

    /** Takes back all changes since the mark. */
    public void undoTo(int mark) {
        while (logged > mark) {
            int entry = log[--logged];
            int gang = entry >> 2;
            switch (entry & 3) {
                case PLACED -> leave(gang);
                case REMOVED -> enter(gang);
                default -> setLent(gang, true);
            }
        }
    }

    /** Makes all changes final: nothing before this can be undone. */
    public void commit() {
        for (int i = 0; i < logged; i++) {
            if ((log[i] & 3) == REMOVED) {
                releases++;
            }
        }
        logged = 0;
    }

    /** How many gangs have left for good; what was refused before is worth a new try once it has grown. */
    public long releases() {
        return releases;
    }

    private void log(int kind, int gang) {
        if (logged == log.length) {
            log = Arrays.copyOf(log, logged * 2);
        }
        log[logged++] = gang << 2 | kind;
    }

    private void reserve(int gang) {
        if (gang >= running.length) {
            int capacity = Math.max(gang + 1, running.length * 2);
            nodesOf = Arrays.copyOf(nodesOf, capacity);
            perNode = Arrays.copyOf(perNode, capacity);
            lent = Arrays.copyOf(lent, capacity);
            running = Arrays.copyOf(running, capacity);
        }
    }

    private void enter(int gang) {
        running[gang] = true;
        for (int node : nodesOf[gang]) {
            gangs[node * width + gangsOn[node]++] = gang;
            change(node, -perNode[gang], lent[gang] ? 0 : perNode[gang]);
        }
    }

    private void leave(int gang) {
        running[gang] = false;
        for (int node : nodesOf[gang]) {
            int from = node * width;
            int last = from + --gangsOn[node];
            for (int i = from; i < last; i++) {
                if (gangs[i] == gang) {
                    gangs[i] = gangs[last];
                    break;
                }
            }
            change(node, perNode[gang], lent[gang] ? 0 : -perNode[gang]);
        }
    }

    private void setLent(int gang, boolean isLent) {
        lent[gang] = isLent;
        for (int node : nodesOf[gang]) {
            change(node, 0, isLent ? -perNode[gang] : perNode[gang]);
        }
    }

    private void change(int node, int freeDelta, int firmDelta) {
        boolean wasWhole = isWhole(node);
        boolean wasOpen = isOpen(node);
        free[node] += freeDelta;
        firm[node] += firmDelta;
        freeGpus += freeDelta;
        if (isWhole(node) != wasWhole) {
            count(whole, node, wasWhole ? -1 : 1);
        }
        if (isOpen(node) != wasOpen) {
            count(open, node, wasOpen ? -1 : 1);
        }
    }

    private void count(int[][] counters, int node, int delta) {
        for (int l = 0; l < counters.length; l++) {
            counters[l][topology.cellOf(l, node)] += delta;
        }
    }

    private boolean isFull(int node) {
        return topology.capacity(node) == topology.fullCapacity();
    }

    /** Whether a node has full capacity and nothing on it. */
    public boolean isWhole(int node) {
        return free[node] == topology.fullCapacity();
    }

    /** Whether a node has full capacity and no firm work on it. */
    public boolean isOpen(int node) {
        return firm[node] == 0 && isFull(node);
    }

    /** Free GPUs of a node. */
    public int free(int node) {
        return free[node];
    }

    /** Free GPUs of the fleet. */
    public int freeGpus() {
        return freeGpus;
    }

    /** Nodes of a cell for which {@link #isWhole} holds. */
    public int wholeNodes(int level, int cell) {
        return whole[level][cell];
    }

    /** Nodes of a cell for which {@link #isOpen} holds. */
    public int openNodes(int level, int cell) {
        return open[level][cell];
    }

    /** Number of gangs on a node. */
    public int gangsOn(int node) {
        return gangsOn[node];
    }

    /** One of the gangs on a node, in no particular order. */
    public int gangOn(int node, int index) {
        return gangs[node * width + index];
    }

    /** Whether a gang has GPUs. */
    public boolean isRunning(int gang) {
        return gang < running.length && running[gang];
    }

    /** Whether a running gang may be evicted. */
    public boolean isLent(int gang) {
        return lent[gang];
    }

    /** GPUs that a running gang has on each of its nodes. */
    public int gpusPerNode(int gang) {
        return perNode[gang];
    }

    /** Number of nodes that a running gang is on. */
    public int nodesOf(int gang) {
        return running[gang] ? nodesOf[gang].length : NOWHERE.length;
    }

    /** One of the nodes of a running gang. */
    public int nodeOf(int gang, int index) {
        return nodesOf[gang][index];
    }

    /** Gangs have numbers below this. */
    public int gangBound() {
        return running.length;
    }
}
