package dev.offtake.placement;

import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;

import dev.offtake.fleet.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A random tree with broken and missing parts, and accounts of several units that were admitted on it. */
final class RandomWorld {
    final PlacementWorld world;
    final Site site;
    /** A second pool of the class. */
    private final Optional<Site> other;

    private final Random random;
    private final boolean checked;
    private int names;
    private int promotions;

    RandomWorld(long seed, boolean checked) {
        this.checked = checked;
        random = new Random(seed);
        int half = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 0;
        int spares = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        site = Site.site()
                .half(half)
                .gpus(half > 0 ? half * 2 : 1 + random.nextInt(4))
                .spares(spares)
                .trays(2 + random.nextInt(3) + spares)
                .racks(1 + random.nextInt(4))
                .blocks(random.nextInt(2) * (2 + random.nextInt(2)));
        other = random.nextInt(4) == 0
                ? Optional.of(site.named("west")
                        .blocks(site.blocks() == 0 ? 0 : 1 + random.nextInt(2))
                        .racks(site.blocks() > 0 ? site.racks() : 1 + random.nextInt(3)))
                : Optional.empty();
        world = new PlacementWorld(
                Stream.concat(Stream.of(site), other.stream()).toArray(Site[]::new));
        int percent = random.nextInt(21);
        damage(site, percent);
        other.ifPresent(o -> damage(o, percent));
        for (int i = 0; i < 6; i++) {
            admit("account" + i);
        }
    }

    private void damage(Site in, int percent) {
        for (NodeFacts node : in.nodes()) {
            int broken = 0;
            for (int g = 0; g < site.gpus(); g++) {
                broken += random.nextInt(100) < percent ? 1 : 0;
            }
            if (random.nextInt(100) < percent) {
                world.remove(node.name());
            } else if (random.nextInt(100) < percent) {
                world.fail(node.name());
            } else if (broken > 0) {
                world.degrade(node.name(), site.gpus() - broken);
            }
        }
        if (random.nextInt(3) == 0) {
            // Of another make, with more CPU beside each GPU.
            for (int tray = 0; tray < in.trays(); tray += 2) {
                world.put(in.cpusPerGpu(32).node(0, 0, tray));
            }
        }
        if (random.nextInt(4) == 0) {
            // More nodes than a rack was declared with.
            world.put(in.node(0, 0, in.trays()));
            world.put(in.node(0, 0, in.trays() + 1));
        }
        if (in.blocks() > 0 && random.nextInt(4) == 0) {
            // More racks than a block was declared with.
            for (int tray = 0; tray < in.trays(); tray++) {
                world.put(in.node(0, in.racks(), tray));
            }
        }
    }

    private void admit(String name) {
        List<String> units = new ArrayList<>(List.of("node", "gpu", "rack"));
        if (site.blocks() > 0) {
            units.add("block");
        }
        if (site.half() > 0) {
            units.add("half");
        }
        String unit = units.get(random.nextInt(units.size()));
        int limit = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
        boolean lends = random.nextInt(4) != 0;
        world.account(new Account(name, "h100", unit, 1000, limit, lends));
        int most = world.entitled(name);
        int committed = most == 0 ? 0 : random.nextInt(2) == 0 ? 1 + random.nextInt(Math.min(most, 4)) : most;
        world.account(new Account(name, "h100", unit, committed, limit, lends));
    }

    Account anyAccount() {
        List<Account> accounts = List.copyOf(world.accounts.values());
        return accounts.get(random.nextInt(accounts.size()));
    }

    /** A small gang that anybody may ask for. */
    GangDemand anyGang() {
        Ask ask = sometimesWithCpus(Ask.pods(1 + random.nextInt(6)).gpus(1 + random.nextInt(site.gpus())));
        return sometimesInOnePool(random.nextInt(3) == 0 ? ask.within("rack") : ask)
                .demand();
    }

    private int nodes(String unit) {
        int perRack = site.trays() - site.spares();
        return switch (unit) {
            case "block" -> site.racks() * perRack;
            case "rack" -> perRack;
            default -> 1;
        };
    }

    private int gpus(String unit) {
        return switch (unit) {
            case "gpu" -> 1;
            case "half" -> site.half();
            default -> site.gpus();
        };
    }

    /** A claim or a release; answers what happened. */
    String step() {
        if (!world.work.isEmpty() && random.nextInt(100) < 40) {
            List<String> names = List.copyOf(world.work.keySet());
            String name = names.get(random.nextInt(names.size()));
            world.release(name);
            return "released " + name;
        }
        return switch (random.nextInt(8)) {
            case 7 -> promote();
            case 0 -> useOnDemand();
            case 1, 2, 3 -> borrow();
            default -> claim();
        };
    }

    /** Lends most of what is idle. */
    void lend() {
        for (int i = 0; i < 12; i++) {
            borrow();
        }
    }

    /** As much as anybody may ask for. */
    private String borrow() {
        Account account = anyAccount();
        Ask ask = sometimesWithCpus(Ask.pods(1 + random.nextInt(12)).gpus(1 + random.nextInt(site.gpus())));
        Ask wish = sometimesInOnePool(random.nextInt(3) == 0 ? ask.within("rack") : ask);
        GangDemand demand = random.nextInt(3) == 0 ? wish.near("rack").compact() : wish.demand();
        return world.place("spot" + names++, PlacementWorld.spot(account.name()), demand, 0)
                .toString();
    }

    /** What is lent becomes the borrower's own, or somebody else's. */
    private String promote() {
        List<String> lent = world.work.entrySet().stream()
                .filter(w -> w.getValue().claimant().tier() == Tier.SPOT)
                .map(Map.Entry::getKey)
                .toList();
        if (lent.isEmpty()) {
            return "nothing is lent";
        }
        String name = lent.get(random.nextInt(lent.size()));
        String account = anyAccount().name();
        boolean claimed = world.claim(name, random.nextInt(4) == 0 ? onDemand(account) : reserved(account));
        promotions += claimed ? 1 : 0;
        return (claimed ? "promoted " : "did not promote ") + name;
    }

