package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A pool counted from scratch, written as the rules read and not as it is fast: it shares nothing with the counters of
 * {@link PoolState} that it is compared with, but for the table of the levels.
 */
final class CountedPool {
    private final Pool pool;
    private final LevelTable levels;
    private final Map<String, Account> accounts;
    private final Map<String, CountedNode> nodes = new LinkedHashMap<>();
    /** By depth, the outermost first; each before those in it. */
    private final List<List<CountedCell>> cells = new ArrayList<>();

    private final Map<String, CountedCell> innermost = new HashMap<>();
    private final Map<Claimant, Integer> beside = new HashMap<>();

    /** Units that an account claims, and how many of those are not usable. */
    record Units(int claimed, int unusable, long gpus) {}

    /** @param accounts by name */
    CountedPool(Pool pool, Collection<NodeState> states, Map<String, Account> accounts) {
        this.pool = pool;
        this.accounts = accounts;
        levels = new LevelTable(pool);
        states.forEach(state -> nodes.put(state.facts().name(), new CountedNode(state, pool)));
    }

    void seat(String node, Claimant claimant, Shape shape) {
        CountedNode on = node(node);
        int charge = switch (claimant.tier()) {
            case SPOT -> on.lend(shape);
            case ON_DEMAND -> on.seat(CountedNode.NOBODY, shape);
            case RESERVED -> on.seat(row(claimant.account()) < 0 ? CountedNode.NOBODY : claimant.account(), shape);
        };
        if (claimant.tier() != Tier.RESERVED) {
            beside.merge(claimant, charge, Integer::sum);
        }
    }

    void stray(String node, Shape shape) {
        node(node).stray(shape);
    }

    /** All that lies here is known. */
    void close() {
        nodes.values().forEach(CountedNode::close);
        for (int d = 0; d < levels.nodeDepth(); d++) {
            cells.add(new ArrayList<>());
        }
        if (!nodes.isEmpty()) {
            CountedCell root = CountedCell.pool(levels);
            nodes.values().forEach(node -> enter(root, node));
            list(root);
        }
        for (int d = levels.nodeDepth() - 1; d >= 0; d--) {
            cells.get(d).forEach(cell -> cell.close(this));
        }
    }

    private void enter(CountedCell root, CountedNode node) {
        CountedCell cell = root;
        for (int d = 1; d < levels.nodeDepth(); d++) {
            // Whatever is unknown makes unknown what lies in it.
            cell = cell.child(cell.isKnown() ? node.state().cells().get(d - 1) : NodeState.UNKNOWN);
            for (Map.Entry<String, Integer> of : node.gpus().entrySet()) {
                if (levels.depthOfRow(row(of.getKey())) == d) {
                    cell.claim(of.getKey(), of.getValue());
                }
            }
        }
        cell.add(node);
        innermost.put(node.name(), cell);
    }

    private void list(CountedCell cell) {
        cells.get(cell.depth()).add(cell);
        cell.children().forEach(this::list);
    }

    Map<String, CountedNode> nodes() {
        return nodes;
    }

    CountedNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    /** Which of the innermost cells a node lies in. */
    String pathOf(String node) {
        return Objects.requireNonNull(innermost.get(node)).path();
    }

    String name() {
        return pool.name();
    }

    int depths() {
        return cells.size();
    }

    List<CountedCell> cells(int depth) {
        return cells.get(depth);
    }

    /** GPUs that are charged beside commitments. */
    Map<Claimant, Integer> beside() {
        return beside;
    }

    /** The row of an account's unit, -1 where it has none here. */
    int row(String account) {
        if (account.equals(CountedNode.NOBODY)) {
            return levels.gpuRow();
        }
        Account of = accounts.get(account);
        return of == null || !of.gpuClass().equals(pool.gpuClass()) ? -1 : levels.row(of.unit());
    }

    boolean lends(String account) {
        Account of = accounts.get(account);
        return of == null || of.lends();
    }

    /** Whether work of an account takes parts of nodes as wholes, or nodes. */
    private boolean bindsInNode(String account) {
        int row = row(account);
        return row >= levels.nodeRow() && row < levels.gpuRow();
    }

    /** GPUs of a node that nobody else may take. */
    int effective(CountedNode node) {
        int sum = 0;
        for (Map.Entry<String, Integer> of : node.gpus().entrySet()) {
            sum += of.getValue() + rest(of.getKey(), of.getValue());
        }
        return sum;
    }

    /** GPUs of the parts of a node that somebody has bound with so many, and does not use. */
    private int rest(String account, int gpus) {
        int part = bindsInNode(account) ? levels.gpus(row(account)) : 1;
        return Math.floorMod(-gpus, part);
    }

    /** GPUs of a node that anybody uses or nobody else may take. */
    int taken(CountedNode node) {
        return Math.max(effective(node), node.charged() + node.lent());
    }

    /** GPUs that nobody uses and that may be lent, as far as those go who have bound parts of nodes. */
    int idleGpus() {
        int sum = 0;
        for (CountedNode node : nodes.values()) {
            int unlent = 0;
            for (Map.Entry<String, Integer> of : node.gpus().entrySet()) {
                unlent += lends(of.getKey()) ? 0 : rest(of.getKey(), of.getValue());
            }
            sum += Math.max(0, node.workingGpus() - node.charged() - unlent - node.lent());
        }
        return sum;
    }

    Units units(String account) {
        int row = row(account);
        int depth = row < 0 ? -1 : levels.depthOfRow(row);
        int claimed = 0;
        int unusable = 0;
        long gpus = gpusInUnits(account, row);
        if (depth > 0 && depth < levels.nodeDepth()) {
            for (CountedCell cell : cells(depth)) {
                boolean claims = cell.claims().containsKey(account);
                claimed += claims ? 1 : 0;
                unusable += claims && !cell.isUsable() ? 1 : 0;
            }
            return new Units(claimed, unusable, gpus);
        }
        for (CountedNode node : nodes.values()) {
            int onNode = row < 0 ? 0 : node.gpus().getOrDefault(account, 0);
            int units = onNode == 0 ? 0 : (onNode + rest(account, onNode)) / levels.gpus(row);
            claimed += units;
            boolean usable = row == levels.nodeRow() ? node.isUsable() : node.takesWork();
            unusable += usable ? 0 : units;
        }
        return new Units(claimed, unusable, gpus);
    }

    private long gpusInUnits(String account, int row) {
        return row < 0 || row == levels.gpuRow()
                ? 0
                : nodes.values().stream()
                        .mapToLong(node -> node.gpus().getOrDefault(account, 0))
                        .sum();
    }
}
