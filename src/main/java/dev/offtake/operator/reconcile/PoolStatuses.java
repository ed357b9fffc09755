package dev.offtake.operator.reconcile;

import dev.offtake.api.Condition;
import dev.offtake.api.Condition.Status;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.PoolReport;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.placement.PoolView;
import dev.offtake.schedule.MoveProposal;
import dev.offtake.translate.Defragmentations;
import dev.offtake.translate.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the status of a GPUPool. */
final class PoolStatuses {
    /** Type of the condition that says whether the labels of the nodes contradict each other. */
    static final String TOPOLOGY_CONFLICT = "TopologyConflict";

    /** Type of the condition that says whether the admission policies are as they were installed. */
    static final String POLICIES_IN_FORCE = "PoliciesInForce";

    private final GPUPool pool;
    private final PolicyState policies;
    private final ConditionSet conditions;

    PoolStatuses(GPUPool pool, PolicyState policies, Instant now) {
        this.pool = pool;
        this.policies = policies;
        List<Condition> before = Optional.ofNullable(pool.getStatus())
                .map(GPUPoolStatus::conditions)
                .orElse(List.of());
        conditions = new ConditionSet(before, generation(), now);
    }

    private long generation() {
        return Optional.ofNullable(pool.getMetadata().getGeneration()).orElse(0L);
    }

    /** A pool of which nothing is used. */
    @SuppressWarnings("NullAway") // absent fields of a status are null for Jackson
    GPUPoolStatus invalid(List<Problem> problems) {
        conditions.add(GPUPool.READY, Status.FALSE, problems.get(0).reason(), Problem.join(problems));
        addPolicies(Optional.empty());
        return new GPUPoolStatus(generation(), null, null, List.of(), conditions.list(), List.of());
    }

    /** @param proposals what would have to be moved in the pool */
    GPUPoolStatus of(PoolView view, List<MoveProposal> proposals) {
        addReady(view);
        addDisputes(view.report());
        addConflicts(view.report());
        addPolicies(Optional.of(view.pool().resourceName()));
        PoolReport r = view.report();
        return new GPUPoolStatus(
                generation(),
                new GPUPoolStatus.Nodes(
                        r.matched(),
                        r.usable(),
                        r.unhealthy(),
                        r.cordoned(),
                        r.notReady(),
                        r.degraded(),
                        r.disputed(),
                        r.unknownTopology()),
                new GPUPoolStatus.Gpus(
                        Math.toIntExact(r.sellableGpus()),
                        view.committedGpus(),
                        view.usedGpus(),
                        view.lentGpus(),
                        view.freeGpus()),
                view.levels().stream()
                        .map(l -> new GPUPoolStatus.Level(l.name(), l.cells(), l.usable(), l.whole(), l.largestGang()))
                        .toList(),
                conditions.list(),
                proposals.stream().map(Defragmentations::of).toList());
    }

    private void addReady(PoolView view) {
        PoolReport report = view.report();
        if (report.matched() == 0) {
            conditions.add(GPUPool.READY, Status.FALSE, "NoNodes", noNodes(view.pool(), report));
            return;
        }
        List<String> notes = new ArrayList<>();
        notes.add(report.matched() == 1 ? "1 node matches" : report.matched() + " nodes match");
        if (report.unknownTopology() > 0) {
            notes.add("no whole cells from " + report.unknownTopology()
                    + " of them, whose labels for spec.topology are missing or contradict each other: "
                    + names(report.unknownNodes(), report.unknownTopology()));
        }
        if (report.surplusNodes() > 0) {
            notes.add(
                    "more than " + view.pool().gpusPerNode() + " " + view.pool().resourceName() + " on "
                            + report.surplusNodes() + " of them, of which "
                            + view.pool().gpusPerNode() + " count: "
                            + names(report.namesOfSurplus(), report.surplusNodes())
                            + " (set spec.nodes.gpusPerNode, or give such nodes a pool of their own)");
        }
        if (!report.impliedLevels().isEmpty()) {
            notes.add("no node has a label for level " + String.join(", ", report.impliedLevels()));
        }
        conditions.add(GPUPool.READY, Status.TRUE, "NodesFound", String.join("; ", notes));
    }

    private static String noNodes(Pool pool, PoolReport report) {
        if (report.disputed() > 0) {
            return "all nodes that match are with another pool that claims them, see NodesDisputed";
        }
        String keys = pool.product().stream()
                .map(key -> key.key() + " in (" + String.join(", ", key.values()) + ")")
                .collect(Collectors.joining(", else "));
        String narrowed = pool.selector().isEmpty() ? "" : " and the labels of spec.nodes.selector";
        return "no node matches: none has the label " + keys + narrowed
                + "; label the nodes, or name their label in spec.nodes.product";
    }

    private void addDisputes(PoolReport report) {
        if (report.disputed() == 0) {
            conditions.add(GPUPool.NODES_DISPUTED, Status.FALSE, "NoDispute", "no other pool claims nodes of this one");
            return;
        }
        String nodes = report.disputes().stream()
                .map(d -> d.node() + " (by " + d.otherPool() + ")")
                .collect(Collectors.joining(", "));
        conditions.add(
                GPUPool.NODES_DISPUTED,
                Status.TRUE,
                "ClaimedTwice",
                "another pool claims " + report.disputed() + (report.disputed() == 1 ? " node" : " nodes")
                        + " of this one: " + nodes + more(report.disputes().size(), report.disputed())
                        + "; they take no new work: narrow spec.nodes.selector of one of the pools");
    }

    private void addConflicts(PoolReport report) {
        if (report.conflictCount() == 0) {
            conditions.add(TOPOLOGY_CONFLICT, Status.FALSE, "LabelsFormTree", "each cell lies in one cell above it");
            return;
        }
        String cells = report.conflicts().stream()
                .map(PoolReport.TreeConflict::message)
                .collect(Collectors.joining(". "));
        conditions.add(
                TOPOLOGY_CONFLICT,
                Status.TRUE,
                "CellInTwoCells",
                cells + more(report.conflicts().size(), report.conflictCount()));
    }

    private void addPolicies(Optional<String> resource) {
        policies.verdict(resource)
                .ifPresentOrElse(
                        v -> conditions.add(
                                POLICIES_IN_FORCE,
                                v.inForce() ? Status.TRUE : v.known() ? Status.FALSE : Status.UNKNOWN,
                                v.reason(),
                                v.message()),
                        () -> conditions.keep(POLICIES_IN_FORCE));
    }

    private static String names(List<String> some, int all) {
        return String.join(", ", some) + more(some.size(), all);
    }

    private static String more(int told, int all) {
        return all > told ? " and " + (all - told) + " more" : "";
    }
}
