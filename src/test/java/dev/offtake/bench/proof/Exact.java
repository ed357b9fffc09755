package dev.offtake.bench.proof;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearArgument;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The place of one gang as a program for CP-SAT, written from the words of semantics.md: what fits a node, the quota of
 * the account, what a claim binds, spares as a number, Rule 2 after the placement, levels and slices. Its optimum is by
 * {@link Cost}, lexicographically.
 */
final class Exact {
    final Tree tree;
    private final SmallWorld world;
    private final Gang gang;
    final String account;
    final String unit;
    final int unitDepth;

    final CpModel model = new CpModel();
    /** Pods by pod set and node. */
    private final List<Map<Machine, IntVar>> pods = new ArrayList<>();

    private final Map<Machine, LinearExpr> charge = new HashMap<>();
    /** Whether the gang has pods on the node. */
    final Map<Machine, BoolVar> on = new HashMap<>();
    /** Whether the gang has pods in the cell. */
    final Map<Cell, BoolVar> in = new HashMap<>();
    /** Units that it binds anew, by the cell or node in which they lie. */
    final Map<Object, LinearArgument> bound = new HashMap<>();

    private final List<LinearExpr> criteria = new ArrayList<>();

    private Exact(SmallWorld world, Gang gang) {
        this.world = world;
        this.gang = gang;
        tree = world.tree;
        account = gang.onDemand() ? Tree.OPEN : gang.account();
        unit = tree.unit(account);
        unitDepth = tree.depth(unit);
        pods();
        levels();
        units();
        spares();
        new ExactPromises(this).add();
        criteria();
    }

    /** The best place, or none where there is none. */
    static Optional<Cost> best(SmallWorld world, Gang gang) {
        return new Exact(world, gang).solve();
    }

    /** What a certain place costs, or none if it breaks a rule. */
    static Optional<Cost> of(SmallWorld world, Gang gang, List<Map<String, Integer>> place) {
        Exact exact = new Exact(world, gang);
        for (int s = 0; s < place.size(); s++) {
            Map<String, Integer> nodes = place.get(s);
            exact.pods.get(s).forEach((machine, x) -> exact.model.addEquality(x, nodes.getOrDefault(machine.name, 0)));
        }
        return exact.solve();
    }

    private Optional<Cost> solve() {
        LinearExprBuilder objective = LinearExpr.newBuilder();
        long weight = 1;
        for (int i = criteria.size() - 1; i >= 0; i--) {
            objective.addTerm(criteria.get(i), weight);
            weight *= 128;
        }
        model.minimize(objective);
        CpSolver solver = new CpSolver();
        solver.getParameters().setNumWorkers(1).setMaxTimeInSeconds(60);
        CpSolverStatus status = solver.solve(model);
        if (status == CpSolverStatus.INFEASIBLE) {
            return Optional.empty();
        }
        if (status != CpSolverStatus.OPTIMAL) {
            throw new IllegalStateException(status + " " + model.validate());
        }
        long[] values = criteria.stream().mapToLong(solver::value).toArray();
        return Optional.of(new Cost(values[0], values[1], values[2], values[3], values[4], values[5]));
    }

    /** All pods, on nodes that take work and have what they ask for. */
    private void pods() {
        for (Gang.PodSet podSet : gang.podSets()) {
            Map<Machine, IntVar> of = new HashMap<>();
            for (Machine machine : tree.machines.values()) {
                of.put(machine, model.newIntVar(0, machine.up ? podSet.count() : 0, "pods"));
            }
            model.addEquality(LinearExpr.sum(of.values().toArray(LinearArgument[]::new)), podSet.count());
            pods.add(of);
        }
        for (Machine machine : tree.machines.values()) {
            long[] used = world.used.get(machine.name);
            fits(machine, podSet -> podSet.gpus(), machine.gpus - used[0]);
            fits(machine, Gang.PodSet::cpu, machine.sold * Wish.CPU_OF_GPU - used[1]);
            fits(machine, Gang.PodSet::gib, machine.sold * Gang.GIB_OF_GPU - used[2]);
            charge.put(machine, sum(machine, podSet -> podSet.charge(tree.gpusPerNode)));
            on.put(machine, model.newBoolVar("on"));
            model.addLessOrEqual(charge.get(machine), times(on.get(machine), tree.gpusPerNode));
            model.addGreaterOrEqual(charge.get(machine), on.get(machine));
        }
        for (int depth = 1; depth <= tree.keyed; depth++) {
            for (Cell cell : tree.cells(depth)) {
                BoolVar any = model.newBoolVar("in");
                model.addMaxEquality(any, cell.machines.stream().map(on::get).toArray(LinearArgument[]::new));
                in.put(cell, any);
            }
        }
    }

