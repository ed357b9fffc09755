package dev.offtake.sim.input;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a gang of a trace asks for; many gangs ask for the same.
 *
 * @param contract the only contract that it may draw on; empty for all of the tenant's
 * @param subTenant that the label of its namespace would name
 * @param pods at least 1
 * @param gpus GPUs of each pod, at least 1
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
}
