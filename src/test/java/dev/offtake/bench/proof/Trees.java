package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random pools: one to four levels, cells with more or fewer parts than they were sold with, spares, failed and damaged nodes, sold to six accounts as
 * far as Rule 2 has room.
 */
final class Trees {
    /** More nodes are not made. */
    private static final int MOST_NODES = 96;

    private final Random random;
    private final boolean irregular;
    private final int spares;
    private final int trays;
    private final List<Integer> fanOut = new ArrayList<>();
    /** The cells around the one that is being made. */
    private final List<Cell> parents = new ArrayList<>();

    private Tree tree = new Tree(1, List.of(), List.of(), 0);

    private Trees(Random random) {
        this.random = random;
        irregular = random.nextInt(3) != 0;
        spares = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        trays = 2 + random.nextInt(4) + spares;
    }

    /** How a pool is declared. */
    record Sold(Tree tree, List<Integer> nodes, List<Integer> spareNodes) {}

    static Sold random(Random random) {
        return new Trees(random).make();
    }

    private Sold make() {
        int keyed = random.nextInt(7) / 2;
        List<String> levels = List.of("zone", "block", "rack").subList(3 - keyed, 3);
        int gpus = List.of(1, 2, 4, 4, 6, 8, 8).get(random.nextInt(7));
        int half = gpus >= 4 && random.nextInt(3) == 0 ? gpus / 2 : 0;
        List<Integer> nodes = new ArrayList<>();
        List<Integer> spareNodes = new ArrayList<>();
        List<Integer> sellable = new ArrayList<>();
        int racks = 1;
        for (int l = keyed - 1; l >= 0; l--) {
            nodes.add(0, racks * trays);
            spareNodes.add(0, racks * spares);
            sellable.add(0, racks * (trays - spares));
            int more = 2 + random.nextInt(2);
            racks *= more;
            fanOut.add(0, more);
        }
        tree = new Tree(gpus, levels, sellable, half);
        grow(tree.pool, levels, sellable);
        int percent = random.nextInt(21);
        for (Machine machine : tree.machines.values()) {
            damage(machine, percent);
        }
        boolean sellsOut = random.nextInt(3) != 0;
        for (int a = 0; a < 6; a++) {
            sell("account" + a, sellsOut && a == 5);
        }
        return new Sold(tree, nodes, spareNodes);
    }

    private void grow(Cell cell, List<String> levels, List<Integer> sellable) {
        if (cell.depth == levels.size()) {
            int nodes = Math.max(1, (levels.isEmpty() ? 2 + random.nextInt(12) : trays) + oddity());
            for (int n = 0; n < nodes && tree.machines.size() < MOST_NODES; n++) {
                Machine machine = new Machine(cell.name + "-n" + n, path(cell), tree.gpusPerNode);
                tree.machines.put(machine.name, machine);
            }
            return;
        }
        int cells = Math.max(1, fanOut.get(cell.depth) + oddity());
        for (int c = 0; c < cells && tree.machines.size() < MOST_NODES; c++) {
            String level = levels.get(cell.depth);
            String prefix = cell.depth == 0 ? "" : cell.name + "-";
            Cell below = new Cell(prefix + level.charAt(0) + c, level, cell.depth + 1, sellable.get(cell.depth));
            parents.add(cell);
            cell.cells.add(below);
            grow(below, levels, sellable);
            parents.remove(parents.size() - 1);
        }
    }

    private List<Cell> path(Cell cell) {
        List<Cell> path = new ArrayList<>(parents);
        path.add(cell);
        return path;
    }

    private int oddity() {
        return irregular && random.nextInt(3) == 0 ? random.nextInt(3) - 1 : 0;
    }

    private void damage(Machine machine, int percent) {
        machine.up = random.nextInt(100) >= percent;
        if (random.nextInt(100) < percent) {
            machine.gpus = 1 + random.nextInt(machine.sold);
        }
    }

    private void sell(String account, boolean all) {
        List<String> possible =
                tree.units.stream().filter(u -> tree.room(u) > 0).toList();
        String unit = possible.isEmpty() ? "gpu" : possible.get(random.nextInt(possible.size()));
        int room = tree.room(unit);
        int committed = room < 2 || all ? room : 1 + random.nextInt(room);
        int onDemand = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
        tree.deals.put(account, new Deal(account, unit, committed, onDemand, random.nextInt(4) != 0));
    }
}
