package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pool with its nodes and what is held on them, counted from scratch at each question, as the rules read. Shares
 * nothing with the code that it judges.
 */
final class Tree {
    static final String OPEN = "";

    final Cell pool = new Cell("pool", "pool", 0, Integer.MAX_VALUE);
    final int gpusPerNode;
    /** Names of the units, largest first. */
    final List<String> units = new ArrayList<>();
    /** GPUs of each. */
    final List<Integer> sizes = new ArrayList<>();
    /** Levels that group nodes. */
    final int keyed;

    final Map<String, Machine> machines = new LinkedHashMap<>();
    /** By account. */
    final Map<String, Deal> deals = new LinkedHashMap<>();

    /**
     * @param sellable nodes of a cell of each level that can be sold
     * @param half GPUs of half a node, 0 for no such level
     */
    Tree(int gpusPerNode, List<String> levels, List<Integer> sellable, int half) {
        this.gpusPerNode = gpusPerNode;
        keyed = levels.size();
        for (int l = 0; l < keyed; l++) {
            unit(levels.get(l), sellable.get(l) * gpusPerNode);
        }
        unit("node", gpusPerNode);
        if (half > 0) {
            unit("half", half);
        }
        unit("gpu", 1);
    }

    private void unit(String name, int size) {
        units.add(name);
        sizes.add(size);
    }

    int size(String unit) {
        return sizes.get(units.indexOf(unit));
    }

    String unit(String account) {
        Deal deal = deals.get(account);
        return deal == null ? "gpu" : deal.unit();
    }

    /** The depth of the cells of a unit, the one of nodes for those that nodes hold. */
    int depth(String unit) {
        return Math.min(units.indexOf(unit), keyed) + 1;
    }

    /** All cells of a depth. */
    List<Cell> cells(int depth) {
        List<Cell> of = List.of(pool);
        for (int d = 0; d < depth; d++) {
            of = of.stream().flatMap(c -> c.cells.stream()).toList();
        }
        return of;
    }

    /** GPUs of a node that are used, with the rest of the parts of it that are bound. */
    int taken(Machine machine) {
        int sum = 0;
        for (Map.Entry<String, Integer> of : machine.held.entrySet()) {
            sum += parts(of.getKey(), of.getValue()) * part(of.getKey());
        }
        return sum;
    }

    /** What an account binds of a node: the GPUs of a half, or of the node. */
    private int part(String account) {
        String unit = unit(account);
        return unit.equals("node") || unit.equals("half") ? size(unit) : 1;
    }

    private int parts(String account, int gpus) {
        return (gpus + part(account) - 1) / part(account);
    }

    /** GPUs that an account may still use in the parts of a node that it has bound. */
    int rest(Machine machine, String account) {
        int held = machine.held.getOrDefault(account, 0);
        int rest = parts(account, held) * part(account) - held;
        return Math.max(0, Math.min(rest, machine.working() - machine.charged()));
    }

