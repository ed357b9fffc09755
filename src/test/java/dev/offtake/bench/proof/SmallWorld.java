package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A cluster that is small enough for exact answers, in part sold to three accounts, and gangs that come to it: two to
 * four racks of four to six nodes of eight GPUs, in some of them two racks to a block.
 */
final class SmallWorld {
    static final int GPUS = 8;

    final Trees.Sold sold;
    final Tree tree;
    /** Used CPU and memory (GiB) and devices by node. */
    final Map<String, long[]> used = new TreeMap<>();
    /** GPUs in use above the commitment. */
    final Map<String, Integer> onDemandUsed = new TreeMap<>();

    private final Random random;

    SmallWorld(long seed) {
        // The first numbers of generators with neighbouring seeds are alike.
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        boolean blocks = random.nextInt(3) == 0;
        int racks = blocks ? 2 : 2 + random.nextInt(3);
        int spares = random.nextInt(3) == 0 ? 1 : 0;
        int trays = 4 + random.nextInt(3);
        int half = random.nextInt(3) == 0 ? 4 : 0;
        List<String> levels = blocks ? List.of("block", "rack") : List.of("rack");
        List<Integer> nodes = blocks ? List.of(racks * trays, trays) : List.of(trays);
        List<Integer> spareNodes = blocks ? List.of(racks * spares, spares) : List.of(spares);
        List<Integer> sellable = new ArrayList<>();
        for (int l = 0; l < nodes.size(); l++) {
            sellable.add(nodes.get(l) - spareNodes.get(l));
        }
        tree = new Tree(GPUS, levels, sellable, half);
        for (int b = 0; b < (blocks ? 2 : 1); b++) {
            List<Cell> path = new ArrayList<>(List.of(tree.pool));
            if (blocks) {
                Cell block = new Cell("b" + b, "block", 1, sellable.get(0));
                tree.pool.cells.add(block);
                path.add(block);
            }
            for (int r = 0; r < racks; r++) {
                rack(path, "b" + b + "r" + r, trays, sellable.get(sellable.size() - 1));
            }
        }
        for (int a = 0; a < 3; a++) {
            String unit = tree.units.get(random.nextInt(tree.units.size()));
            int room = tree.room(unit);
            int committed = room == 0 ? 0 : 1 + random.nextInt(room);
            tree.deals.put("account" + a, new Deal("account" + a, unit, committed, random.nextInt(64), true));
        }
        sold = new Trees.Sold(tree, nodes, spareNodes);
    }

    private void rack(List<Cell> above, String name, int trays, int sellable) {
        List<Cell> path = new ArrayList<>(above);
        Cell rack = new Cell(name, "rack", path.size(), sellable);
        path.get(path.size() - 1).cells.add(rack);
        path.add(rack);
        for (int n = 0; n < trays; n++) {
            Machine machine = new Machine(name + "n" + n, path, GPUS);
            machine.up = random.nextInt(20) != 0;
            machine.gpus = random.nextInt(20) == 0 ? 1 + random.nextInt(GPUS) : GPUS;
            tree.machines.put(machine.name, machine);
            used.put(machine.name, new long[3]);
        }
    }

    /** What comes next. */
    Gang gang() {
        String account = "account" + random.nextInt(3);
        boolean onDemand = tree.deals.get(account).committed() == 0 || random.nextInt(4) == 0;
        int sets = 1 + Math.max(0, random.nextInt(5) - 2);
        List<String> levels = new ArrayList<>(List.of("", "", "node", "rack"));
        if (tree.keyed == 2) {
            levels.add("block");
        }
        List<Gang.PodSet> podSets = new ArrayList<>();
        for (int s = 0; s < sets; s++) {
            int gpus = List.of(1, 1, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 8).get(random.nextInt(13));
            String level = random.nextInt(3) == 0 ? levels.get(2 + random.nextInt(levels.size() - 2)) : "";
            int slice = level.isEmpty() ? 0 : 1 + random.nextInt(level.equals("node") ? 8 / gpus : 3);
            int count = level.isEmpty()
                    ? 1 + random.nextInt(random.nextBoolean() ? 3 : 6)
                    : slice * (1 + random.nextInt(3));
            long cpu = random.nextInt(4) == 0 ? 4_000L * (1 + random.nextInt(24)) : gpus * 1_000L * random.nextInt(17);
            long gib = random.nextInt(6) == 0 ? 64L * (1 + random.nextInt(24)) : gpus * 16L * random.nextInt(17);
            podSets.add(new Gang.PodSet(count, gpus, cpu, gib, level, slice));
        }
        String required = levels.get(random.nextInt(levels.size()));
        String preferred = random.nextInt(3) == 0 ? levels.get(random.nextInt(levels.size())) : "";
        return new Gang(account, onDemand, podSets, required, preferred);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int pick(int of) {
        return random.nextInt(of);
    }

    /** Takes a gang in, or out where {@code sign} is negative. */
    void hold(Gang gang, List<Map<String, Integer>> pods, int sign) {
        for (int s = 0; s < pods.size(); s++) {
            Gang.PodSet podSet = gang.podSets().get(s);
            int charge = podSet.charge(GPUS);
            pods.get(s).forEach((node, count) -> {
                int signed = sign * count;
                tree.machines.get(node).hold(gang.onDemand() ? Tree.OPEN : gang.account(), signed * charge);
                long[] on = used.get(node);
                on[0] += (long) signed * podSet.gpus();
                on[1] += signed * podSet.cpu();
                on[2] += signed * podSet.gib();
                if (gang.onDemand()) {
                    onDemandUsed.merge(gang.account(), signed * charge, Integer::sum);
                }
            });
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tree.toString());
        used.forEach(
                (node, of) -> text.append('\n').append(node).append(" used ").append(Arrays.toString(of)));
        return text.toString();
    }
}
