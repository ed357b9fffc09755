package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is there at some time, as an API server has it: what is applied then replaces what has its name. */
final class Applied {
    private static final String TENANT_CONTRACT = "TenantContract";

    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Map<String, NodeFacts> nodes = new LinkedHashMap<>();
    private final Map<String, Contract> contracts = new HashMap<>();
    /** GPUPools and TenantContracts as they were written, by kind and name. */
    private final Map<String, JsonNode> objects = new HashMap<>();

    /**
     * Adds what was applied.
     *
     * @param written its GPUPools and TenantContracts as they were written
     */
    void add(Site site, Collection<JsonNode> written) {
        site.pools().forEach(pool -> pools.put(pool.name(), pool));
        site.nodes().forEach(node -> nodes.put(node.name(), node));
        site.contracts().forEach(contract -> contracts.put(contract.name(), contract));
        written.forEach(object -> objects.put(
                key(object.path("kind").asText(), object.at("/metadata/name").asText()), object));
    }

    /** Whether there was one of that name. */
    boolean removeContract(String name) {
        objects.remove(key(TENANT_CONTRACT, name));
        return contracts.remove(name) != null;
    }

    void removeNode(String name) {
        nodes.remove(name);
    }

    /** GPUPools by name. */
    Map<String, Pool> pools() {
        return pools;
    }

    /** Nodes by name. */
    Map<String, NodeFacts> nodes() {
        return nodes;
    }

    Optional<Contract> contract(String name) {
        return Optional.ofNullable(contracts.get(name));
    }

    /** A GPUPool or TenantContract as it is there, with what the operator wrote into it that rules ask for. */
    Optional<JsonNode> object(String kind, String name) {
        return Optional.ofNullable(objects.get(key(kind, name)))
                .map(object -> kind.equals(TENANT_CONTRACT)
                        ? contract(name)
                                .map(contract -> admitted(object, contract))
                                .orElse(object)
                        : object);
    }

    private static JsonNode admitted(JsonNode object, Contract contract) {
        ObjectNode copy = object.deepCopy();
        copy.putObject("status").put("admittedAt", contract.admittedAt().toString());
        return copy;
    }

    private static String key(String kind, String name) {
        return kind + " " + name;
    }
}
