package dev.offtake.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes for tests: healthy, with all GPUs, until told otherwise. Each call makes another value. */
record Nodes(NodeFacts facts) {
    static Nodes node(String name) {
        return new Nodes(new NodeFacts(
                name, "uid-" + name, Map.of(), List.of(), true, false, Map.of(), Map.of("nvidia.com/gpu", 8L)));
    }

    static Nodes h100(String name) {
        return node(name).label("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
    }

    static Nodes gb300(String name) {
        return node(name).label("nvidia.com/gpu.product", "NVIDIA-GB300").gpus(4);
    }

    Nodes label(String key, String value) {
        return labels(Map.of(key, value));
    }

    Nodes labels(Map<String, String> more) {
        Map<String, String> labels = new HashMap<>(facts.labels());
        labels.putAll(more);
        return withLabels(labels);
    }

    Nodes without(String key) {
        Map<String, String> labels = new HashMap<>(facts.labels());
        labels.remove(key);
        return withLabels(labels);
    }

    Nodes uid(String uid) {
        return new Nodes(new NodeFacts(
                facts.name(),
                uid,
                facts.labels(),
                facts.taints(),
                facts.ready(),
                facts.unschedulable(),
                facts.conditions(),
                facts.allocatable()));
    }

    Nodes gpus(long gpus) {
        return new Nodes(new NodeFacts(
                facts.name(),
                facts.uid(),
                facts.labels(),
                facts.taints(),
                facts.ready(),
                facts.unschedulable(),
                facts.conditions(),
                Map.of("nvidia.com/gpu", gpus)));
    }

    Nodes taint(String key, Taint.Effect effect) {
        return status(List.of(new Taint(key, "", effect)), facts.ready(), facts.unschedulable(), facts.conditions());
    }

    Nodes condition(String type, String status) {
        return status(facts.taints(), facts.ready(), facts.unschedulable(), Map.of(type, status));
    }

    Nodes notReady() {
        return status(facts.taints(), false, facts.unschedulable(), facts.conditions());
    }

    Nodes cordoned() {
        return status(facts.taints(), facts.ready(), true, facts.conditions());
    }

    private Nodes withLabels(Map<String, String> labels) {
        return new Nodes(new NodeFacts(
                facts.name(),
                facts.uid(),
                labels,
                facts.taints(),
                facts.ready(),
                facts.unschedulable(),
                facts.conditions(),
                facts.allocatable()));
    }

    private Nodes status(List<Taint> taints, boolean ready, boolean unschedulable, Map<String, String> conditions) {
        return new Nodes(new NodeFacts(
                facts.name(),
                facts.uid(),
                facts.labels(),
                taints,
                ready,
                unschedulable,
                conditions,
                facts.allocatable()));
    }
}
