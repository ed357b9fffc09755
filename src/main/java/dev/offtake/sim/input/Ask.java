package dev.offtake.sim.input;

import dev.offtake.api.OfftakeAnnotations;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a gang of a trace asks for; many gangs ask for the same.
 *
 * @param contract the only contract that it may draw on; empty for all of the tenant's
 * @param subTenant that the label of its namespace would name
 * @param pods at least 1; 0 as long as it is not said how the GPUs become pods
 * @param gpus GPUs of each pod, at least 1; those of the gang as long as there are no pods
 * @param requests further resources of each pod as Kubernetes quantities, by name
 * @param wishes annotations of the gang's Job, as a tenant writes them
 */
public record Ask(
        String tenant,
        Optional<String> contract,
        Optional<String> subTenant,
        int pods,
        int gpus,
        Map<String, String> requests,
        Map<String, String> wishes) {
    public Ask {
        requests = Collections.unmodifiableMap(new TreeMap<>(requests));
        wishes = Collections.unmodifiableMap(new TreeMap<>(wishes));
    }

    /** One of no sub-tenant. */
    public Ask(
            String tenant,
            Optional<String> contract,
            int pods,
            int gpus,
            Map<String, String> requests,
            Map<String, String> wishes) {
        this(tenant, contract, Optional.empty(), pods, gpus, requests, wishes);
    }

    /** One of which nothing is said but its GPUs and wishes. */
    static Ask whole(String tenant, int gpus, Map<String, String> wishes) {
        return new Ask(tenant, Optional.empty(), 0, gpus, Map.of(), wishes);
    }

    /** Whether it is still to be said how the GPUs become pods. */
    boolean isWhole() {
        return pods == 0;
    }

    /** One that is whole, in pods of so many GPUs. */
    Ask inPods(int gpusPerPod) {
        return new Ask(tenant, contract, subTenant, gpus / gpusPerPod, gpusPerPod, requests, wishes);
    }

    /** The classes that it wishes for, in order; empty for that of its tenant's first commitment. */
    List<String> gpuClasses() {
        return Stream.of(wishes.getOrDefault(OfftakeAnnotations.GPU_CLASS, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
