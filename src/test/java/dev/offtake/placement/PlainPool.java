package dev.offtake.placement;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A pool counted from scratch, written as the rule reads and not as it is fast. */
final class PlainPool {
    final List<String> rows = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final Pool pool;
    private final List<Level> keyed;
    private final Map<String, Account> accounts;
    final Map<String, PlainNode> nodes = new TreeMap<>();
    private final List<Map<String, List<PlainNode>>> byCell = new ArrayList<>();

    /** GPUs by account on one node; "" is nobody's account. */
    static final class PlainNode {
        final NodeState state;
        final Map<String, Integer> gpus = new TreeMap<>();
        int lent;
        long devices;
        long cpu;
        long memory;
        long pods;

        PlainNode(NodeState state) {
            this.state = state;
        }

        int charged() {
            return gpus.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** What is given to those who own nothing there. */
    static final class Offer {
        int taken;
        final List<Integer> idle = new ArrayList<>();
        final int[] cells;

        Offer(int rows) {
            cells = new int[rows];
        }
    }

    PlainPool(Pool pool, Map<String, Account> accounts) {
        this.pool = pool;
        this.accounts = accounts;
        keyed = pool.keyedLevels();
        for (Level level : pool.levels()) {
            if (level.isKeyed() && level.nodes() > 0) {
                row(level.name(), level.sellableNodes() * pool.gpusPerNode());
            }
        }
        row("node", pool.gpusPerNode());
        pool.levels().stream().filter(l -> !l.isKeyed()).forEach(l -> row(l.name(), l.gpus()));
        row("gpu", 1);
    }

    private void row(String name, int size) {
        rows.add(name);
        sizes.add(size);
    }

    int size(int row) {
        return sizes.get(row);
    }

    /** In whose name work of an account is counted here. */
    String owner(Claimant claimant) {
        Account account = accounts.get(claimant.account());
        boolean counts = claimant.tier() == Tier.RESERVED
                && account != null
                && account.gpuClass().equals(pool.gpuClass())
                && rows.contains(account.unit());
        return counts ? claimant.account() : "";
    }

    int charge(PlainNode node, Shape shape) {
        double share = Math.max(
                part(shape.request("cpu"), node.state.facts().allocatable("cpu")),
                part(shape.request("memory"), node.state.facts().allocatable("memory")));
        int gpus = (int) Math.ceil(share * pool.gpusPerNode() - 1e-9);
        return Math.max(shape.gpus(), Math.min(gpus, pool.gpusPerNode()));
    }

    private static double part(long requested, long allocatable) {
        return allocatable == 0 ? 0 : (double) requested / allocatable;
    }

    private String unit(String account) {
        return account.isEmpty() ? "gpu" : accounts.get(account).unit();
    }

    int unitRow(String account) {
        return rows.indexOf(unit(account));
    }

    private boolean bindsInNode(String account) {
        int row = unitRow(account);
        return row >= rows.indexOf("node") && row < rows.size() - 1;
    }

    /** Used GPUs of a node with the rest of the parts that are bound. */
    int effective(PlainNode node) {
        int sum = 0;
        for (Map.Entry<String, Integer> of : node.gpus.entrySet()) {
            int part = bindsInNode(of.getKey()) ? sizes.get(unitRow(of.getKey())) : 1;
            sum += (of.getValue() + part - 1) / part * part;
        }
        return sum;
    }

    /** The cell of a node at a depth, 0 being the pool. */
    String cell(PlainNode node, int depth) {
        StringBuilder path = new StringBuilder();
        for (int d = 0; d < depth; d++) {
            path.append('/').append(node.state.cells().get(d));
        }
        return path.toString();
    }

    boolean isKnown(PlainNode node, int depth) {
        return depth == 0 || !node.state.cells().get(depth - 1).equals(NodeState.UNKNOWN);
    }

    int depths() {
        return keyed.size() + 1;
    }

    /** The nodes by cell; to be asked for only when all nodes are there. */
    private Map<String, List<PlainNode>> byCell(int depth) {
        while (byCell.size() <= depth) {
            Map<String, List<PlainNode>> cells = new TreeMap<>();
            for (PlainNode node : nodes.values()) {
                cells.computeIfAbsent(cell(node, byCell.size()), c -> new ArrayList<>())
                        .add(node);
            }
            byCell.add(cells);
        }
        return byCell.get(depth);
    }

    List<PlainNode> nodesIn(int depth, String cell) {
        return byCell(depth).getOrDefault(cell, List.of());
    }

    Set<String> cells(int depth) {
        return byCell(depth).keySet();
    }

    private boolean isSized(int depth, String cell) {
        return depth > 0
                && keyed.get(depth - 1).nodes() > 0
                && isKnown(nodesIn(depth, cell).get(0), depth);
    }

    /** Healthy nodes of a cell; of the cells in it only those that are whole, with the nodes that can be sold. */
    private int healthy(int depth, String cell) {
        if (depth == keyed.size()) {
            return (int) nodesIn(depth, cell).stream()
                    .filter(n -> n.state.health() == NodeState.Health.USABLE)
                    .count();
        }
        int sum = 0;
        for (String child : cells(depth + 1)) {
            if (child.startsWith(cell + "/")) {
                boolean hasSize = keyed.get(depth).nodes() > 0;
                int sellable = keyed.get(depth).sellableNodes();
                sum += !hasSize ? healthy(depth + 1, child) : isUsable(depth + 1, child) ? sellable : 0;
            }
        }
        return sum;
    }

    boolean isUsable(int depth, String cell) {
        return isSized(depth, cell)
                && healthy(depth, cell) >= keyed.get(depth - 1).sellableNodes();
    }

    /** Accounts that have work in the cell and whose unit is its level. */
    TreeSet<String> claimants(int depth, String cell) {
        TreeSet<String> names = new TreeSet<>();
        nodesIn(depth, cell)
                .forEach(n -> n.gpus.keySet().stream()
                        .filter(a ->
                                depth > 0 && unit(a).equals(keyed.get(depth - 1).name()))
                        .forEach(names::add));
        return names;
    }

    boolean isBound(int depth, String cell) {
        return isSized(depth, cell) && !claimants(depth, cell).isEmpty();
    }

    int used(int depth, String cell) {
        return nodesIn(depth, cell).stream().mapToInt(this::effective).sum();
    }

    boolean isWhole(int depth, String cell) {
        return isUsable(depth, cell) && used(depth, cell) == 0 && !isBound(depth, cell);
    }

    Offer below(int depth, String cell) {
        Offer sum = new Offer(rows.size());
        if (depth == keyed.size()) {
            nodesIn(depth, cell).forEach(n -> add(sum, offer(n)));
        } else {
            cells(depth + 1).stream().filter(c -> c.startsWith(cell + "/")).forEach(c -> add(sum, offer(depth + 1, c)));
        }
        return sum;
    }

    Offer offer(int depth, String cell) {
        Offer offer = below(depth, cell);
        if (!isSized(depth, cell)) {
            return offer;
        }
        int sellable = keyed.get(depth - 1).sellableNodes();
        if (isBound(depth, cell)) {
            Offer nothing = new Offer(rows.size());
            nothing.taken = Math.max(sellable, offer.taken);
            return nothing;
        }
        int slots = Math.max(0, sellable - offer.taken);
        offer.idle.sort(Collections.reverseOrder());
        while (offer.idle.size() > slots) {
            offer.idle.remove(offer.idle.size() - 1);
        }
        int own = rows.indexOf(keyed.get(depth - 1).name());
        offer.cells[own] = isWhole(depth, cell) ? 1 : 0;
        for (int row = own + 1; row < rows.indexOf("node"); row++) {
            offer.cells[row] = Math.min(offer.cells[row], slots * pool.gpusPerNode() / sizes.get(row));
        }
        return offer;
    }

    private Offer offer(PlainNode node) {
        Offer offer = new Offer(rows.size());
        int gpus = node.state.gpus();
        if (node.state.health().takesWork()) {
            int used = effective(node);
            if (used == 0) {
                offer.idle.add(gpus);
            } else {
                offer.taken = 1;
                for (int row = rows.indexOf("node") + 1; row < rows.size(); row++) {
                    offer.cells[row] = Math.max(0, gpus - used) / sizes.get(row);
                }
            }
        }
        return offer;
    }

    private static void add(Offer sum, Offer part) {
        sum.taken += part.taken;
        sum.idle.addAll(part.idle);
        IntStream.range(0, sum.cells.length).forEach(i -> sum.cells[i] += part.cells[i]);
    }

    int avail(Offer offer, int row) {
        int node = rows.indexOf("node");
        if (row < node) {
            return offer.cells[row];
        }
        int inUse = row == node ? 0 : offer.cells[row];
        return inUse + offer.idle.stream().mapToInt(g -> g / sizes.get(row)).sum();
    }

    /** Units that an account claims, of them those in cells that are not usable. */
    int[] claims(String account) {
        int claimed = 0;
        int unusable = 0;
        String unit = unit(account);
        for (int d = 1; d <= keyed.size(); d++) {
            if (keyed.get(d - 1).name().equals(unit)) {
                for (String cell : cells(d)) {
                    if (claimants(d, cell).contains(account)) {
                        claimed++;
                        unusable += isUsable(d, cell) ? 0 : 1;
                    }
                }
                return new int[] {claimed, unusable};
            }
        }
        int size = sizes.get(unitRow(account));
        for (PlainNode node : nodes.values()) {
            int units = (node.gpus.getOrDefault(account, 0) + size - 1) / size;
            boolean usable = unit.equals("node")
                    ? node.state.health() == NodeState.Health.USABLE
                    : node.state.health().takesWork();
            claimed += units;
            unusable += usable ? 0 : units;
        }
        return new int[] {claimed, unusable};
    }
}
