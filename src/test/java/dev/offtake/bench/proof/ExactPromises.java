package dev.offtake.bench.proof;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearArgument;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import java.util.HashMap;
import java.util.Map;

/** Rule 2 as part of the program of {@link Exact}: what is promised fits what the place leaves. */
final class ExactPromises {
    private final Exact exact;
    private final Tree tree;
    /** Idle nodes that are left to others. */
    private final Map<Machine, BoolVar> given = new HashMap<>();
    /** Whole cells that are left to others. */
    private final Map<Cell, BoolVar> whole = new HashMap<>();

    ExactPromises(Exact exact) {
        this.exact = exact;
        tree = exact.tree;
    }

    /** Adds the inequality of each unit. */
    void add() {
        for (Machine machine : tree.machines.values()) {
            BoolVar idle = exact.model.newBoolVar("given");
            exact.model.addImplication(idle, exact.on.get(machine).not());
            if (machine.working() == 0 || !machine.held.isEmpty()) {
                exact.model.addEquality(idle, 0);
            }
            given.put(machine, idle);
        }
        exact.in.forEach((cell, used) -> {
            BoolVar left = exact.model.newBoolVar("whole");
            exact.model.addImplication(left, used.not());
            if (!cell.isUsable() || !cell.isEmpty()) {
                exact.model.addEquality(left, 0);
            }
            whole.put(cell, left);
        });
        exact.in.keySet().forEach(cell -> {
            LinearExprBuilder nodes = LinearExpr.newBuilder().add(exact.inUse(cell));
            cell.machines.forEach(m -> nodes.add(given.get(m)));
            exact.model.addLessOrEqual(nodes, cell.sellable);
            LinearExprBuilder below = LinearExpr.newBuilder().add(exact.inUse(cell));
            cell.cells.forEach(c -> below.addTerm(whole.get(c), c.sellable));
            exact.model.addLessOrEqual(below, cell.sellable);
        });
        for (int u = 0; u < tree.units.size(); u++) {
            exact.model.addLessOrEqual(needed(u), left(u));
        }
    }

    /** What is promised and not claimed after the placement, in cells of a unit. */
    private LinearExpr needed(int u) {
        LinearExprBuilder sum = LinearExpr.newBuilder();
        for (Deal deal : tree.deals.values()) {
            int of = tree.units.indexOf(deal.unit());
            if (of <= u) {
                long factor = tree.sizes.get(of) / tree.sizes.get(u);
                sum.add(factor * (deal.committed() - tree.claims(deal.account())[0]));
                if (deal.account().equals(exact.account)) {
                    exact.bound.values().forEach(b -> sum.addTerm(b, -factor));
                }
            }
        }
        return sum.build();
    }

    /** Whole cells of a unit that are left after the placement. */
    private LinearExpr left(int u) {
        LinearExprBuilder sum = LinearExpr.newBuilder();
        if (u < tree.keyed) {
            tree.cells(u + 1).forEach(cell -> sum.add(whole.get(cell)));
            return sum.build();
        }
        int size = tree.sizes.get(u);
        for (Machine machine : tree.machines.values()) {
            sum.addTerm(given.get(machine), machine.gpus / size);
            if (u > tree.keyed) {
                sum.add(partsLeft(machine, size));
            }
        }
        return sum.build();
    }

    /** Parts of a node in use that are nobody's. */
    private LinearArgument partsLeft(Machine machine, int size) {
        boolean isForeign = machine.path.stream().anyMatch(c -> c.depth > 0 && tree.isBound(c));
        if (isForeign || machine.working() == 0 || (exact.unitDepth <= tree.keyed && machine.held.isEmpty())) {
            return LinearExpr.constant(0);
        }
        IntVar parts = exact.model.newIntVar(0, tree.gpusPerNode / size, "parts");
        LinearExprBuilder taken = LinearExpr.newBuilder().add(tree.taken(machine));
        if (exact.bound.containsKey(machine)) {
            taken.addTerm(exact.bound.get(machine), tree.size(exact.unit));
        }
        taken.addTerm(parts, size);
        int most = Math.max(machine.gpus, tree.taken(machine));
        exact.model.addLessOrEqual(taken, most);
        if (machine.held.isEmpty()) {
            exact.model.addLessOrEqual(parts, Exact.times(exact.on.get(machine), tree.gpusPerNode));
        }
        return parts;
    }
}
