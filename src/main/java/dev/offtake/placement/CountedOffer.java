package dev.offtake.placement;

/** What a node or cell has left for those who own nothing in it, counted from scratch. */
final class CountedOffer {
    private final LevelTable levels;
    /** Nodes in use, or kept for who has bound their cell. */
    private int taken;
    /** Idle nodes, by their GPUs. */
    private final int[] idle;
    /** Whole cells of rows above the node; of those below it only on nodes in use. */
    private final int[] cells;

    CountedOffer(LevelTable levels) {
        this.levels = levels;
        idle = new int[levels.gpusPerNode() + 1];
        cells = new int[levels.rows()];
    }

    int taken() {
        return taken;
    }

    /** A node is in it that takes work with so many GPUs, of which so many are taken. */
    void addNode(int gpus, int takenGpus) {
        if (gpus > 0 && takenGpus == 0) {
            idle[gpus]++;
        } else if (gpus > 0) {
            taken++;
            for (int row = levels.nodeRow() + 1; row < cells.length; row++) {
                cells[row] += Math.max(0, gpus - takenGpus) / levels.gpus(row);
            }
        }
    }

    void add(CountedOffer part) {
        taken += part.taken;
        for (int gpus = 0; gpus < idle.length; gpus++) {
            idle[gpus] += part.idle[gpus];
        }
        for (int row = 0; row < cells.length; row++) {
            cells[row] += part.cells[row];
        }
    }

    /** What a bound cell gives to others: nothing, and it takes all that can be sold of it. */
    CountedOffer ofBound(int sellableNodes) {
        CountedOffer nothing = new CountedOffer(levels);
        nothing.taken = Math.max(sellableNodes, taken);
        return nothing;
    }

    /** What a cell of declared size gives: of its idle nodes no more than may be taken into use, the fullest first. */
    CountedOffer ofCell(int depth, boolean whole) {
        CountedOffer given = new CountedOffer(levels);
        given.add(this);
        int slots = Math.max(0, levels.sellableNodes(depth) - taken);
        int left = slots;
        for (int gpus = idle.length - 1; gpus > 0; gpus--) {
            given.idle[gpus] = Math.min(idle[gpus], left);
            left -= given.idle[gpus];
        }
        int own = levels.rowOfDepth(depth);
        given.cells[own] = whole ? 1 : 0;
        for (int row = own + 1; row < levels.nodeRow(); row++) {
            given.cells[row] = Math.min(cells[row], slots * levels.gpusPerNode() / levels.gpus(row));
        }
        return given;
    }

    /** Whole free cells of a row. */
    int avail(int row) {
        int sum = row == levels.nodeRow() ? 0 : cells[row];
        for (int gpus = 1; gpus < idle.length && row >= levels.nodeRow(); gpus++) {
            sum += idle[gpus] * (gpus / levels.gpus(row));
        }
        return sum;
    }
}
