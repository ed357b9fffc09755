package dev.offtake.install;

import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;

/** A control plane of one test, with one node for the operator, and Helm for it. */
final class OwnCluster implements AutoCloseable {
    /** Namespace of the release. */
    static final String SYSTEM = "offtake-system";

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata: {name: platform, labels: {kubernetes.io/hostname: platform}}
            status:
              capacity: {cpu: "32", memory: 64Gi, pods: "110"}
              allocatable: {cpu: "32", memory: 64Gi, pods: "110"}
              conditions: [{type: Ready, status: "True"}]
            """;

    final ControlPlane controlPlane;
    final KubernetesClient admin;
    private final TestKubelet kubelet;
    private final Helm helm;

    /** @param home empty folder for Helm */
    OwnCluster(Path home, String... apiServerFlags) {
        controlPlane = ControlPlane.another(apiServerFlags);
        admin = controlPlane.adminClient();
        kubelet = new TestKubelet(controlPlane.newAdminClient());
        helm = Helm.of(home, controlPlane.kubeconfig());
        // As docs/operations.md has it: what does not pass the standard is refused.
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(SYSTEM)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        Node node = Serialization.unmarshal(NODE, Node.class);
        admin.resource(node).create();
        admin.resource(node).updateStatus();
    }

    CommandResult helm(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--namespace";
        all[arguments.length + 1] = SYSTEM;
        return helm.run(all);
    }

    /** A line that a reader of the documentation types in the folder of the project. */
    CommandResult typeHelm(String line) {
        return helm.run(line.substring("helm ".length())
                .replace("charts/offtake", Helm.CHART.toString())
                .split(" "));
    }

    String kubectl(String... arguments) {
        return controlPlane.kubectl(arguments).orFail();
    }

    @Override
    public void close() {
        kubelet.close();
        controlPlane.close();
    }
}
