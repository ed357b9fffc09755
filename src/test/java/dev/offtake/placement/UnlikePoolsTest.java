package dev.offtake.placement;

import static dev.offtake.placement.PlacementWorld.reserved;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Two pools of a class whose levels differ: racks of other sizes, or of no declared size. Who is entitled to what, and who has
 * a place within that, is known by trying each assignment of what is promised to the pools.
 */
class UnlikePoolsTest {
    private static final int WORLDS = 100;

    private int placed;
    private int refused;

    @Test
    void whatIsPromisedIsServedByWhicheverPoolLeavesRoomForTheOthers() {
        for (int seed = 0; seed < WORLDS; seed++) {
            new Tenants(seed).play();
        }
        assertThat(placed).isGreaterThan(WORLDS * 2);
        assertThat(refused).isGreaterThan(WORLDS / 4);
    }

    @Test
    void aRackIsPromisedThoughItsPoolHadToServeOthersBefore() {
        PlacementWorld world = new PlacementWorld(
                Site.site().trays(2), Site.site().trays(2).named("west").unsized());
        world.account("gpus", "gpu", 16, 0);
        world.account("racks", "rack", 1, 0);

        assertThat(world.entitled("racks")).isEqualTo(1);
        world.placed("rack", reserved("racks"), Ask.pods(2).gpus(8));
        world.placed("rest", reserved("gpus"), Ask.pods(16));
    }

    /** Two tenants or three, who claim what they have left, or a part of it. */
    private final class Tenants {
        private final Random random;
        private final int gpus;
        private final PlacementWorld world;
        /** Nodes of a rack that is sold, by pool; 0 where none is. */
        private final Map<String, Integer> rackNodes = new TreeMap<>();

        Tenants(int seed) {
            random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            gpus = 1 + random.nextInt(2);
            int trays = 2 + random.nextInt(2);
            Site east = Site.site().gpus(gpus).racks(1 + random.nextInt(2)).trays(trays);
            boolean isSized = random.nextBoolean();
            Site other = east.named("west").racks(1 + random.nextInt(2));
            Site west = isSized ? other.trays(trays + 1) : other.unsized();
            world = new PlacementWorld(east, west);
            rackNodes.put("east", isSized ? 0 : trays);
            rackNodes.put("west", 0);
            for (String name : List.of("first", "second", "third")) {
                String unit = List.of("gpu", "node", isSized ? "node" : "rack").get(random.nextInt(3));
                world.account(name, unit, 1 + random.nextInt(unit.equals("rack") ? 2 : 5), 0);
            }
        }

        void play() {
            for (int step = 0; step < 12; step++) {
                Map<String, Integer> entitled = entitled();
                assertThat(world.cluster.promises().entitled())
                        .as("%s", world.accounts)
                        .isEqualTo(entitled);
                List<String> names = List.copyOf(world.work.keySet());
                if (!names.isEmpty() && random.nextInt(4) == 0) {
                    world.release(names.get(random.nextInt(names.size())));
                } else {
                    claim("gang" + step, entitled);
                }
            }
        }

        private void claim(String name, Map<String, Integer> entitled) {
            Account account = List.copyOf(world.accounts.values()).get(random.nextInt(3));
            int free = entitled.get(account.name()) - claimed(account);
            if (free == 0) {
                return;
            }
            int units = 1 + random.nextInt(free);
            int pods = units * (account.unit().equals("rack") ? rackNodes.get("east") : 1);
            Ask any = Ask.pods(pods).gpus(account.unit().equals("gpu") ? 1 : gpus);
            String pool = List.of("", "", "east", "west").get(random.nextInt(4));
            Ask ask = pool.isEmpty() ? any : any.on("product", pool);
            boolean fits = List.of("east", "west").stream()
                    .filter(p -> pool.isEmpty() || pool.equals(p))
                    .filter(p -> !account.unit().equals("rack") || rackNodes.get(p) > 0)
                    .anyMatch(p -> fits(account, ask, p, entitled));
            Outcome outcome = world.place(name, reserved(account.name()), ask.demand(), 0);
            assertThat(outcome instanceof Outcome.Placed)
                    .as("%s for %s of %s beside %s: %s", ask, account, world.accounts, world.work, outcome)
                    .isEqualTo(fits);
            placed += fits ? 1 : 0;
            refused += fits ? 0 : 1;
        }

        /** Whether any nodes of a pool do for a gang such that everybody can have what he is entitled to beside it. */
        private boolean fits(Account account, Ask ask, String pool, Map<String, Integer> entitled) {
            Map<String, Map<String, Integer>> used = used();
            List<String> nodes = world.nodes.keySet().stream()
                    .filter(node -> pool(node).equals(pool))
                    .toList();
            return spread(account, ask, nodes, ask.pods(), used, () -> isKept(entitled, used));
        }

        private boolean spread(
                Account account,
                Ask ask,
                List<String> nodes,
                int pods,
                Map<String, Map<String, Integer>> used,
                BooleanSupplier isKept) {
            if (pods == 0 || nodes.isEmpty()) {
                return pods == 0 && isKept.getAsBoolean();
            }
            Map<String, Integer> node = used.get(nodes.get(0));
            List<String> others = nodes.subList(1, nodes.size());
            int before = node.getOrDefault(account.name(), 0);
            int free = isOthers(nodes.get(0), account.name(), used)
                    ? 0
                    : gpus - node.values().stream().mapToInt(n -> n).sum();
            boolean fits = false;
            for (int here = Math.min(pods, free / ask.gpus()); here >= 0 && !fits; here--) {
                node.put(account.name(), before + here * ask.gpus());
                fits = spread(account, ask, others, pods - here, used, isKept);
            }
            node.put(account.name(), before);
            return fits;
        }