    /** Something that a pod asks for. */
    private interface Ask {
        long of(Gang.PodSet podSet);
    }

    private void fits(Machine machine, Ask ask, long free) {
        if (machine.up) {
            model.addLessOrEqual(sum(machine, ask), Math.max(0, free));
        }
    }

    private LinearExpr sum(Machine machine, Ask ask) {
        LinearExprBuilder sum = LinearExpr.newBuilder();
        for (int s = 0; s < pods.size(); s++) {
            sum.addTerm(pods.get(s).get(machine), ask.of(gang.podSets().get(s)));
        }
        return sum.build();
    }

    static LinearExpr times(LinearArgument of, long factor) {
        return LinearExpr.term(of, factor);
    }

    /** Required and preferred level, and slices. */
    private void levels() {
        LinearExprBuilder keeps = LinearExpr.newBuilder();
        if (!gang.preferred().isEmpty()) {
            List<BoolVar> chosen = within(gang.preferred());
            chosen.forEach(keeps::add);
            model.addLessOrEqual(keeps, 1);
        }
        criteria.add(LinearExpr.newBuilder()
                .add(gang.preferred().isEmpty() ? 0 : 1)
                .addTerm(keeps, -1)
                .build());
        if (!gang.required().isEmpty()) {
            model.addExactlyOne(within(gang.required()).toArray(Literal[]::new));
        }
        for (int s = 0; s < pods.size(); s++) {
            Gang.PodSet podSet = gang.podSets().get(s);
            Map<Machine, IntVar> of = pods.get(s);
            if (podSet.slice() > 0) {
                for (List<Machine> cell : domains(podSet.level())) {
                    IntVar slices = model.newIntVar(0, podSet.count() / podSet.slice(), "slices");
                    model.addEquality(
                            LinearExpr.sum(cell.stream().map(of::get).toArray(LinearArgument[]::new)),
                            times(slices, podSet.slice()));
                }
            }
        }
    }

    /** For each cell of a level, something that is true only if all pods are in it. */
    private List<BoolVar> within(String level) {
        List<BoolVar> all = new ArrayList<>();
        for (List<Machine> cell : domains(level)) {
            BoolVar here = model.newBoolVar("within");
            tree.machines.values().stream()
                    .filter(m -> !cell.contains(m))
                    .forEach(m -> model.addImplication(here, on.get(m).not()));
            all.add(here);
        }
        return all;
    }

    private List<List<Machine>> domains(String level) {
        int depth = tree.depth(level);
        return depth > tree.keyed
                ? tree.machines.values().stream().map(List::of).toList()
                : tree.cells(depth).stream().map(c -> c.machines).toList();
    }

    /** What the account may use where, what it binds by that, and its quota. */
    private void units() {
        for (Machine machine : tree.machines.values()) {
            boolean isForeign = machine.path.stream()
                    .anyMatch(c -> c.depth > 0 && tree.isBound(c) && !(c.depth == unitDepth && c.holds(account)));
            if (isForeign || !machine.up) {
                model.addEquality(on.get(machine), 0);
            } else if (unitDepth <= tree.keyed) {
                inCell(machine, machine.path.get(unitDepth));
            } else {
                onNode(machine);
            }
        }
        LinearExpr taken = LinearExpr.sum(bound.values().toArray(LinearArgument[]::new));
        int left = gang.onDemand()
                ? tree.deals.get(gang.account()).onDemand() - world.onDemandUsed.getOrDefault(gang.account(), 0)
                : tree.deals.get(account).committed() - tree.claims(account)[0];
        model.addLessOrEqual(taken, left);
        // GPUs are no cells that could be bound better or worse.
        criteria.add(unit.equals("gpu") ? LinearExpr.constant(0) : taken);
    }

