package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.TenantContract;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.core.ThrowingRunnable;

/** One test's stage: objects are written as users write them, as YAML through kubectl, and looked at as users do. */
final class Scene {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ControlPlane controlPlane;
    private final Sandbox sandbox;
    private final KubernetesClient admin;

    Scene(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        admin = controlPlane.adminClient();
        TestOperator.on(controlPlane);
    }

    /** Applies YAML; what it creates is removed with the sandbox where that owns its namespace or name. */
    CommandResult apply(String yaml) {
        return controlPlane.kubectlApply(yaml);
    }

    /** A pool of this test's nodes. {@code more} is YAML of the spec's fields, indented by two. */
    String pool(String gpuClass, String more) {
        String name = sandbox.name("pool");
        Map.Entry<String, String> label =
                sandbox.nodeLabel().entrySet().iterator().next();
        apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec:
                  gpuClass: %s
                  nodes: {selector: {matchLabels: {%s: %s}}}
                """.formatted(name, gpuClass, label.getKey(), label.getValue()) + more.indent(2))
                .orFail();
        sandbox.own(admin.resources(GPUPool.class).withName(name).get());
        await("pool ready")
                .atMost(PATIENCE)
                .until(() -> condition(
                                pool(name).getStatus() == null
                                        ? List.of()
                                        : pool(name).getStatus().conditions(),
                                "Ready")
                        .isPresent());
        return name;
    }

    GPUPool pool(String name) {
        return admin.resources(GPUPool.class).withName(name).get();
    }

    /** An active contract of one commitment, from an hour ago until tomorrow. */
    String contract(String tenant, String gpuClass, String unit, int quantity, int onDemandGpus) {
        String name = "contract-" + tenant;
        apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %s}
                spec:
                  tenant: %s
                  term: {start: "2026-01-01T00:00:00Z", end: "2036-01-01T00:00:00Z"}
                  commitments:
                  - name: base
                    gpuClass: %s
                    unit: %s
                    tranches: [{name: all, quantity: %d, due: "2026-01-01T00:00:00Z"}]
                """.formatted(name, tenant, gpuClass, unit, quantity)
                        + (onDemandGpus == 0 ? "" : "    onDemand: {gpus: " + onDemandGpus + "}\n"))
                .orFail();
        sandbox.own(admin.resources(TenantContract.class).withName(name).get());
        await("contract active").atMost(PATIENCE).until(() -> {
            TenantContract contract = contract(name);
            return contract.getStatus() != null
                    && contract.getStatus().lifecycle() == dev.offtake.api.TenantContractStatus.Lifecycle.ACTIVE;
        });
        return name;
    }

    /** A contract from January on whatever becomes of it. {@code commitments} is a YAML list. */
    String propose(String tenant, String commitments) {
        String name = sandbox.name("contract-" + tenant);
        apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %s}
                spec:
                  tenant: %s
                  term: {start: "2026-01-01T00:00:00Z", end: "2036-01-01T00:00:00Z"}
                  commitments:
                """.formatted(name, tenant) + commitments.indent(2)).orFail();
        sandbox.own(admin.resources(TenantContract.class).withName(name).get());
        return name;
    }

    /** A commitment, for {@link #propose}. */
    static String commitment(String name, String gpuClass, String unit, int quantity, int onDemandGpus) {
        return """
                - name: %s
                  gpuClass: %s
                  unit: %s
                  tranches: [{name: all, quantity: %d, due: "2026-01-01T00:00:00Z"}]
                """.formatted(name, gpuClass, unit, quantity)
                + (onDemandGpus == 0 ? "" : "  onDemand: {gpus: " + onDemandGpus + "}\n");
    }

    /** Waits until a condition of a contract has this status, and answers it. */
    Condition awaitContract(String name, String type, Condition.Status status) {
        return awaitCondition(
                () -> Optional.ofNullable(contract(name).getStatus())
                        .map(s -> s.conditions())
                        .orElse(List.of()),
                type,
                status);
    }

    /** Waits until a condition of a pool has this status, and answers it. */
    Condition awaitPool(String name, String type, Condition.Status status) {
        return awaitCondition(
                () -> Optional.ofNullable(pool(name).getStatus())
                        .map(s -> s.conditions())
                        .orElse(List.of()),
                type,
                status);
    }

    private Condition awaitCondition(Supplier<List<Condition>> all, String type, Condition.Status status) {
        List<Condition> found = new ArrayList<>();
        eventually(() -> {
            found.clear();
            condition(all.get(), type).ifPresent(found::add);
            assertThat(found)
                    .as(type)
                    .singleElement()
                    .satisfies(c -> assertThat(c.status()).as(c.message()).isEqualTo(status));
        });
        return found.get(0);
    }

    TenantContract contract(String name) {
        return admin.resources(TenantContract.class).withName(name).get();
    }

    /** A tenant name of this test alone. */
    String tenant(String base) {
        return sandbox.name(base);
    }

    /** A namespace of a tenant. */
    String namespace(String base, String tenant) {
        return sandbox.namespace(base, Map.of("offtake.dev/tenant", tenant));
    }

    /** A Job; {@code annotations} is YAML inside braces, {@code podSpec} YAML of further pod spec fields. */
    void job(String namespace, String name, int pods, int gpus, String annotations, String jobSpec, String podSpec) {
        apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s, annotations: {%s}}
                spec:
                  parallelism: %d
                  completions: %d
                """.formatted(name, namespace, annotations, pods, pods)
                        + jobSpec.indent(2)
                        + """
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: %d}}}
                """.formatted(gpus)
                        + podSpec.indent(6))
                .orFail();
    }

    void job(String namespace, String name, int pods, int gpus) {
        job(namespace, name, pods, gpus, "", "", "");
    }

    void deleteJob(String namespace, String name) {
        admin.batch().v1().jobs().inNamespace(namespace).withName(name).delete();
    }

    Job job(String namespace, String name) {
        return admin.batch().v1().jobs().inNamespace(namespace).withName(name).get();
    }

    List<Pod> podsOf(String namespace, String job) {
        return admin.pods()
                .inNamespace(namespace)
                .withLabel("job-name", job)
                .list()
                .getItems();
    }

    List<Pod> runningPodsOf(String namespace, String job) {
        return podsOf(namespace, job).stream()
                .filter(p -> "Running".equals(p.getStatus().getPhase())
                        && p.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** A pod of nobody; {@code metadata} and {@code podSpec} are YAML of further fields. */
    void pod(String namespace, String name, int gpus, String metadata, String podSpec) {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                """.formatted(name, namespace) + metadata.indent(2) + """
                spec:
                  containers:
                  - {name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: %d}}}
                """.formatted(gpus) + podSpec.indent(2))
                .orFail();
    }

    List<Pod> podsIn(String namespace) {
        return admin.pods().inNamespace(namespace).list().getItems();
    }

    Pod pod(String namespace, String name) {
        return admin.pods().inNamespace(namespace).withName(name).get();
    }

    void awaitRunningIn(String namespace, int pods) {
        eventually(() -> assertThat(podsIn(namespace).stream()
                        .filter(p -> "Running".equals(p.getStatus().getPhase())))
                .hasSize(pods));
    }

    /** Every pod of the Job is still held by our gate, and on no node. */
    void assertHeld(String namespace, String job) {
        assertThat(podsOf(namespace, job)).isNotEmpty().allSatisfy(pod -> {
            assertThat(pod.getSpec().getNodeName()).isNull();
            assertThat(pod.getSpec().getSchedulingGates())
                    .extracting(PodSchedulingGate::getName)
                    .containsExactly("offtake.dev/placement");
        });
    }

    /** Names of the nodes of pods, one for each. */
    static List<String> nodesOf(List<Pod> pods) {
        return pods.stream().map(p -> p.getSpec().getNodeName()).toList();
    }

    void awaitRunning(String namespace, String job, int pods) {
        eventually(() -> assertThat(runningPodsOf(namespace, job)).hasSize(pods));
    }

    GPUWorkload workload(String namespace, String name) {
        return admin.resources(GPUWorkload.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /**
     * Waits until nothing holds a GPUWorkload any more. The garbage collector then removes it with its owner, but may
     * take half a minute until it knows the kind of a definition that is not older than itself.
     */
    void awaitLetGo(String namespace, String name) {
        eventually(() -> {
            GPUWorkload workload = workload(namespace, name);
            if (workload != null) {
                assertThat(workload.getMetadata().getFinalizers()).isEmpty();
                assertThat(workload.getMetadata().getOwnerReferences()).isNotEmpty();
            }
        });
    }

    /** Waits until a Job's gang waits with this code, and answers its message. */
    String awaitReason(String namespace, String job, String code) {
        return awaitReasonOf(namespace, "job-" + job, code);
    }

    /** Waits until a GPUWorkload waits with this code, and answers its message. */
    String awaitReasonOf(String namespace, String name, String code) {
        eventually(() -> {
            GPUWorkload workload = workload(namespace, name);
            assertThat(workload).as("GPUWorkload " + name).isNotNull();
            assertThat(workload.getStatus()).isNotNull();
            assertThat(workload.getStatus().waiting()).as("waiting").isNotNull();
            assertThat(workload.getStatus().waiting().code())
                    .as(workload.getStatus().waiting().message())
                    .isEqualTo(code);
        });
        return workload(namespace, name).getStatus().waiting().message();
    }

    /** Values of a node label over the nodes of pods. */
    Set<String> domains(List<Pod> pods, String label) {
        Set<String> values = new TreeSet<>();
        for (Pod pod : pods) {
            values.add(admin.nodes()
                    .withName(pod.getSpec().getNodeName())
                    .get()
                    .getMetadata()
                    .getLabels()
                    .get(label));
        }
        return values;
    }

    /** The condition {@code offtake.dev/Placed} of a pod. */
    static Optional<PodCondition> placed(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("offtake.dev/Placed"))
                .findFirst();
    }

    static Optional<Condition> condition(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /** Waits until what is looked at is so, and answers it. */
    <T> T eventually(Supplier<T> look, Predicate<T> isSo) {
        return org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(look::get, isSo);
    }

    void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(assertion);
    }

    /** Ends the running pods of a Job, as done or as failed. */
    void endPods(String namespace, String job, boolean failed) {
        for (Pod pod : runningPodsOf(namespace, job)) {
            annotate(pod, Map.of(TestKubelet.FAIL, String.valueOf(failed), TestKubelet.RUN_FOR, "1ms"));
        }
    }

    void annotate(Pod pod, Map<String, String> annotations) {
        admin.resource(pod)
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        admin.getKubernetesSerialization()
                                .asJson(Map.of("metadata", Map.of("annotations", annotations))));
    }

    /** Suspends or resumes a Job, as its user does. */
    void suspend(String namespace, String job, boolean suspended) {
        controlPlane
                .kubectl("-n", namespace, "patch", "job", job, "-p", "{\"spec\":{\"suspend\":" + suspended + "}}")
                .orFail();
    }

    /** Node names of a Job's running pods, by pod name. */
    List<String> nodesOf(String namespace, String job) {
        return runningPodsOf(namespace, job).stream()
                .map(pod -> pod.getSpec().getNodeName())
                .sorted()
                .toList();
    }

    KubernetesClient admin() {
        return admin;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }
}
