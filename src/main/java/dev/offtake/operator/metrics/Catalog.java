package dev.offtake.operator.metrics;

import java.util.ArrayList;
import java.util.List;

/** Every metric of the operator's own. What is not here is not registered; docs/metrics.md has the same. */
public final class Catalog {
    private static final List<Metric> ALL = new ArrayList<>();
    private static final String GPUS = "GPUs";

    public static final Metric CONTRACT_COMMITTED =
            contract("offtake_contract_committed_gpus", GPUS, "Owed now: tranches that are due and not ended");
    public static final Metric CONTRACT_ENTITLED = contract(
            "offtake_contract_entitled_gpus", GPUS, "Of what is committed, what can be kept with the supply of now");
    public static final Metric CONTRACT_CLAIMED = contract(
            "offtake_contract_claimed_gpus",
            GPUS,
            "Taken of the commitment, in whole cells of its unit: a cell that is used in part counts as a whole one");
    public static final Metric CONTRACT_USED = contract(
            "offtake_contract_used_gpus",
            GPUS,
            "Held by work in the name of the commitment, by its tier, also after its end",
            "tier");
    public static final Metric CONTRACT_ON_DEMAND_LIMIT =
            contract("offtake_contract_on_demand_limit_gpus", GPUS, "The most that may be used above the commitment");
    public static final Metric CONTRACT_LENT = contract(
            "offtake_contract_lent_gpus",
            GPUS,
            "Idle GPUs of the commitment on which Spot work runs; Spot work is counted on what is not sold first, then"
                    + " on the commitments that lend, the latest admission first");
    public static final Metric CONTRACT_WAITING =
            contract("offtake_contract_waiting_gpus", GPUS, "What work waits for that would draw on it first");
    public static final Metric CONTRACT_UNSERVED = contract(
            "offtake_contract_unserved_gpus",
            GPUS,
            "Of what waits, what stands within the commitment: promised, not given");
    public static final Metric CONTRACT_UNSERVED_BY_CAUSE = contract(
            "offtake_contract_unserved_by_cause_gpus",
            GPUS,
            "The same by its cause; only causes that there are",
            "cause");
    public static final Metric CONTRACT_OLDEST_WAIT = contract(
            "offtake_contract_oldest_wait_seconds",
            "seconds",
            "How long the oldest demand within the commitment waits, from the creation of its pods on; 0 if none does");
    public static final Metric CONTRACT_TIME_TO_PLACE = contract(
            "offtake_contract_time_to_place_seconds", "seconds", "How long it may wait, where the contract says it");

    public static final Metric POOL_GPUS =
            pool("offtake_pool_gpus", GPUS, "Of all nodes that match, were they whole and healthy");
    public static final Metric POOL_USABLE = pool(
            "offtake_pool_usable_gpus", GPUS, "Of nodes that take work, without spares: what can be given now at most");
    public static final Metric POOL_USED = pool("offtake_pool_used_gpus", GPUS, "Held by pods, whoever they are");
    public static final Metric POOL_LENT =
            pool("offtake_pool_lent_gpus", GPUS, "Held by Spot work, which can be evicted, on nodes that take work");
    public static final Metric POOL_UNMANAGED =
            pool("offtake_pool_unmanaged_gpus", GPUS, "Held by pods that no contract has placed: lost supply");
    public static final Metric POOL_FREE = pool("offtake_pool_free_gpus", GPUS, "Usable and charged to nobody");
    public static final Metric POOL_UNHEALTHY = pool(
            "offtake_pool_unhealthy_gpus",
            GPUS,
            "Of nodes that take no work, whatever the reason, and those that a degraded node lacks");
    public static final Metric POOL_SPARE =
            pool("offtake_pool_spare_gpus", GPUS, "Of healthy nodes that are not sold, to replace failed ones");
    public static final Metric POOL_COMMITTED =
            pool("offtake_pool_committed_gpus", GPUS, "Owed to active contracts by this pool");
    public static final Metric POOL_NODES =
            pool("offtake_pool_nodes", "nodes", "That match, each in one state", "state");
    public static final Metric POOL_DISPUTED =
            pool("offtake_pool_disputed_nodes", "nodes", "That another pool claims as well, whichever has them");
    public static final Metric POOL_CELLS = pool("offtake_pool_cells", "cells", "That are there at a level", "level");
    public static final Metric POOL_USABLE_CELLS =
            pool("offtake_pool_usable_cells", "cells", "That are healthy as a whole", "level");
    public static final Metric POOL_WHOLE_CELLS =
            pool("offtake_pool_whole_cells", "cells", "Usable, free of work and bound by nobody", "level");
    public static final Metric POOL_LARGEST_GANG = pool(
            "offtake_pool_largest_gang_gpus",
            GPUS,
            "Of the largest gang that fits into one cell of the level now",
            "level");
    public static final Metric POOL_INVALID =
            pool("offtake_pool_invalid", "1", "1 for a GPUPool whose spec makes no sense: nothing of it is used");