    /** Whether some account's claims bind the cell. */
    boolean isBound(Cell cell) {
        for (Machine machine : cell.machines) {
            for (String account : machine.held.keySet()) {
                if (!account.equals(OPEN) && unit(account).equals(cell.level)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Nodes of a cell that may not be taken into use any more, as somebody uses them or has bound what they are in. */
    int inUse(Cell cell) {
        if (isBound(cell)) {
            return cell.sellable;
        }
        return usedBelow(cell);
    }

    private int usedBelow(Cell cell) {
        int sum = 0;
        for (Cell below : cell.cells) {
            sum += inUse(below);
        }
        if (cell.cells.isEmpty()) {
            for (Machine machine : cell.machines) {
                sum += machine.working() > 0 && !machine.held.isEmpty() ? 1 : 0;
            }
        }
        return sum;
    }

    /** Idle nodes of a cell that may be taken into use by whoever may use the cell. */
    int slots(Cell cell) {
        return cell.depth == 0 ? Integer.MAX_VALUE : Math.max(0, cell.sellable - usedBelow(cell));
    }

    /** Claims of an account, in its units, and how many of them lie in usable cells. */
    int[] claims(String account) {
        int all = 0;
        int usable = 0;
        String unit = unit(account);
        if (depth(unit) <= keyed) {
            for (Cell cell : cells(depth(unit))) {
                boolean holds = cell.holds(account);
                all += holds ? 1 : 0;
                usable += holds && cell.isUsable() ? 1 : 0;
            }
            return new int[] {all, usable};
        }
        for (Machine machine : machines.values()) {
            int units = parts(account, machine.held.getOrDefault(account, 0));
            all += units;
            usable += (unit.equals("node") ? machine.isHealthy() : machine.up) ? units : 0;
        }
        return new int[] {all, usable};
    }

    /** What lies in a cell for those who own nothing there. */
    private final class Offer {
        int taken;
        /** Idle nodes by their GPUs. */
        final int[] idle = new int[gpusPerNode + 1];
        /** Whole cells, and for units below the node those on nodes in use. */
        final int[] cells = new int[units.size()];

        void add(Offer other) {
            taken += other.taken;
            for (int g = 0; g < idle.length; g++) {
                idle[g] += other.idle[g];
            }
            for (int u = 0; u < cells.length; u++) {
                cells[u] += other.cells[u];
            }
        }
    }

    private Offer offer(Machine machine) {
        Offer offer = new Offer();
        int gpus = machine.working();
        int taken = taken(machine);
        if (gpus > 0 && taken == 0) {
            offer.idle[gpus] = 1;
        } else if (gpus > 0) {
            offer.taken = 1;
            for (int u = keyed + 1; u < units.size(); u++) {
                offer.cells[u] = Math.max(0, gpus - taken) / sizes.get(u);
            }
        }
        return offer;
    }

    private Offer offer(Cell cell) {
        Offer offer = new Offer();
        cell.cells.forEach(below -> offer.add(offer(below)));
        if (cell.cells.isEmpty()) {
            cell.machines.forEach(machine -> offer.add(offer(machine)));
        }
        if (cell.depth == 0) {
            return offer;
        }
        if (isBound(cell)) {
            Offer nothing = new Offer();
            nothing.taken = Math.max(cell.sellable, offer.taken);
            return nothing;
        }
        int slots = Math.max(0, cell.sellable - offer.taken);
        int left = slots;
        for (int g = gpusPerNode; g > 0; g--) {
            offer.idle[g] = Math.min(offer.idle[g], left);
            left -= offer.idle[g];
        }
        offer.cells[cell.depth - 1] = cell.isUsable() && cell.isEmpty() ? 1 : 0;
        for (int u = cell.depth; u < keyed; u++) {
            offer.cells[u] = Math.min(offer.cells[u], slots * gpusPerNode / sizes.get(u));
        }
        return offer;
    }

    /** Whole free cells of each unit: the right side of Rule 2. */
    long[] whole() {
        Offer offer = offer(pool);
        long[] whole = new long[units.size()];
        for (int u = 0; u < whole.length; u++) {
            whole[u] = u == keyed ? 0 : offer.cells[u];
            for (int g = 1; u >= keyed && g <= gpusPerNode; g++) {
                whole[u] += (long) offer.idle[g] * (g / sizes.get(u));
            }
        }
        return whole;
    }

    /** Cells of a unit that could still be promised. */
    private long room(long[] slack, int unit) {
        long room = Long.MAX_VALUE;
        for (int u = unit; u < slack.length; u++) {
            room = Math.min(room, Math.max(0, slack[u]) * sizes.get(u) / sizes.get(unit));
        }
        return room;
    }

    /** How many more cells of a unit Rule 2 leaves room for, if everybody gets what he is entitled to. */
    int room(String unit) {
        long[] slack = whole();
        fill(slack);
        return (int) room(slack, units.indexOf(unit));
    }

    /** The largest counts for which Rule 2 holds, by account: running claims first, then in the order of the deals. */
    Map<String, Integer> entitled() {
        return fill(whole());
    }

    private Map<String, Integer> fill(long[] slack) {
        Map<String, Integer> entitled = new LinkedHashMap<>();
        for (Deal deal : deals.values()) {
            int unit = units.indexOf(deal.unit());
            int usable = claims(deal.account())[1];
            int more = (int) Math.min(Math.max(0, deal.committed() - usable), room(slack, unit));
            for (int u = unit; u < slack.length; u++) {
                slack[u] -= (long) more * sizes.get(unit) / sizes.get(u);
            }
            entitled.put(deal.account(), Math.min(deal.committed(), usable + more));
        }
        return entitled;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(units + " of " + sizes + " whole " + Arrays.toString(whole()));
        Map<String, Integer> entitled = entitled();
        deals.values()
                .forEach(d -> text.append('\n')
                        .append(d)
                        .append(" entitled ")
                        .append(entitled.get(d.account()))
                        .append(" claimed ")
                        .append(Arrays.toString(claims(d.account()))));
        for (Machine machine : machines.values()) {
            text.append('\n').append(machine.name);
            machine.path.stream().skip(1).forEach(c -> text.append(' ').append(c.name));
            text.append(machine.up ? " " : " down ")
                    .append(machine.gpus)
                    .append(' ')
                    .append(machine.held);
        }
        return text.toString();
    }
}
