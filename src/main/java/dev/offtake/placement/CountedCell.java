package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A cell of a pool with what lies in it, counted from scratch: semantics.md as it reads. */
final class CountedCell {
    private final LevelTable levels;
    private final int depth;
    private final String path;
    private final boolean known;
    private final Map<String, CountedCell> children = new LinkedHashMap<>();
    private final List<CountedNode> nodes = new ArrayList<>();
    /** GPUs of those whose unit is the level of the cell. */
    private final Map<String, Integer> claims = new TreeMap<>();

    private int usable;
    /** Without work that can be evicted, and with it. */
    private final Side firm;

    private final Side all;

    /** What is in use, and what is left of it. */
    static final class Side {
        private int used;
        private final CountedOffer below;
        private CountedOffer given;

        Side(LevelTable levels) {
            below = new CountedOffer(levels);
            given = below;
        }

        int used() {
            return used;
        }

        /** Of what lies below. */
        CountedOffer below() {
            return below;
        }

        /** What the cell gives of that. */
        CountedOffer given() {
            return given;
        }
    }

    private CountedCell(LevelTable levels, int depth, String path, boolean known) {
        this.levels = levels;
        this.depth = depth;
        this.path = path;
        this.known = known;
        firm = new Side(levels);
        all = new Side(levels);
    }

    static CountedCell pool(LevelTable levels) {
        return new CountedCell(levels, 0, "", true);
    }

    /** The cell in this one of a name; empty for nodes of unknown topology. */
    CountedCell child(String name) {
        return children.computeIfAbsent(
                name, n -> new CountedCell(levels, depth + 1, path + "/" + n, known && !n.isEmpty()));
    }

    Collection<CountedCell> children() {
        return children.values();
    }

    void add(CountedNode node) {
        nodes.add(node);
    }

    void claim(String account, int gpus) {
        claims.merge(account, gpus, Integer::sum);
    }

    /** Adds up what the parts of the cell have, which were closed before. */
    void close(CountedPool pool) {
        if (depth == levels.nodeDepth() - 1) {
            for (CountedNode node : nodes) {
                usable += node.isUsable() ? 1 : 0;
                add(firm, node, pool.effective(node));
                add(all, node, pool.taken(node));
            }
        }
        for (CountedCell child : children()) {
            boolean sized = levels.rowOfDepth(depth + 1) >= 0;
            usable += sized ? child.sellable() : child.usable;
            add(firm, child.firm);
            add(all, child.all);
        }
        give(firm);
        give(all);
    }

    private int sellable() {
        return isUsable() ? levels.sellableNodes(depth) : 0;
    }

    private static void add(Side side, CountedNode node, int taken) {
        side.used += taken;
        side.below.addNode(node.workingGpus(), taken);
    }

    private static void add(Side side, Side part) {
        side.used += part.used;
        side.below.add(part.given);
    }

    private void give(Side side) {
        if (isBound()) {
            side.given = side.below.ofBound(levels.sellableNodes(depth));
        } else if (isSized()) {
            side.given = side.below.ofCell(depth, isWhole(side));
        }
    }

    int depth() {
        return depth;
    }

    String path() {
        return path;
    }

    boolean isKnown() {
        return known;
    }

    boolean isSized() {
        return known && levels.rowOfDepth(depth) >= 0;
    }

    boolean isBound() {
        return known && !claims.isEmpty();
    }

    /** How many more nodes are in use, or kept for who has bound a cell in it, than it may give. */
    int overused() {
        return Math.max(0, all.below.taken() - levels.sellableNodes(depth));
    }

    boolean isUsable() {
        return isSized() && usable >= levels.sellableNodes(depth);
    }

    boolean isWhole(Side side) {
        return isUsable() && side.used == 0 && !isBound();
    }

    int size() {
        return nodes.size() + children().stream().mapToInt(CountedCell::size).sum();
    }

    Map<String, Integer> claims() {
        return claims;
    }

    Side firm() {
        return firm;
    }

    Side all() {
        return all;
    }
}
