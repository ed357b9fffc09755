package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One namespace: what its users run there, and what they see of it. */
final class Workspace {
    private final Scene scene;
    private final KubernetesClient client;
    private final String name;
    private final String tenant;

    Workspace(Scene scene, String name, String tenant) {
        this.scene = scene;
        this.name = name;
        this.tenant = tenant;
        client = scene.admin();
    }

    /** Name of the namespace. */
    String name() {
        return name;
    }

    /** Whose it is. */
    String tenant() {
        return tenant;
    }

    /** Name of the tenant's contract, where {@link Scene#customer} made it. */
    String contract() {
        return Scene.contractName(tenant);
    }

    /** Says who places its work, as the platform team does, and waits until admission knows. */
    void enforce(Enforcement enforcement) {
        scene.controlPlane()
                .kubectl("label", "namespace", name, "--overwrite", "offtake.dev/enforcement=" + enforcement.spelled())
                .orFail();
        Pod probe = client.getKubernetesSerialization().unmarshal("""
                        metadata: {name: probe}
                        spec: {containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]}
                        """, Pod.class);
        scene.eventually(() -> assertThat(client.resource(probe)
                        .inNamespace(name)
                        .dryRun()
                        .create()
                        .getSpec()
                        .getSchedulingGates())
                .hasSize(enforcement == Enforcement.ENFORCE ? 1 : 0));
    }

