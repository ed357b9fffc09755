package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The baseline: keeps every quota, puts claims into cells that are bound already before it binds others, and takes one
 * at random of those that fit. Work above the commitments only has what is left in GPUs when all is claimed.
 */
final class RandomCells implements Allocator {
    private final Tree tree;
    private final Random random;

    RandomCells(Tree tree, long seed) {
        this.tree = tree;
        random = new Random(~seed * 0x9E37_79B9_7F4A_7C15L);
    }

    @Override
    public Optional<Map<String, Integer>> claim(Wish wish) {
        return groups(wish, wish.account());
    }

    @Override
    public Optional<Map<String, Integer>> onDemand(Wish wish) {
        long free = tree.whole()[tree.units.size() - 1];
        for (Deal deal : tree.deals.values()) {
            free -= (long) (deal.committed() - tree.claims(deal.account())[0]) * tree.size(deal.unit());
        }
        return free < (long) wish.charge() * wish.pods() ? Optional.empty() : groups(wish, Tree.OPEN);
    }

    @Override
    public void lend(Wish wish) {
        // What is lent would be evicted whenever a claim needs its place.
    }

    @Override
    public void release(Wish wish, boolean reserved, Map<String, Integer> pods) {}

    @Override
    public void changed(Machine machine) {}

    private Optional<Map<String, Integer>> groups(Wish wish, String account) {
        Map<String, Integer> pods = new TreeMap<>();
        boolean complete = true;
        for (int g = 0; g < wish.groups() && complete; g++) {
            complete = group(wish, account, pods);
        }
        undo(wish, account, pods);
        return complete ? Optional.of(pods) : Optional.empty();
    }

    private boolean group(Wish wish, String account, Map<String, Integer> pods) {
        List<List<Machine>> places = new ArrayList<>();
        int depth = wish.level().isEmpty() ? tree.keyed + 1 : tree.depth(wish.level());
        if (depth > tree.keyed) {
            tree.machines.values().forEach(m -> places.add(List.of(m)));
        } else {
            tree.cells(depth).forEach(c -> places.add(c.machines));
        }
        Collections.shuffle(places, random);
        for (boolean bound : new boolean[] {true, false}) {
            for (List<Machine> place : places) {
                Map<String, Integer> there = new TreeMap<>();
                boolean complete = true;
                for (int p = 0; p < wish.group() && complete; p++) {
                    complete = pod(wish, account, place, bound, there);
                }
                if (complete) {
                    there.forEach((node, count) -> pods.merge(node, count, Integer::sum));
                    return true;
                }
                undo(wish, account, there);
            }
        }
        return false;
    }

    private boolean pod(Wish wish, String account, List<Machine> place, boolean bound, Map<String, Integer> pods) {
        ToIntFunction<Machine> inBound = m -> inBound(m, account);
        ToIntFunction<Machine> fresh = m -> fresh(m, account);
        for (ToIntFunction<Machine> room : bound ? List.of(inBound) : List.of(inBound, fresh)) {
            List<Machine> fitting = place.stream()
                    .filter(m -> room.applyAsInt(m) >= wish.charge())
                    .toList();
            if (!fitting.isEmpty()) {
                Machine machine = fitting.get(random.nextInt(fitting.size()));
                machine.hold(account, wish.charge());
                pods.merge(machine.name, 1, Integer::sum);
                return account.equals(Tree.OPEN)
                        || tree.claims(account)[0] <= tree.deals.get(account).committed();
            }
        }
        return false;
    }

    private void undo(Wish wish, String account, Map<String, Integer> pods) {
        pods.forEach((node, count) -> tree.machines.get(node).hold(account, -count * wish.charge()));
    }

    /** GPUs of a node that lie in what the account has bound. */
    private int inBound(Machine machine, String account) {
        int depth = tree.depth(tree.unit(account));
        if (depth > tree.keyed) {
            return tree.rest(machine, account);
        }
        Cell cell = machine.path.get(depth);
        return cell.holds(account) && (!machine.held.isEmpty() || hasSlot(machine, depth)) ? open(machine) : 0;
    }

    /** GPUs of a node that the account may bind. */
    private int fresh(Machine machine, String account) {
        if (machine.path.stream().anyMatch(c -> c.depth > 0 && tree.isBound(c))) {
            return 0;
        }
        String unit = tree.unit(account);
        int depth = tree.depth(unit);
        if (depth <= tree.keyed) {
            Cell cell = machine.path.get(depth);
            boolean fits = machine.path.stream().limit(depth).allMatch(c -> tree.slots(c) >= cell.sellable);
            return fits && cell.isUsable() && cell.isEmpty() ? open(machine) : 0;
        }
        if (machine.held.isEmpty() && !hasSlot(machine, 1)) {
            return 0;
        }
        if (unit.equals("node")) {
            return machine.isHealthy() && machine.held.isEmpty() ? open(machine) : 0;
        }
        return Math.max(0, machine.working() - tree.taken(machine)) / tree.size(unit) * tree.size(unit);
    }

    private static int open(Machine machine) {
        return Math.max(0, machine.working() - machine.charged());
    }

    private boolean hasSlot(Machine machine, int fromDepth) {
        return machine.path.stream().skip(fromDepth).allMatch(c -> tree.slots(c) > 0);
    }
}
