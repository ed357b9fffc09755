package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * One random tree, and claims and releases on it at random, between them work above the commitments, lent work, and in
 * one tree of four nodes that fail and come back. A claim that is within the entitlement of its account and finds no
 * place is a broken promise.
 *
 * <p>Entitled is what was committed, which fits the tree; once nodes have failed, what {@link Tree#entitled} says as
 * of the last change that was not a placement.
 */
final class Game {
    static final int STEPS = 80;

    final Tree tree;
    /** Claims within the entitlement that were made. */
    int covered;
    /** Those of them that were refused. */
    int refused;
    /** What went wrong first, with the state before it. */
    Optional<String> fault = Optional.empty();

    private final Allocator allocator;
    private final Random random;
    private final boolean fails;
    private final boolean lends;
    private boolean hasFailed;
    private final List<Work> running = new ArrayList<>();
    private final List<Deal> deals;

    private record Work(Wish wish, boolean reserved, Map<String, Integer> pods) {}

    Game(long seed, BiFunction<Trees.Sold, Long, Allocator> maker) {
        // The first numbers of generators with neighbouring seeds are alike.
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        Trees.Sold sold = Trees.random(random);
        tree = sold.tree();
        allocator = maker.apply(sold, seed);
        fails = random.nextInt(4) == 0;
        lends = random.nextInt(3) == 0;
        deals = tree.deals.values().stream().filter(d -> d.committed() > 0).toList();
    }

    Game play() {
        for (int step = 0; step < STEPS && !deals.isEmpty(); step++) {
            between();
            if (!running.isEmpty() && random.nextInt(100) < 30) {
                release(running.remove(random.nextInt(running.size())));
            } else {
                claim(wish(deals.get(random.nextInt(deals.size()))));
            }
        }
        return this;
    }

    private void between() {
        int what = random.nextInt(10);
        Deal deal = deals.get(random.nextInt(deals.size()));
        int gpus = 1 + random.nextInt(tree.gpusPerNode);
        Wish some = new Wish(deal.account(), 1 + random.nextInt(6), gpus, gpus, 1, "", false);
        int node = random.nextInt(tree.machines.size());
        if (what == 0 && (long) some.pods() * gpus <= deal.onDemand() - onDemandUsed(deal.account())) {
            Map<String, Integer> before = tree.entitled();
            allocator.onDemand(some).ifPresent(pods -> took(new Work(some, false, pods), before));
        } else if (what < 4 && lends) {
            allocator.lend(some);
        } else if (what == 9 && fails) {
            disturb(List.copyOf(tree.machines.values()).get(node));
        }
    }

    private int onDemandUsed(String account) {
        return running.stream()
                .filter(w -> !w.reserved() && w.wish().account().equals(account))
                .mapToInt(w -> w.wish().pods() * w.wish().gpus())
                .sum();
    }

    private void disturb(Machine machine) {
        hasFailed = true;
        boolean comesBack = !machine.isHealthy();
        machine.up = comesBack || random.nextBoolean();
        machine.gpus = comesBack ? machine.sold : 1 + random.nextInt(machine.sold);
        allocator.changed(machine);
    }

    private void release(Work work) {
        hold(work, -1);
        allocator.release(work.wish(), work.reserved(), work.pods());
    }

    private void claim(Wish wish) {
        Map<String, Integer> entitled = tree.entitled();
        Map<String, Integer> promised = new TreeMap<>(entitled);
        if (!hasFailed) {
            deals.forEach(d -> promised.put(d.account(), d.committed()));
        }
        boolean isCovered = Promise.covers(tree, wish, promised);
        covered += isCovered ? 1 : 0;
        Optional<Map<String, Integer>> place = allocator.claim(wish);
        if (place.isPresent()) {
            took(new Work(wish, true, place.get()), entitled);
        } else if (isCovered) {
            refused++;
            fault("refused " + wish);
        }
    }

    private void took(Work work, Map<String, Integer> entitledBefore) {
        String state = fault.isPresent() ? "" : tree.toString();
        hold(work, 1);
        running.add(work);
        check(work, state, entitledBefore);
    }

    private void fault(String what) {
        if (fault.isEmpty()) {
            fault = Optional.of(what + " on\n" + tree);
        }
    }

    /** Whether nothing was given twice, nor more than was sold, and everybody has left what he had. */
    private void check(Work work, String state, Map<String, Integer> entitledBefore) {
        for (String node : work.pods().keySet()) {
            Machine machine = tree.machines.get(node);
            if (machine.charged() > machine.working()) {
                fault("too much on " + node + " by " + work + " in\n" + state);
            }
        }
        Map<String, Integer> after = tree.entitled();
        entitledBefore.forEach((account, entitled) -> {
            if (after.get(account) < entitled) {
                fault(account + " lost " + (entitled - after.get(account)) + " by " + work + " in\n" + state);
            }
        });
        String account = work.wish().account();
        int[] claims = tree.claims(account);
        if (work.reserved()
                && (claims[1] > entitledBefore.get(account)
                        || claims[0] > tree.deals.get(account).committed())) {
            fault(account + " has more than it is entitled to by " + work + " in\n" + state);
        }
    }

    private void hold(Work work, int sign) {
        String account = work.reserved() ? work.wish().account() : Tree.OPEN;
        work.pods()
                .forEach((node, pods) -> tree.machines
                        .get(node)
                        .hold(account, sign * pods * work.wish().charge()));
    }

    /** A shape up to the unit: less than a cell of it, several cells, or many small pods. */
    private Wish wish(Deal deal) {
        int unitDepth = tree.depth(deal.unit());
        int most = Math.min(tree.gpusPerNode, tree.size(deal.unit()));
        int kind = random.nextInt(6);
        int charge = kind < 2 ? most : 1 + random.nextInt(most);
        int gpus = random.nextInt(5) == 0 ? 1 + random.nextInt(charge) : charge;
        int inUnit = Promise.groupsIn(tree, new Wish(deal.account(), 1, gpus, charge, 1, "", false));
        boolean keeps = kind < 4 && random.nextBoolean();
        if (!keeps) {
            int units = 1 + random.nextInt(Math.min(4, deal.committed()));
            int pods = kind < 2 ? units * inUnit : 1 + random.nextInt(kind == 2 ? 2 * inUnit : inUnit);
            return new Wish(deal.account(), pods, gpus, charge, 1, "", false);
        }
        int depth = unitDepth + random.nextInt(tree.keyed + 2 - unitDepth);
        String level = depth > tree.keyed ? "node" : tree.units.get(depth - 1);
        int inGroup = depth > tree.keyed
                ? most / charge
                : tree.sizes.get(depth - 1) / tree.gpusPerNode * (tree.gpusPerNode / charge);
        int group = kind < 2 ? inGroup : 1 + random.nextInt(inGroup);
        boolean slices = random.nextBoolean();
        int groups = slices ? 1 + random.nextInt(4) : 1;
        return new Wish(deal.account(), group * groups, gpus, charge, group, level, slices);
    }
}
