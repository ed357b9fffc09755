package dev.offtake.placement;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares the counters of one pool with what was counted from scratch. */
final class PoolRecount {
    private final Cluster cluster;
    private final PoolState pool;
    private final LevelTable levels;
    private final CountedPool counted;
    private final String name;

    PoolRecount(Cluster cluster, PoolState pool, CountedPool counted) {
        this.cluster = cluster;
        this.pool = pool;
        this.counted = counted;
        levels = pool.levels();
        name = pool.pool().name();
    }

    void compare() {
        Miscount.compareNumbers(pool.nodes().size(), counted.nodes().size(), "nodes of pool %s", name);
        Miscount.compareNumbers(pool.size(), counted.nodes().size(), "size of pool %s", name);
        pool.nodes().forEach(this::node);
        for (int d = 0; d < levels.nodeDepth(); d++) {
            cells(d);
        }
        for (int n : pool.nodes()) {
            branch(n);
        }
        Miscount.compareNumbers(pool.idleGpus(), counted.idleGpus(), "idle GPUs of pool %s", name);
        units(CountedNode.NOBODY, PoolState.OPEN);
        for (Account account : cluster.accounts()) {
            units(account.name(), cluster.owner(account.name()));
        }
    }

    private void node(int n) {
        String node = pool.node(n).facts().name();
        CountedNode expected = counted.nodes().get(node);
        if (expected == null) {
            throw new Miscount("node " + node + " is not of pool " + name);
        }
        Miscount.compare(pool.node(n), expected.state(), "state of node %s", node);
        Miscount.compareNumbers(cluster.number(pool, node), n, "number of node %s", node);
        Resources resources = pool.resources();
        for (int r = 0; r < resources.count(); r++) {
            String resource = resources.name(r);
            long allocatable = expected.allocatable(resource);
            long used = expected.used(resource);
            Miscount.compareNumbers(
                    resources.allocatable(n, r), allocatable, "allocatable %s of node %s", resource, node);
            Miscount.compareNumbers(resources.used(n, r), used, "used %s of node %s", resource, node);
            Miscount.compareNumbers(
                    resources.freeOfFirm(n, r),
                    allocatable - used + expected.usedByLent(resource),
                    "%s of node %s free of firm work",
                    resource,
                    node);
        }
        Miscount.compareNumbers(pool.charged(n), expected.charged(), "GPUs charged on node %s", node);
        Miscount.compareNumbers(pool.lent(n), expected.lent(), "GPUs lent on node %s", node);
        Miscount.compareNumbers(pool.effective(n), counted.effective(expected), "GPUs used or bound on node %s", node);
    }

    private void cells(int depth) {
        Map<String, CountedCell> expected = new TreeMap<>();
        counted.cells(depth).forEach(cell -> expected.put(cell.path(), cell));
        for (CellTree tree : List.of(pool.cells(depth), pool.occupied(depth))) {
            int found = 0;
            for (int c = 0; c < tree.bound(); c++) {
                if (tree.exists(c)) {
                    found++;
                    CountedCell cell = expected.get(tree.path(c));
                    if (cell == null) {
                        throw new Miscount("cell " + name + tree.path(c) + " has no node");
                    }
                    boolean firm = tree == pool.cells(depth);
                    cell(tree, c, cell, firm ? cell.firm() : cell.all(), firm ? "firm work" : "all work");
                }
            }
            Miscount.compareNumbers(
                    found, expected.size(), "cells of level %s in pool %s", levels.depthName(depth), name);
        }
    }

    private void cell(CellTree tree, int c, CountedCell cell, CountedCell.Side side, String with) {
        String path = cell.path();
        Miscount.compare(tree.isKnown(c), cell.isKnown(), "whether %s%s is known", name, path);
        Miscount.compareNumbers(tree.nodes(c), cell.size(), "nodes of %s%s", name, path);
        Miscount.compare(tree.isUsable(c), cell.isUsable(), "whether %s%s is usable", name, path);
        Miscount.compareNumbers(tree.used(c), side.used(), "GPUs used or bound in %s%s with %s", name, path, with);
        if (!tree.claims(c).isEmpty() || !cell.claims().isEmpty()) {
            Miscount.compare(tree.claims(c), claims(cell), "claims of %s%s with %s", name, path, with);
        }
        boolean bound = tree.owner(c) != CellTree.NOBODY;
        Miscount.compare(bound, cell.isBound(), "whether %s%s is bound with %s", name, path, with);
        if (bound) {
            int owner = cluster.owner(cell.claims().keySet().iterator().next());
            Miscount.compareNumbers(tree.owner(c), owner, "owner of %s%s with %s", name, path, with);
        }
        Miscount.compare(tree.isWhole(c), cell.isWhole(side), "whether %s%s is whole with %s", name, path, with);
        for (int row = 0; row < levels.rows(); row++) {
            int free = side.given().avail(row);
            if (tree.avail(c, row) != free) {
                String what = "free cells of %s in %s%s with %s";
                Miscount.compareNumbers(tree.avail(c, row), free, what, levels.rowName(row), name, path, with);
            }
        }
        if (cell.isSized()) {
            int slots = Math.max(
                    0, levels.sellableNodes(cell.depth()) - side.below().taken());
            Miscount.compareNumbers(
                    tree.idleNodesToGive(c), slots, "idle nodes to give of %s%s with %s", name, path, with);
        }
    }

    private Map<Integer, Integer> claims(CountedCell cell) {
        Map<Integer, Integer> claims = new TreeMap<>();
        cell.claims().forEach((account, gpus) -> claims.put(cluster.owner(account), gpus));
        return claims;
    }

    /** What lies in what. */
    private void branch(int n) {
        int innermost = levels.nodeDepth() - 1;
        String node = pool.node(n).facts().name();
        Leaves leaves = pool.supply().leaves();
        Miscount.compareNumbers(
                leaves.cell(leaves.leaf(n)), pool.ancestor(innermost, n), "cell of the leaf of node %s", node);
        Miscount.compareNumbers(
                leaves.nodeAt(pool.ancestor(innermost, n), leaves.place(n)), n, "place of node %s", node);
        Miscount.compare(
                pool.cells(innermost).path(pool.ancestor(innermost, n)), counted.pathOf(node), "cell of node %s", node);
        for (int d = innermost; d > 0; d--) {
            int parent = pool.supply().branches().parent(d, pool.ancestor(d, n));
            Miscount.compareNumbers(parent, pool.ancestor(d - 1, n), "cell around that of node %s", node);
        }
    }

    private void units(String account, int owner) {
        String whose = account.isEmpty() ? "nobody" : account;
        Miscount.compareNumbers(pool.unitRow(owner), counted.row(account), "unit of %s in pool %s", whose, name);
        Miscount.compare(pool.lends(owner), counted.lends(account), "whether %s lends in pool %s", whose, name);
        CountedPool.Units units = counted.units(account);
        Miscount.compareNumbers(pool.claimed(owner), units.claimed(), "units claimed by %s in pool %s", whose, name);
        Miscount.compareNumbers(
                pool.claimedUnusable(owner), units.unusable(), "unusable units claimed by %s in pool %s", whose, name);
        Miscount.compareNumbers(
                pool.gpusInUnits(owner), units.gpus(), "GPUs of %s in its units in pool %s", whose, name);
    }
}
