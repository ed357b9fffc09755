package dev.offtake.operator.check;

import dev.offtake.operator.policy.PolicyReader;
import dev.offtake.operator.policy.PolicyState;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All checks of a cluster, with the rights of one client. */
public final class ClusterCheck {
    private static final String POLICIES = "policies";
    /** The only kinds that a cluster may lack. */
    private static final String MUTATING = "Mutating";

    private final KubernetesClient client;
    private final String namespace;
    private final Clock clock;

    /** @param namespace of the operator */
    public ClusterCheck(KubernetesClient client, String namespace, Clock clock) {
        this.client = client;
        this.namespace = namespace;
        this.clock = clock;
    }

    /**
     * Looks at everything once.
     *
     * @throws KubernetesClientException if the API server does not answer, or does not know who asks
     */
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>(ServedApis.of(client));
        findings.add(new ClockSkew(client, clock).look());
        findings.addAll(unlessForbidden(
                "rights", () -> List.of(Rights.shipped(client, namespace).look())));
        List<PolicyState> read = new ArrayList<>();
        findings.addAll(unlessForbidden(POLICIES, () -> {
            read.add(PolicyReader.ofShipped(client, namespace).read());
            return policies(read.get(0));
        }));
        findings.addAll(unlessForbidden(
                "nodes", () -> new PoolsAndNodes(client, read.stream().findFirst()).look()));
        return List.copyOf(findings);
    }

    private static List<Finding> policies(PolicyState state) {
        List<Finding> findings = new ArrayList<>();
        Stream.of(state.whatIsMissing(), state.whatIsChanged())
                .flatMap(Optional::stream)
                .forEach(wrong -> findings.add(Finding.fail(POLICIES, wrong)));
        List<String> unserved = state.unserved();
        if (!unserved.isEmpty()) {
            boolean onlyMutating = unserved.stream().allMatch(kind -> kind.startsWith(MUTATING));
            findings.add(new Finding(
                    onlyMutating ? Finding.Outcome.WARN : Finding.Outcome.FAIL,
                    POLICIES,
                    "not served: " + String.join(", ", unserved)
                            + (onlyMutating ? "; pods must bring the gate and the priority class themselves" : "")));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(POLICIES, "in force as installed"));
        }
        return findings;
    }

    /** What may not be read is a finding; an API server that is away is none, there is nothing to find then. */
    private static List<Finding> unlessForbidden(String check, Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            // The message of the exception is the whole of the answer.
            String reason =
                    e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
            return List.of(Finding.fail(check, "may not be read: " + reason));
        }
    }
}