    public static final Metric WAITING_GANGS =
            gauge("offtake_waiting_gangs", "gangs", "Of which something waits now, by the reason", "reason");
    public static final Metric WAITS =
            counter("offtake_waits_total", "waits", "How often a gang was told that it waits, by the reason", "reason");
    public static final Metric FORECASTS = counter(
            "offtake_forecasts_total",
            "decisions",
            "Decided as if, in namespaces that are not enforced: Run, Place, Reclaim, Wait or Evict, and why it waits",
            "kind",
            "reason");
    public static final Metric DECISIONS =
            counter("offtake_decisions_total", "decisions", "Decisions of this process, by their kind", "kind");
    public static final Metric DECISION_DURATION = add(new Metric(
            "offtake_decision_duration_seconds",
            Metric.Type.HISTOGRAM,
            "seconds",
            List.of(),
            "What one turn of the loop takes to decide, after it has applied what came"));
    public static final Metric DECISION_DURATION_MAX =
            gauge("offtake_decision_duration_seconds_max", "seconds", "The longest of these turns of late");
    public static final Metric ROLLBACKS = counter(
            "offtake_rollbacks_total",
            "gangs",
            "Gangs whose pods were taken back: RefusedByScheduler, NodesLost, or Reclaimed for somebody else",
            "reason");
    public static final Metric BYPASS = gauge(
            "offtake_bypass_pods",
            "pods",
            "GPU pods on nodes, in namespaces of tenants, that no contract has placed; only namespaces that have any",
            "tenant",
            "tenant_namespace");

    public static final Metric API_WRITES =
            counter("offtake_api_writes_total", "requests", "Writes to the API server, by what they are for", "kind");
    public static final Metric API_ERRORS = counter(
            "offtake_api_errors_total",
            "requests",
            "Of these, those that failed, by the HTTP status: none without an answer, dropped if it was not sent as"
                    + " another may be leading",
            "kind",
            "code");
    public static final Metric API_WAITING =
            gauge("offtake_api_waiting_writes", "requests", "Writes that were not sent yet");
    public static final Metric LOOP_WAITING =
            gauge("offtake_loop_waiting_events", "events", "Queue of the decision loop: what it has not applied yet");
    public static final Metric LOOP_IDLE = gauge(
            "offtake_loop_idle_seconds", "seconds", "Since the decision loop last turned, at least twice a second");
    public static final Metric INVARIANT_VIOLATIONS = counter(
            "offtake_invariant_violations_total",
            "faults",
            "Faults of this program that it found in its own decisions, of which it checks one in a minute: I1 to I5 are"
                    + " broken, spares are in use, a count is wrong, or the check itself failed",
            "invariant");
    public static final Metric CACHE_AGE = gauge(
            "offtake_cache_age_seconds",
            "seconds",
            "How long ago the watch was last seen to be up: 0 while it is, and what is decided upon is of now",
            "resource");
    public static final Metric LEADER =
            gauge("offtake_leader", "1", "1 while this process leads, else 0; the sum over replicas is 1");
    public static final Metric POLICIES_IN_FORCE =
            gauge("offtake_policies_in_force", "1", "1 if the admission policies are as installed, else 0");
    public static final Metric POLICY_PROBLEMS = gauge(
            "offtake_policy_problems",
            "1",
            "1 for each admission policy or part of them that is missing or changed",
            "policy");
    public static final Metric POLICIES_UNSERVED = gauge(
            "offtake_policies_unserved",
            "kinds",
            "Kinds of policies that this API server does not serve, as before Kubernetes 1.36");
    public static final Metric BUILD_INFO =
            gauge("offtake_build_info", "1", "Always 1; the version of the operator is in the label", "version");

    private Catalog() {}

    /** All of them, in the order of the documentation. */
    public static List<Metric> all() {
        return List.copyOf(ALL);
    }

    private static Metric contract(String name, String unit, String help, String... more) {
        return of(Metric.Type.GAUGE, name, unit, help, List.of("contract", "tenant", "commitment", "class"), more);
    }

    private static Metric pool(String name, String unit, String help, String... more) {
        return of(Metric.Type.GAUGE, name, unit, help, List.of("pool", "class"), more);
    }

    private static Metric gauge(String name, String unit, String help, String... labels) {
        return of(Metric.Type.GAUGE, name, unit, help, List.of(), labels);
    }

    private static Metric counter(String name, String unit, String help, String... labels) {
        return of(Metric.Type.COUNTER, name, unit, help, List.of(), labels);
    }

    private static Metric of(
            Metric.Type type, String name, String unit, String help, List<String> labels, String... more) {
        List<String> all = new ArrayList<>(labels);
        all.addAll(List.of(more));
        return add(new Metric(name, type, unit, all, help));
    }

    private static Metric add(Metric metric) {
        ALL.add(metric);
        return metric;
    }
}