    private void inCell(Machine machine, Cell cell) {
        if (!cell.holds(account)) {
            if (!cell.isUsable() || !cell.isEmpty()) {
                model.addEquality(on.get(machine), 0);
            }
            bound.put(cell, in.get(cell));
        }
        model.addLessOrEqual(charge.get(machine), machine.gpus - machine.charged());
    }

    private void onNode(Machine machine) {
        int free = Math.max(0, machine.gpus - tree.taken(machine));
        int size = tree.size(unit);
        int rest = tree.rest(machine, account);
        int whole = machine.isHealthy() && machine.held.isEmpty() ? 1 : 0;
        int most = unit.equals("node") ? whole : free / size;
        IntVar units = model.newIntVar(0, most, "units");
        model.addLessOrEqual(
                charge.get(machine),
                LinearExpr.newBuilder().add(rest).addTerm(units, size).build());
        // No more than it takes.
        model.addLessOrEqual(
                times(units, size),
                LinearExpr.newBuilder()
                        .add(charge.get(machine))
                        .add(size - 1 - rest)
                        .addTerm(on.get(machine).not(), rest));
        bound.put(machine, units);
    }

    /** Nodes of a cell that are in use or bound, after the placement. */
    LinearExpr inUse(Cell cell) {
        if (tree.isBound(cell)) {
            return LinearExpr.constant(cell.sellable);
        }
        return bound.containsKey(cell) ? times(in.get(cell), cell.sellable) : usedBelow(cell);
    }

    private LinearExpr usedBelow(Cell cell) {
        LinearExprBuilder sum = LinearExpr.newBuilder();
        cell.cells.forEach(below -> sum.add(inUse(below)));
        for (Machine machine : cell.cells.isEmpty() ? cell.machines : List.<Machine>of()) {
            if (machine.held.isEmpty()) {
                sum.add(on.get(machine));
            } else {
                sum.add(machine.working() > 0 ? 1 : 0);
            }
        }
        return sum.build();
    }

    /** No more nodes of a cell are in use than can be sold. */
    private void spares() {
        in.keySet().forEach(cell -> model.addLessOrEqual(usedBelow(cell), cell.sellable));
    }

    /** What Rule 7 counts: cells spanned, outermost first, then what is broken. */
    private void criteria() {
        for (String level : List.of("block", "rack")) {
            criteria.add(LinearExpr.sum(in.keySet().stream()
                    .filter(cell -> cell.level.equals(level))
                    .map(in::get)
                    .toArray(LinearArgument[]::new)));
        }
        criteria.add(LinearExpr.sum(on.values().toArray(LinearArgument[]::new)));
        LinearExprBuilder broken = LinearExpr.newBuilder();
        in.forEach((cell, used) -> {
            if (cell.isUsable() && cell.isEmpty()) {
                broken.add(used);
            }
        });
        in.keySet().stream().filter(cell -> cell.cells.isEmpty()).forEach(cell -> broken.add(wholeNodesLost(cell)));
        criteria.add(broken.build());
    }

    /** By how much fewer whole nodes a cell of nodes can give: as many as are whole, and as it has left to give. */
    private LinearExpr wholeNodesLost(Cell cell) {
        List<Machine> whole = cell.machines.stream()
                .filter(machine -> machine.isHealthy() && machine.held.isEmpty())
                .toList();
        long inUse = cell.machines.stream()
                .filter(machine -> !machine.held.isEmpty() && machine.working() > 0)
                .count();
        long before = Math.max(0, Math.min(whole.size(), cell.sellable - inUse));
        IntVar after = model.newIntVar(0, before, "whole");
        LinearExprBuilder idle = LinearExpr.newBuilder().add(whole.size());
        whole.forEach(machine -> idle.addTerm(on.get(machine), -1));
        model.addLessOrEqual(after, idle);
        model.addLessOrEqual(
                LinearExpr.newBuilder().add(after).add(usedBelow(cell)).build(), cell.sellable);
        return LinearExpr.newBuilder().add(before).addTerm(after, -1).build();
    }
}
