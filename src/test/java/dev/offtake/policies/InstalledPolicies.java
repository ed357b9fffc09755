package dev.offtake.policies;

import dev.offtake.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * The manifests of {@code deploy/} on the control plane of this JVM: namespace, CRDs, RBAC and policies, without the
 * Deployment of the operator, because a test runs that itself.
 */
public final class InstalledPolicies {
    /** Namespace of the operator. */
    public static final String SYSTEM_NAMESPACE = "offtake-system";
    /** Service account of the operator, in {@link #SYSTEM_NAMESPACE}, with the rights that it ships with. */
    public static final String SERVICE_ACCOUNT = "offtake";

    private static final Path DEPLOY = Path.of(System.getProperty("basedir", ""), "deploy");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PROBE = "offtake-probe";

    private static final String GPU_WORKLOAD = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUWorkload
            metadata: {name: probe, namespace: offtake-probe}
            spec:
              gpuClasses: [h100-sxm]
              tiers: [Reserved]
              podSets: [{name: workers, count: 1, minCount: 1, requests: {nvidia.com/gpu: 1}}]
            """;

    /** Objects that the API server is only asked whether it would take. */
    private static final String PROBES = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: offtake-probe, labels: {offtake.dev/tenant: offtake-probe}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: offtake-probe-free}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: offtake-probe}
            rules:
            - {apiGroups: [""], resources: [pods, namespaces], verbs: [create]}
            - {apiGroups: [offtake.dev], resources: [gpuworkloads], verbs: [create]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: offtake-probe}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: offtake-probe}
            subjects: [{kind: User, name: offtake-probe, apiGroup: rbac.authorization.k8s.io}]
            """;

    private static boolean installed;

    private InstalledPolicies() {}

    /** Applies the manifests at the first call of this JVM, and returns when every policy is in force. */
    public static synchronized void on(ControlPlane controlPlane) {
        if (!installed) {
            apply(controlPlane);
            awaitPolicies(controlPlane);
            installed = true;
        }
    }

    /** A file below {@code deploy/}. */
    static Path file(String name) {
        return DEPLOY.resolve(name);
    }

    private static void apply(ControlPlane controlPlane) {
        List<String> arguments = new ArrayList<>(List.of("apply", "--server-side", "--force-conflicts"));
        for (String name : List.of("namespace.yaml", "crds", "rbac.yaml", "policies.yaml")) {
            if (Files.exists(file(name))) {
                arguments.addAll(List.of("-f", file(name).toString()));
            }
        }
        controlPlane
                .kubectlCommand(controlPlane.kubeconfig())
                .run(arguments.toArray(String[]::new))
                .orFail();
        if (Files.exists(file("crds"))) {
            controlPlane
                    .kubectl(
                            "wait",
                            "--for=condition=Established",
                            "--timeout=30s",
                            "-f",
                            file("crds").toString())
                    .orFail();
        }
    }

    /** The API server takes up to three seconds to enforce a policy; each is probed by what only it refuses or adds. */
    private static void awaitPolicies(ControlPlane controlPlane) {
        KubernetesClient admin = controlPlane.adminClient();
        controlPlane.kubectlApply(PROBES).orFail();
        KubernetesClient user = controlPlane.clientAs(PROBE);
        awaitTrue(() -> isGated(admin));
        awaitRefusal("created.offtake.dev", admin, pod("schedulingGates: [{name: offtake.dev/placement}]", ""));
        awaitRefusal("preempting.offtake.dev", admin, free(pod("priorityClassName: system-node-critical", "")));
        awaitRefusal("claims.offtake.dev", user, free(pod("", "annotations: {offtake.dev/claim: probe}")));
        awaitRefusal(
                "namespaces.offtake.dev",
                user,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(PROBE + "-2")
                        .addToLabels("offtake.dev/tenant", PROBE)
                        .endMetadata()
                        .build());
        if (Files.exists(file("crds"))) {
            awaitRefusal("records.offtake.dev", user, Serialization.unmarshal(GPU_WORKLOAD, HasMetadata.class));
        }
    }

    private static boolean isGated(KubernetesClient admin) {
        try {
            Pod pod = admin.resource(gpuPod()).dryRun().create();
            return pod.getSpec().getSchedulingGates().stream()
                    .anyMatch(gate -> gate.getName().equals("offtake.dev/placement"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static void awaitRefusal(String policy, KubernetesClient client, HasMetadata object) {
        awaitTrue(() -> {
            try {
                client.resource(object).dryRun().create();
                return false;
            } catch (KubernetesClientException e) {
                return e.getMessage().contains("'" + policy + "'");
            }
        });
    }

    private static void awaitTrue(Supplier<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(condition::get);
    }

    private static Pod gpuPod() {
        Pod pod = pod("", "");
        pod.getSpec()
                .getContainers()
                .get(0)
                .setResources(Serialization.unmarshal("limits: {nvidia.com/gpu: 1}", ResourceRequirements.class));
        return pod;
    }

    /** The same in a namespace without a tenant. */
    private static Pod free(Pod pod) {
        pod.getMetadata().setNamespace(PROBE + "-free");
        return pod;
    }

    private static Pod pod(String spec, String metadata) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: probe
                  namespace: offtake-probe
                  %s
                spec:
                  containers: [{name: probe, image: none}]
                  %s
                """.formatted(metadata, spec), Pod.class);
    }

    /** The text of a file below {@code deploy/}. */
    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