    /** A Job; {@code annotations} is YAML inside braces, {@code podSpec} YAML of further pod spec fields. */
    void job(String job, int pods, int gpus, String annotations, String jobSpec, String podSpec) {
        scene.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s, annotations: {%s}}
                spec:
                  parallelism: %d
                  completions: %d
                """.formatted(job, name, annotations, pods, pods)
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

    void job(String job, int pods, int gpus) {
        job(job, pods, gpus, "", "", "");
    }

    void deleteJob(String job) {
        client.batch().v1().jobs().inNamespace(name).withName(job).delete();
    }

    Job job(String job) {
        return client.batch().v1().jobs().inNamespace(name).withName(job).get();
    }

    /** Suspends or resumes a Job, as its user does. */
    void suspend(String job, boolean suspended) {
        patchJob(job, "{\"spec\":{\"suspend\":" + suspended + "}}");
    }

    /** Changes a Job by a strategic merge patch. */
    void patchJob(String job, String patch) {
        scene.controlPlane()
                .kubectl("-n", name, "patch", "job", job, "-p", patch)
                .orFail();
    }

    /** A pod of nobody; {@code metadata} and {@code podSpec} are YAML of further fields. */
    void pod(String pod, int gpus, String metadata, String podSpec) {
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                """.formatted(pod, name) + metadata.indent(2) + """
                spec:
                  containers:
                  - {name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: %d}}}
                """.formatted(gpus) + podSpec.indent(2))
                .orFail();
    }

    /**
     * A pod without GPUs that sits on a node, past the scheduler.
     *
     * @param labels YAML inside braces
     * @param container YAML inside braces of further container fields
     */
    void squat(String pod, String node, String labels, String container) {
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {%s}}
                spec:
                  nodeName: %s
                  tolerations: [{operator: Exists}]
                  containers: [{name: main, image: registry.example/squat%s}]
                """.formatted(pod, name, labels, node, container.isEmpty() ? "" : ", " + container))
                .orFail();
    }

    /** Deletes a pod as its user does. */
    void deletePod(String pod) {
        client.pods().inNamespace(name).withName(pod).delete();
    }

    void deletePods(String label, String value) {
        client.pods().inNamespace(name).withLabel(label, value).delete();
    }

    /** Removes a pod without its kubelet, as the pod garbage collector does it. */
    void removePod(String pod) {
        client.pods().inNamespace(name).withName(pod).withGracePeriod(0).delete();
    }

    Pod pod(String pod) {
        return client.pods().inNamespace(name).withName(pod).get();
    }

    List<Pod> pods() {
        return client.pods().inNamespace(name).list().getItems();
    }

    List<Pod> pods(String label, String value) {
        return client.pods().inNamespace(name).withLabel(label, value).list().getItems();
    }

    /** The pods of a Job. */
    List<Pod> podsOf(String job) {
        return pods("job-name", job);
    }

    List<Pod> runningPodsOf(String job) {
        return podsOf(job).stream()
                .filter(p -> isRunning(p) && p.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    static boolean isRunning(Pod pod) {
        return "Running".equals(pod.getStatus().getPhase());
    }

    /** Names of the nodes of a Job's running pods, one for each, sorted. */
    List<String> nodesOf(String job) {
        return Scene.nodesOf(runningPodsOf(job)).stream().sorted().toList();
    }

    void awaitRunning(String job, int pods) {
        scene.eventually(() -> assertThat(runningPodsOf(job)).hasSize(pods));
    }

    /** Waits until so many pods run, whoever made them. */
    void awaitRunning(int pods) {
        scene.eventually(
                () -> assertThat(pods().stream().filter(Workspace::isRunning)).hasSize(pods));
    }

    void awaitPodRunning(String pod) {
        scene.eventually(() -> assertThat(isRunning(pod(pod))).as(pod + " runs").isTrue());
    }

    /** Waits until so many pods of a Job are let go to their nodes, bound or not. */
    void awaitReleased(String job, int pods) {
        scene.eventually(() -> assertThat(podsOf(job))
                .filteredOn(pod -> pod.getSpec().getSchedulingGates().isEmpty())
                .hasSize(pods));
    }

    /** Every pod of the Job is still held by our gate, and on no node. */
    void assertHeld(String job) {
        assertThat(podsOf(job)).isNotEmpty().allSatisfy(pod -> {
            assertThat(pod.getSpec().getNodeName()).isNull();
            assertThat(pod.getSpec().getSchedulingGates())
                    .extracting(PodSchedulingGate::getName)
                    .containsExactly("offtake.dev/placement");
        });
    }

    /** Ends the running pods of a Job, as done or as failed. */
    void endPods(String job, boolean failed) {
        runningPodsOf(job).forEach(pod -> endPod(pod, failed));
    }

    void endPod(Pod pod, boolean failed) {
        annotate(pod, Map.of(TestKubelet.FAIL, String.valueOf(failed), TestKubelet.RUN_FOR, "1ms"));
    }

    /** The running pods of a Job will take their time to end. */
    void linger(String job, String time) {
        runningPodsOf(job).forEach(pod -> annotate(pod, Map.of(TestKubelet.TERMINATE_AFTER, time)));
    }

    void annotate(Pod pod, Map<String, String> annotations) {
        client.resource(pod)
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(Map.of("metadata", Map.of("annotations", annotations))));
    }

    /** All GPUWorkloads. */
    List<GPUWorkload> records() {
        return client.resources(GPUWorkload.class).inNamespace(name).list().getItems();
    }

    /** A GPUWorkload; that of a Job is {@code job-<name>}, that of bare pods {@code pods-<label>}. */
    GPUWorkload record(String record) {
        return client.resources(GPUWorkload.class)
                .inNamespace(name)
                .withName(record)
                .get();
    }

    /** Names of the nodes in a record, one for each pod, sorted; empty without a record. */
    List<String> recordedNodes(String record) {
        List<String> nodes = new ArrayList<>();
        GPUWorkload workload = record(record);
        if (workload != null && workload.getStatus() != null) {
            workload.getStatus()
                    .placement()
                    .forEach(run -> run.nodes().forEach(node -> {
                        for (int i = 0; i < run.podsPerNode(); i++) {
                            nodes.add(node);
                        }
                    }));
        }
        return nodes.stream().sorted().toList();
    }

    void awaitNoRecord(String record) {
        scene.eventually(() -> assertThat(record(record)).isNull());
    }

    /** Waits until a record says that all is given back, and nothing holds it any more. */
    void awaitFinished(String record) {
        scene.eventually(() -> {
            assertThat(record(record).getStatus().phase()).isEqualTo(Phase.FINISHED);
            assertThat(record(record).getMetadata().getFinalizers()).isEmpty();
        });
    }

    /**
     * Waits until nothing holds a GPUWorkload any more. The garbage collector then removes it with its owner, but may
     * take half a minute until it knows the kind of a definition that is not older than itself.
     */
    void awaitLetGo(String record) {
        scene.eventually(() -> {
            GPUWorkload workload = record(record);
            if (workload != null) {
                assertThat(workload.getMetadata().getFinalizers()).isEmpty();
                assertThat(workload.getMetadata().getOwnerReferences()).isNotEmpty();
            }
        });
    }

    /** Waits until a Job's gang waits with this code, and answers its message. */
    String awaitReason(String job, String code) {
        return awaitReasonOf("job-" + job, code);
    }

    /** Waits until a GPUWorkload waits with this code, and answers its message. */
    String awaitReasonOf(String record, String code) {
        scene.eventually(() -> {
            GPUWorkload workload = record(record);
            assertThat(workload).as("GPUWorkload " + record).isNotNull();
            assertThat(workload.getStatus()).isNotNull();
            assertThat(workload.getStatus().waiting()).as("waiting").isNotNull();
            assertThat(workload.getStatus().waiting().code())
                    .as(workload.getStatus().waiting().message())
                    .isEqualTo(code);
        });
        return record(record).getStatus().waiting().message();
    }
}
