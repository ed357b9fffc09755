package dev.offtake.demo;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The control plane of the test bed, with the operator under just the rights that it ships with. */
final class RealStage implements Stage {
    private final ControlPlane controlPlane;
    private final TestKubelet kubelet;
    private Optional<OperatorUnderDemo> operator = Optional.empty();

    /** @throws IllegalStateException if a part of the test bed is missing; the message says which */
    RealStage() {
        controlPlane = ControlPlane.get();
        if (!controlPlane.hasSchedulerAndControllers()) {
            throw new IllegalStateException("kube-scheduler and kube-controller-manager are missing;"
                    + " install Go and run: bash src/test/controlplane/build.sh " + controlPlane.version());
        }
        kubelet = new TestKubelet(controlPlane.newAdminClient());
    }

    @Override
    public List<String> programme() {
        return List.of(
                "Real: etcd, kube-apiserver, kube-scheduler and the controllers of Kubernetes " + controlPlane.version()
                        + ",",
                "the admission policies, the operator under the rights that it ships with, and the manifests.",
                "Stand-ins: the nodes and their kubelets.");
    }

    @Override
    public KubernetesClient client() {
        return controlPlane.adminClient();
    }

    @Override
    public void startOperator() {
        InstalledPolicies.on(controlPlane);
        operator = Optional.of(OperatorUnderDemo.start(
                controlPlane.serviceAccountKubeconfig(
                        InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT),
                InstalledPolicies.SYSTEM_NAMESPACE));
    }

    @Override
    public void apply(Path manifest) {
        controlPlane.kubectl("apply", "-f", manifest.toString()).orFail();
    }

    @Override
    public void addNodes(List<Node> nodes) {
        nodes.forEach(node -> client().resource(node).create());
    }

    @Override
    public Path kubeconfig() {
        return controlPlane.kubeconfig();
    }

    @Override
    public void close() {
        operator.ifPresent(OperatorUnderDemo::close);
        kubelet.close();
    }
}
