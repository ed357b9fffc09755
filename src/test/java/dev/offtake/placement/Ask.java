package dev.offtake.placement;

import dev.offtake.fleet.Requirement;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A gang in one line: {@code pods(72).gpus(1).within("rack")}. */
record Ask(
        int pods,
        int gpus,
        Map<String, Long> requests,
        NodeFilter filter,
        Optional<GangDemand.Slice> slice,
        Optional<String> required,
        Optional<String> preferred,
        Set<String> avoid) {
    static Ask pod() {
        return pods(1);
    }

    static Ask pods(int count) {
        return new Ask(
                count,
                1,
                Map.of("pods", 1L),
                NodeFilter.ANY,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of());
    }

    Ask gpus(int value) {
        return new Ask(pods, value, requests, filter, slice, required, preferred, avoid);
    }

    /** CPUs of each pod. */
    Ask cpus(int value) {
        return requesting("cpu", value * 1000L);
    }

    Ask gibibytes(int value) {
        return requesting("memory", value * Site.GIB);
    }

    Ask requesting(String resource, long amount) {
        Map<String, Long> all = new HashMap<>(requests);
        all.put(resource, amount);
        return new Ask(pods, gpus, all, filter, slice, required, preferred, avoid);
    }

    /** Node selector of the pods. */
    Ask on(String key, String value) {
        Requirement requirement = new Requirement(key, Requirement.Operator.IN, List.of(value));
        return new Ask(
                pods,
                gpus,
                requests,
                new NodeFilter(List.of(requirement), List.of(), List.of()),
                slice,
                required,
                preferred,
                avoid);
    }

    /** Pods that accept these nodes only. */
    Ask onNodes(Collection<String> names) {
        Requirement requirement = new Requirement("metadata.name", Requirement.Operator.IN, List.copyOf(names));
        NodeFilter.Term term = new NodeFilter.Term(List.of(), List.of(requirement));
        return new Ask(
                pods,
                gpus,
                requests,
                new NodeFilter(List.of(), List.of(term), List.of()),
                slice,
                required,
                preferred,
                avoid);
    }

    Ask slices(String level, int podsOfSlice) {
        return new Ask(
                pods,
                gpus,
                requests,
                filter,
                Optional.of(new GangDemand.Slice(level, podsOfSlice)),
                required,
                preferred,
                avoid);
    }

    Ask within(String level) {
        return new Ask(pods, gpus, requests, filter, slice, Optional.of(level), preferred, avoid);
    }

    Ask near(String level) {
        return new Ask(pods, gpus, requests, filter, slice, required, Optional.of(level), avoid);
    }

    Ask avoiding(String... nodes) {
        return new Ask(pods, gpus, requests, filter, slice, required, preferred, Set.of(nodes));
    }

    /** Compact where it is lent its place. */
    GangDemand compact() {
        return demand().compactly();
    }

    Shape shape() {
        return new Shape(gpus, requests);
    }

    GangDemand.PodSet podSet(String name) {
        return new GangDemand.PodSet(name, pods, shape(), filter, slice);
    }

    GangDemand demand() {
        return new GangDemand(Site.RESOURCE, List.of(podSet("main")), required, preferred, avoid);
    }

    /** A gang of this one's pods and others, with this one's levels. */
    GangDemand with(Ask others) {
        return new GangDemand(
                Site.RESOURCE, List.of(podSet("main"), others.podSet("others")), required, preferred, avoid);
    }
}
