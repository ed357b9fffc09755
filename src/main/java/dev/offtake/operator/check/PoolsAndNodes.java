package dev.offtake.operator.check;

import dev.offtake.api.GPUPool;
import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.translate.Checked;
import dev.offtake.translate.Nodes;
import dev.offtake.translate.Pools;
import dev.offtake.translate.Problem;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which nodes with GPUs no pool matches, and why; and which pools make no sense. */
final class PoolsAndNodes {
    private static final String POOLS = "pools";
    private static final String NODES = "nodes";
    private static final String NVIDIA = "nvidia.com/";
    private static final int MAX_NAMES = 5;

    private final KubernetesClient client;
    private final Optional<PolicyState> policies;
    private final Fleet fleet = new Fleet();
    private final TreeSet<String> resourceNames = new TreeSet<>();

    /** @param policies empty if they may not be read, which another check says */
    PoolsAndNodes(KubernetesClient client, Optional<PolicyState> policies) {
        this.client = client;
        this.policies = policies;
    }

    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        List<GPUPool> pools = pools();
        pools.forEach(pool -> read(pool, findings));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(POOLS, pools.size() == 1 ? "1 pool" : pools.size() + " pools"));
        }
        findings.addAll(nodes());
        return findings;
    }

    /** None where the kind is not served, which another check says. */
    private List<GPUPool> pools() {
        try {
            return client.resources(GPUPool.class).list().getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private void read(GPUPool object, List<Finding> findings) {
        String name = object.getMetadata().getName();
        Checked<Pool> checked = Pools.of(object);
        if (!checked.problemList().isEmpty()) {
            findings.add(Finding.fail(POOLS, "pool " + name + ": " + Problem.join(checked.problemList())));
        }
        checked.toOptional().ifPresent(pool -> {
            fleet.putPool(pool);
            resourceNames.add(pool.resourceName());
            policies.flatMap(state -> state.verdict(Optional.of(pool.resourceName())))
                    .filter(verdict -> verdict.reason().equals("ResourceNotGated"))
                    .ifPresent(verdict -> findings.add(Finding.fail(POOLS, "pool " + name + ": " + verdict.message())));
        });
    }

    private List<Finding> nodes() {
        Map<String, List<String>> unmatched = new TreeMap<>();
        int withGpus = 0;
        for (Node node : client.nodes().list().getItems()) {
            NodeFacts facts = Nodes.facts(node);
            if (hasGpus(facts)) {
                withGpus++;
                fleet.whyNoPool(facts)
                        .ifPresent(why -> unmatched
                                .computeIfAbsent(why, key -> new ArrayList<>())
                                .add(facts.name()));
            }
        }
        if (unmatched.isEmpty()) {
            return List.of(Finding.ok(
                    NODES, withGpus == 0 ? "no node has GPUs" : "each of " + withGpus + " with GPUs is in a pool"));
        }
        List<Finding> findings = new ArrayList<>();
        unmatched.forEach((why, names) -> findings.add(Finding.warn(NODES, text(names) + " in no pool: " + why)));
        return findings;
    }

    private boolean hasGpus(NodeFacts facts) {
        return facts.allocatable().entrySet().stream()
                .anyMatch(entry -> entry.getValue() > 0
                        && (resourceNames.contains(entry.getKey())
                                || entry.getKey().startsWith(NVIDIA)));
    }

    private static String text(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
        return names.size() > MAX_NAMES ? first + " and " + (names.size() - MAX_NAMES) + " more" : first;
    }
}
