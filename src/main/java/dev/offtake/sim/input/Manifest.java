package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.api.OfftakeNames;
import java.util.List;
import java.util.Map;

/** Objects as somebody would write them who has them from the files beside a foreign trace. */
final class Manifest {
    /** Of whatever they promise, as those files know no dates. */
    private static final String START = "2026-01-01T00:00:00Z";

    private static final String END = "2046-01-01T00:00:00Z";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Manifest() {}

    static JsonNode node(String name, Map<String, String> labels, Map<String, String> allocatable) {
        return json(Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Node",
                "metadata",
                Map.of("name", name, "labels", labels),
                "status",
                Map.of("allocatable", allocatable)));
    }

    static JsonNode pool(String name, Map<String, Object> spec) {
        return object("GPUPool", name, spec);
    }

    /** A contract of a tenant, named like it, over all the time. */
    static JsonNode contract(String tenant, List<JsonNode> commitments) {
        return object(
                "TenantContract",
                tenant,
                Map.of("tenant", tenant, "term", Map.of("start", START, "end", END), "commitments", commitments));
    }

    /** So many GPUs of a class from the start on. */
    static JsonNode commitment(String name, String gpuClass, int gpus) {
        Map<String, Object> tranche = Map.of("name", "all", "quantity", gpus, "due", START);
        return json(Map.of("name", name, "gpuClass", gpuClass, "unit", "gpu", "tranches", List.of(tranche)));
    }

    private static JsonNode object(String kind, String name, Map<String, Object> spec) {
        return json(Map.of(
                "apiVersion", OfftakeNames.API_VERSION, "kind", kind, "metadata", Map.of("name", name), "spec", spec));
    }

    private static JsonNode json(Map<String, Object> object) {
        return JSON.valueToTree(object);
    }
}