    /** How often lent work became somebody's own. */
    int promotions() {
        return promotions;
    }

    /** A gang that is at most as large as one cell of the unit, or several that are as large as the unit. */
    private String claim() {
        Account account = anyAccount();
        int free = world.cluster.promises().claimable(account.name());
        int pods;
        int gpus;
        int units;
        if (free > 1 && random.nextInt(3) == 0) {
            units = 1 + random.nextInt(free);
            gpus = gpus(account.unit());
            pods = units * nodes(account.unit());
        } else {
            units = 1;
            gpus = 1 + random.nextInt(gpus(account.unit()));
            int most = nodes(account.unit()) * (gpus(account.unit()) / gpus);
            pods = 1 + random.nextInt(most);
        }
        Ask ask = Ask.pods(pods).gpus(gpus);
        boolean keyed = account.unit().equals("rack") || account.unit().equals("block");
        if (keyed && random.nextBoolean()) {
            ask = units == 1 ? ask.within(account.unit()) : ask.slices(account.unit(), pods / units);
        }
        String name = "claim" + names++;
        boolean isNarrow = random.nextInt(4) == 0;
        Ask wish = isNarrow ? narrowly(ask) : sometimesInOnePool(ask);
        Outcome outcome = world.place(name, reserved(account.name()), wish.demand(), 0);
        // A gang is never across pools, so of two pools neither has to hold several units.
        boolean guaranteed = units <= free && (units == 1 || other.isEmpty()) && wish.equals(ask) && !isNarrow;
        if (checked && guaranteed && outcome instanceof Outcome.Refused refused) {
            throw new AssertionError("refused " + ask + " to " + account + " with " + free + " units free: " + refused
                    + "\n" + describe());
        }
        return outcome.toString();
    }

    /** More than its share of most nodes, so that it is charged more GPUs than it has. */
    private Ask sometimesWithCpus(Ask ask) {
        return random.nextInt(3) == 0 ? ask.cpus(8 + random.nextInt(40)) : ask;
    }

    /** Does without many of the nodes, as pods do that have a selector. */
    private Ask narrowly(Ask ask) {
        List<String> nodes = new ArrayList<>(world.nodes.keySet());
        nodes.removeIf(node -> random.nextInt(3) == 0);
        return ask.avoiding(nodes.toArray(String[]::new));
    }

    /** Accepts nodes of one pool only, where there are two. */
    private Ask sometimesInOnePool(Ask ask) {
        if (other.isEmpty() || random.nextInt(3) != 0) {
            return ask;
        }
        return ask.on(
                "product", random.nextBoolean() ? site.name() : other.get().name());
    }

    private String useOnDemand() {
        Account account = anyAccount();
        Ask any = sometimesWithCpus(Ask.pods(1 + random.nextInt(3)).gpus(1 + random.nextInt(site.gpus())));
        Ask ask = sometimesInOnePool(any);
        return world.place("ondemand" + names++, onDemand(account.name()), ask.demand(), 0)
                .toString();
    }

    /** Something happens to a node, an account or a pod outside contracts. */
    String disturb() {
        if (world.nodes.isEmpty()) {
            world.put(site.node(0, 0, 0));
        }
        List<String> nodes = List.copyOf(world.nodes.keySet());
        String node = nodes.get(random.nextInt(nodes.size()));
        int what = random.nextInt(9);
        switch (what) {
            case 0 -> world.fail(node);
            case 1 -> world.cordon(node);
            case 2, 3 -> world.heal(node);
            case 4 -> world.degrade(node, 1 + random.nextInt(site.gpus()));
            case 5 -> {
                NodeFacts facts = world.nodes.get(node);
                world.remove(node);
                if (random.nextInt(4) != 0 || nodes.size() < 2) {
                    world.put(facts);
                    world.check();
                }
            }
            case 6 ->
                world.occupy(
                        "pod" + random.nextInt(4),
                        node,
                        Ask.pod().gpus(random.nextInt(2)).cpus(20));
            case 7 -> world.vacate("pod" + random.nextInt(4));
            default -> {
                Account account = anyAccount();
                world.account(new Account(
                        account.name(),
                        "h100",
                        account.unit(),
                        random.nextInt(4),
                        account.onDemandGpus(),
                        account.lends()));
            }
        }
        return "disturbed " + what + " " + node;
    }

    String describe() {
        StringBuilder text = new StringBuilder(site.toString());
        world.accounts
                .values()
                .forEach(a -> text.append('\n')
                        .append(a)
                        .append(" entitled ")
                        .append(world.entitled(a.name()))
                        .append(" claimed ")
                        .append(world.claimed(a.name())));
        Promises promises = world.cluster.promises();
        for (int p = 0; p < world.cluster.pools().size(); p++) {
            PoolState pool = promises.pool(p);
            for (int row = 0; row < pool.levels().rows(); row++) {
                text.append('\n')
                        .append(pool.pool().name())
                        .append(' ')
                        .append(pool.levels().rowName(row))
                        .append(" whole ")
                        .append(pool.wholeFree(row))
                        .append(" slack ")
                        .append(promises.needs().slack(p, row));
            }
            pool.nodes()
                    .forEach(n -> text.append('\n')
                            .append(pool.node(n).facts().name())
                            .append(' ')
                            .append(pool.node(n).health())
                            .append(" gpus ")
                            .append(pool.node(n).gpus())
                            .append(" effective ")
                            .append(pool.effective(n)));
        }
        return text.toString();
    }
}
