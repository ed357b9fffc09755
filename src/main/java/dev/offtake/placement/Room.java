package dev.offtake.placement;

/** GPUs of the nodes of one pool that may still be taken, and for what. */
final class Room {
    private final NodeTable nodes;
    private final Holdings held;
    private final Claims claims;
    private final LevelTable levels;
    private final Tally firm;

    Room(NodeTable nodes, Holdings held, Claims claims, LevelTable levels, Tally firm) {
        this.nodes = nodes;
        this.held = held;
        this.claims = claims;
        this.levels = levels;
        this.firm = firm;
    }

    /** GPUs of the node that nobody has and nobody has bound by a part of the node. */
    int open(int n) {
        return nodes.state(n).health().takesWork() ? Math.max(0, nodes.state(n).gpus() - held.effective(n)) : 0;
    }

    /** GPUs left in the parts of this node that the owner has bound already; 0 where its unit is more than a node. */
    int boundRest(int n, int owner) {
        int depth = levels.depthOfRow(claims.unitRow(owner));
        boolean isInNode = depth <= 0 || depth == levels.nodeDepth();
        if (!isInNode
                || held.charged(n) == 0
                || held.charged(n) >= nodes.state(n).gpus()) {
            return 0;
        }
        int inParts = claims.gpusIn(n, owner);
        if (inParts == 0) {
            return 0;
        }
        int part = levels.gpus(claims.unitRow(owner));
        return Math.max(
                0,
                Math.min(
                        Claims.parts(inParts, part) * part - inParts,
                        nodes.state(n).gpus() - held.charged(n)));
    }

    /** GPUs of the node that may be lent now: idle, and not in bound cells whose owner does not lend. */
    int lendable(int n) {
        for (int d = 1; d < levels.nodeDepth(); d++) {
            if (!isLentFrom(d, nodes.ancestor(d, n))) {
                return 0;
            }
        }
        return idle(n);
    }

    /** Whether what is idle in a cell may be lent, as far as those go who have bound it. */
    boolean isLentFrom(int depth, int cell) {
        CellTree tree = firm.cells(depth);
        return tree.owner(cell) == CellTree.NOBODY
                || claims.allLend(tree.claims(cell).keySet());
    }

    /** The same of a node in cells from which may be lent. */
    int idle(int n) {
        return nodes.state(n).health().takesWork()
                ? Math.max(0, nodes.state(n).gpus() - held.charged(n) - held.unlent(n) - held.lent(n))
                : 0;
    }

    /** Whether the node lies in a cell that the owner has bound, or a part of it is such a cell. */
    boolean isBoundBy(int n, int owner) {
        int depth = levels.depthOfRow(claims.unitRow(owner));
        if (depth <= 0 || depth == levels.nodeDepth()) {
            return claims.gpusIn(n, owner) > 0;
        }
        return firm.cells(depth).owner(nodes.ancestor(depth, n)) == owner;
    }

    /** The cell of the owner's unit that a node lies in; all nodes lie in one where that is the GPU, which binds nothing. */
    int unitCell(int n, int owner) {
        int row = claims.unitRow(owner);
        int depth = levels.depthOfRow(row);
        return row == levels.gpuRow() ? 0 : depth > 0 ? nodes.ancestor(depth, n) : n;
    }

    /** GPUs that the owner has in such a cell; 0 where its unit is the GPU. */
    int ofUnitCell(int cell, int owner) {
        return claims.gpusIn(cell, owner);
    }

    /** The units that so many GPUs in such a cell are. */
    int units(int gpus, int owner) {
        int row = claims.unitRow(owner);
        int depth = levels.depthOfRow(row);
        return depth > 0 && depth < levels.nodeDepth() ? Math.min(1, gpus) : Claims.parts(gpus, levels.gpus(row));
    }

    /**
     * At most so many GPUs an owner may take with so many units more: those, and what is left of what it has bound. Its work
     * and that of others in its cells may leave less.
     */
    long most(int owner, int units) {
        int row = claims.unitRow(owner);
        int depth = levels.depthOfRow(row);
        boolean isOfNodes = depth > 0 && depth < levels.nodeDepth();
        int ofUnit = isOfNodes ? firm.cells(depth).mostNodesEver() * levels.gpusPerNode() : levels.gpus(row);
        return (long) (claims.claimed(owner) + units) * ofUnit - claims.gpus(owner);
    }

    /** Whether parts of the node are bound. */
    boolean isBoundInPart(int n) {
        return held.isBound(n);
    }
}