        /** By node and account, the GPUs in use. */
        private Map<String, Map<String, Integer>> used() {
            Map<String, Map<String, Integer>> used = new TreeMap<>();
            world.nodes.keySet().forEach(node -> used.put(node, new TreeMap<>()));
            world.work
                    .values()
                    .forEach(work -> work.assignment()
                            .nodes()
                            .get(0)
                            .forEach(on -> used.get(on.node())
                                    .merge(
                                            work.claimant().account(),
                                            on.pods()
                                                    * work.gang()
                                                            .podSets()
                                                            .get(0)
                                                            .shape()
                                                            .gpus(),
                                            Integer::sum)));
            return used;
        }

        private static String pool(String node) {
            return node.startsWith("west") ? "west" : "east";
        }

        /** Whether a node lies in a cell that somebody else has bound. */
        private boolean isOthers(String node, String account, Map<String, Map<String, Integer>> used) {
            return world.accounts.values().stream()
                    .filter(other ->
                            !other.name().equals(account) && !other.unit().equals("gpu"))
                    .anyMatch(other -> cells(other, used).contains(cell(other, node)));
        }

        private static String cell(Account account, String node) {
            return account.unit().equals("rack") ? node.substring(0, node.lastIndexOf('-')) : node;
        }

        private List<String> cells(Account account, Map<String, Map<String, Integer>> used) {
            return used.keySet().stream()
                    .filter(node -> used.get(node).getOrDefault(account.name(), 0) > 0)
                    .map(node -> cell(account, node))
                    .distinct()
                    .toList();
        }

        private int claimed(Account account) {
            return claimed(account, used());
        }

        private int claimed(Account account, Map<String, Map<String, Integer>> used) {
            return account.unit().equals("gpu")
                    ? used.values().stream()
                            .mapToInt(of -> of.getOrDefault(account.name(), 0))
                            .sum()
                    : cells(account, used).size();
        }

        private Map<String, Integer> entitled() {
            Map<String, Map<String, Integer>> used = used();
            Map<String, Integer> entitled = new LinkedHashMap<>();
            world.accounts.keySet().forEach(name -> entitled.put(name, 0));
            for (Account account : world.accounts.values()) {
                int units = account.committed();
                entitled.put(account.name(), units);
                while (units > claimed(account, used) && !isKept(entitled, used)) {
                    units--;
                    entitled.put(account.name(), units);
                }
            }
            return entitled;
        }

        /** Whether the pools can serve, beside what is used, what everybody has left. */
        private boolean isKept(Map<String, Integer> entitled, Map<String, Map<String, Integer>> used) {
            List<String> racks = new ArrayList<>();
            List<Integer> units = new ArrayList<>();
            for (Account account : world.accounts.values()) {
                int left = Math.max(0, entitled.get(account.name()) - claimed(account, used));
                if (claimed(account, used) > account.committed()) {
                    return false;
                }
                racks.add(account.unit());
                units.add(left);
            }
            return isAssignable(racks, units, free("east", used), free("west", used));
        }

        /** Free racks, nodes and GPUs of a pool. */
        private int[] free(String pool, Map<String, Map<String, Integer>> used) {
            Map<String, Integer> idle = new TreeMap<>();
            int[] free = new int[3];
            for (String node : used.keySet()) {
                int inUse = used.get(node).values().stream().mapToInt(n -> n).sum();
                if (pool(node).equals(pool) && !isOthers(node, "", used)) {
                    free[1] += inUse == 0 ? 1 : 0;
                    free[2] += gpus - inUse;
                    idle.merge(node.substring(0, node.lastIndexOf('-')), inUse == 0 ? 1 : 0, Integer::sum);
                }
            }
            int size = rackNodes.get(pool);
            free[0] = size == 0
                    ? 0
                    : (int) idle.values().stream().filter(n -> n == size).count();
            return free;
        }

        /** Tries each number of units of the first tenant in the first pool, and so on. */
        private boolean isAssignable(List<String> of, List<Integer> units, int[] east, int[] west) {
            if (Arrays.stream(east).anyMatch(n -> n < 0) || Arrays.stream(west).anyMatch(n -> n < 0)) {
                return false;
            }
            if (units.isEmpty()) {
                return true;
            }
            for (int n = 0; n <= units.get(0); n++) {
                if (isAssignable(
                        of.subList(1, of.size()),
                        units.subList(1, units.size()),
                        without(east, of.get(0), n),
                        without(west, of.get(0), units.get(0) - n))) {
                    return true;
                }
            }
            return false;
        }

        private int[] without(int[] free, String unit, int units) {
            int nodes = unit.equals("rack") ? units * rackNodes.get("east") : unit.equals("node") ? units : 0;
            return new int[] {
                free[0] - (unit.equals("rack") ? units : 0),
                free[1] - nodes,
                free[2] - (unit.equals("gpu") ? units : nodes * gpus)
            };
        }
    }
}
