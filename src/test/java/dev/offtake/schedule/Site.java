package dev.offtake.schedule;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.SubTenant;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.fleet.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Values for tests: a pool of 8-GPU nodes in racks of four, its nodes, and contracts on it. */
final class Site {
    static final String GPU = "nvidia.com/gpu";
    static final String H100 = "h100";
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant END = START.plus(Duration.ofDays(365));

    private Site() {}

    /** A pool of a class; its nodes are those with this class as their label. */
    static Pool pool(String gpuClass) {
        return pool(gpuClass, 0);
    }

    /** The same, of which so many nodes of each rack are spares. */
    static Pool pool(String gpuClass, int spares) {
        return new Pool(
                gpuClass + "-pool",
                gpuClass,
                List.of(),
                List.of(new ProductKey("class", List.of(gpuClass))),
                GPU,
                8,
                List.of(Level.keyed("rack", List.of("rack"), 4, spares), Level.split("half", 4)),
                List.of(),
                List.of());
    }

    static NodeFacts node(String gpuClass, String rack, String name) {
        return new NodeFacts(
                name,
                "uid-" + name,
                Map.of("class", gpuClass, "rack", rack, "kubernetes.io/hostname", name),
                List.of(),
                true,
                false,
                Map.of(),
                Map.of(GPU, 8L, "cpu", 64_000L, "memory", 1L << 40, "pods", 110L));
    }

    static NodeFacts cordoned(NodeFacts n, boolean cordoned) {
        return new NodeFacts(
                n.name(), n.uid(), n.labels(), n.taints(), n.ready(), cordoned, n.conditions(), n.allocatable());
    }

    static NodeFacts ready(NodeFacts n, boolean ready) {
        return new NodeFacts(
                n.name(), n.uid(), n.labels(), n.taints(), ready, n.unschedulable(), n.conditions(), n.allocatable());
    }

    /** The same with so many GPUs. */
    static NodeFacts withGpus(NodeFacts n, long gpus) {
        Map<String, Long> allocatable = new HashMap<>(n.allocatable());
        allocatable.put(GPU, gpus);
        return new NodeFacts(
                n.name(), n.uid(), n.labels(), n.taints(), n.ready(), n.unschedulable(), n.conditions(), allocatable);
    }

    static NodeFacts labelled(NodeFacts n, String key, String value) {
        Map<String, String> labels = new HashMap<>(n.labels());
        labels.put(key, value);
        return new NodeFacts(
                n.name(), n.uid(), labels, n.taints(), n.ready(), n.unschedulable(), n.conditions(), n.allocatable());
    }

    static NodeFacts untainted(NodeFacts n) {
        return new NodeFacts(
                n.name(),
                n.uid(),
                n.labels(),
                List.of(),
                n.ready(),
                n.unschedulable(),
                n.conditions(),
                n.allocatable());
    }

    static NodeFacts tainted(NodeFacts n, String key) {
        return new NodeFacts(
                n.name(),
                n.uid(),
                n.labels(),
                List.of(new Taint(key, "", Taint.Effect.NO_SCHEDULE)),
                n.ready(),
                n.unschedulable(),
                n.conditions(),
                n.allocatable());
    }

    /** A contract of a tenant of its own name over the whole year, with one tranche. */
    static Contract contract(String tenant, int quantity, String unit) {
        return contract(tenant, tenant, commitment("base", H100, quantity, unit, 0));
    }

    static Contract contract(String name, String tenant, Commitment... commitments) {
        return new Contract(name, tenant, new Interval(START, END), START, List.of(commitments));
    }

    /** The same contract with sub-tenants. */
    static Contract shared(Contract of, SubTenant... subTenants) {
        return new Contract(
                of.name(),
                of.tenant(),
                of.term(),
                of.admittedAt(),
                of.commitments(),
                of.timeToPlace(),
                List.of(subTenants));
    }

    static SubTenant subTenant(String name, int weight) {
        return new SubTenant(name, weight, OptionalInt.empty());
    }

    /** One whose work has no higher priority. */
    static SubTenant capped(String name, int weight, int maxPriority) {
        return new SubTenant(name, weight, OptionalInt.of(maxPriority));
    }

    static Commitment commitment(String name, String gpuClass, int quantity, String unit, int onDemand) {
        return new Commitment(
                name, gpuClass, unit, List.of(new Tranche("all", quantity, new Interval(START, END))), onDemand);
    }

    /** The same where higher priorities evict lower ones. */
    static Commitment preempting(Commitment base) {
        return new Commitment(
                base.name(),
                base.gpuClass(),
                base.unit(),
                base.tranches(),
                base.onDemandGpus(),
                base.lending(),
                true,
                base.moves());
    }

    /** The same commitment, whose work may be moved. */
    static Commitment movable(Commitment of) {
        return new Commitment(
                of.name(),
                of.gpuClass(),
                of.unit(),
                of.tranches(),
                of.onDemandGpus(),
                of.lending(),
                of.preempts(),
                true);
    }

    /** On-demand GPUs and nothing else. */
    static Commitment onDemandOnly(String name, int gpus) {
        return new Commitment(name, H100, "gpu", List.of(), gpus);
    }
}
