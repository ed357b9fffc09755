package dev.offtake.placement;

import static dev.offtake.placement.PlacementWorld.reserved;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Blocks of racks, some of them damaged or larger than declared, and tenants with few units of it whose gangs ask for about
 * as much as they have left.
 */
final class FewUnitsWorld {
    private final PlacementWorld world;
    private final Site site;
    private final Random random;
    private final List<String> accounts = new ArrayList<>();
    private int names;
    private int skipped;
    private int followed;
    private int refused;
    private int placed;

    FewUnitsWorld(long seed) {
        random = new Random(seed);
        int half = random.nextInt(4) == 0 ? 2 : 0;
        int spares = random.nextInt(2);
        site = Site.site()
                .half(half)
                .gpus(half > 0 ? 4 : 1 + random.nextInt(4))
                .spares(spares)
                .trays(2 + random.nextInt(3) + spares)
                .racks(2 + random.nextInt(3))
                .blocks(2 + random.nextInt(3));
        world = new PlacementWorld(site);
        int percent = random.nextInt(3) * 6;
        site.nodes().forEach(node -> {
            if (random.nextInt(100) < percent) {
                world.fail(node.name());
            } else if (random.nextInt(100) < percent) {
                world.degrade(node.name(), 1 + random.nextInt(site.gpus()));
            }
        });
        if (random.nextInt(3) == 0) {
            // More nodes than the rack was declared with, and more racks than the block, with more CPU.
            for (int tray = 0; tray <= site.trays(); tray++) {
                world.put(site.cpusPerGpu(32).node(0, random.nextBoolean() ? site.racks() : 0, tray));
            }
        }
        List<String> units = new ArrayList<>(List.of("rack", "rack", "node", "block", "gpu"));
        if (half > 0) {
            units.add("half");
        }
        for (int i = 0; i < 3; i++) {
            String unit = i == 0 ? "rack" : units.get(random.nextInt(units.size()));
            world.account("account" + i, unit, 1 + random.nextInt(unit.equals("rack") ? 4 : 8), 0);
            accounts.add("account" + i);
        }
        world.account("guest", "gpu", 0, 0);
    }

    /** Something is placed, refused or released, or comes to be on a node or to leave it. */
    void step() {
        int what = random.nextInt(10);
        if (what < 3 && !world.work.isEmpty()) {
            List<String> names = List.copyOf(world.work.keySet());
            world.release(names.get(random.nextInt(names.size())));
        } else if (what == 3) {
            place(PlacementWorld.spot("guest"), ask(1 + random.nextInt(6)).demand());
        } else if (what == 4) {
            List<String> nodes = List.copyOf(world.nodes.keySet());
            String node = nodes.get(random.nextInt(nodes.size()));
            if (random.nextBoolean()) {
                world.heal(node);
            } else {
                world.fail(node);
            }
        } else {
            String account = accounts.get(random.nextInt(accounts.size()));
            GangDemand gang = gang(account);
            skipped += CountedFits.sought(world, gang, account, false).size()
                    - CountedFits.sought(world, gang, account, true).size();
            followed += FollowedFits.of(world, gang, reserved(account)).followed();
            place(reserved(account), gang);
        }
    }

    private void place(Claimant claimant, GangDemand gang) {
        boolean found =
                world.place("gang" + names++, claimant, gang, random.nextInt(5) == 0 ? 1 : 0) instanceof Outcome.Placed;
        placed += found ? 1 : 0;
        refused += found ? 0 : 1;
    }

    /** About as much as the units that are left hold. */
    private GangDemand gang(String account) {
        String unit = world.accounts.get(account).unit();
        int nodes = unit.equals("rack")
                ? site.trays() - site.spares()
                : unit.equals("block") ? (site.trays() - site.spares()) * site.racks() : 1;
        int free = Math.max(0, world.cluster.promises().claimable(account));
        int most = Math.max(1, free * nodes + random.nextInt(2 * nodes + 1) - nodes / 2);
        Ask ask = ask(random.nextInt(3) == 0 ? 1 + random.nextInt(most) : most);
        Ask wish = random.nextInt(4) == 0 ? ask.cpus(8 + random.nextInt(40)) : ask;
        return random.nextInt(4) == 0 ? wish.with(ask(1 + random.nextInt(3))) : wish.demand();
    }

    private Ask ask(int pods) {
        Ask ask = Ask.pods(pods).gpus(random.nextInt(2) == 0 ? site.gpus() : 1 + random.nextInt(site.gpus()));
        return switch (random.nextInt(6)) {
            case 0 -> ask.within("block");
            case 1 -> ask.near("rack");
            case 2 -> ask;
            default -> ask.near("block");
        };
    }

    /** Cells that were not looked into, as the quota told that they would not do. */
    int skipped() {
        return skipped;
    }

    /** Nodes that were known to come next without counting anew. */
    int followed() {
        return followed;
    }

    int refused() {
        return refused;
    }

    int placed() {
        return placed;
    }
}
