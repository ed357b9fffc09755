package dev.offtake.operator.decide;

import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.operator.act.ApiWriter;
import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Feedback;
import dev.offtake.operator.act.Forecasts;
import dev.offtake.operator.act.Handovers;
import dev.offtake.operator.act.Placing;
import dev.offtake.operator.act.Releases;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.StubApi;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.act.WorkloadRecords;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.SpotOrder;
import dev.offtake.schedule.WaitRules;
import dev.offtake.testbed.Fleets;
import dev.offtake.translate.Gangs;
import dev.offtake.translate.Nodes;
import dev.offtake.translate.Pools;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A {@link Desk} on the test's thread, before an API server that agrees to everything: what would come back through
 * informers the test shows itself. GB300 nodes of four GPUs, and a tenant with so many of them.
 */
final class DeskFixture implements AutoCloseable {
    static final String NS = "train";
    private static final String CLAIM =
            "{\"contract\":\"acme\",\"commitment\":\"base\",\"tier\":\"Reserved\",\"since\":\"2026-03-01T00:00:00Z\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final StubApi api = new StubApi();
    final Desk desk;
    Instant now = Instant.parse("2026-03-01T00:00:00Z");
    private final ApiWriter writer;
    private final Queue<Runnable> feedback = new ConcurrentLinkedQueue<>();
    private final KubernetesSerialization serialization = api.client().getKubernetesSerialization();
    private final Map<String, Job> jobs = new java.util.TreeMap<>();
    private final Map<String, Node> nodes = new java.util.TreeMap<>();

    DeskFixture(int nodesThere, int nodesCommitted) {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        writer = new ApiWriter(api.client(), 64, () -> true, metrics);
        WorkloadRecords records = new WorkloadRecords(writer, serialization, gang -> "gb300-nvl72");
        Explainer explainer = new Explainer(writer, records, serialization, "test", PATIENCE);
        Feedback queued = new QueuedFeedback();
        desk = new Desk(
                records,
                new Placing(records, queued),
                new Releases(writer, queued, explainer),
                explainer,
                new RollBacks(writer, records, queued),
                new Suspensions(writer, records, queued),
                new Forecasts(writer, records, serialization, "test", metrics),
                new Handovers(writer),
                new WaitRules(
                        WaitRules.DEFAULT.reserveAfter(),
                        Duration.ZERO,
                        SpotOrder.FAIR_SHARE,
                        WaitRules.DEFAULT.startOverAfter()),
                Journal.NONE,
                metrics);
        desk.putNamespace(NS, Optional.of(new Tenancy("acme", Optional.empty())));
        desk.putPool(Pools.of(
                        serialization.unmarshal("metadata: {name: pool}\nspec: {gpuClass: gb300-nvl72}", GPUPool.class))
                .toOptional()
                .orElseThrow());
        Fleets.fleet().racks(1).traysPerRack(nodesThere).gpusPerTray(4).build().forEach(this::node);
        contract(nodesCommitted);
    }

    void contract(int nodesCommitted) {
        contract(nodesCommitted, false);
    }

    void contract(int nodesCommitted, boolean preempts) {
        Interval always = new Interval(Instant.EPOCH, now.plus(Duration.ofDays(1000)));
        desk.putContract(new Contract(
                "acme",
                "acme",
                always,
                Instant.EPOCH,
                java.util.List.of(new Commitment(
                        "base",
                        "gb300-nvl72",
                        "node",
                        java.util.List.of(new Tranche("all", nodesCommitted, always)),
                        0,
                        Lending.DEFAULT,
                        preempts,
                        false))));
    }

    private void node(Node node) {
        nodes.put(node.getMetadata().getName(), node);
        desk.putNode(Nodes.facts(node));
    }

    Set<String> nodeNames() {
        return nodes.keySet();
    }

    void removeNode(String name) {
        desk.removeNode(name);
    }

    void addNodeAgain(String name) {
        desk.putNode(Nodes.facts(nodes.get(name)));
    }

    /** A Job of pods that take a node each, and may be disrupted at no charge. */
    GangId job(String name, int pods, Map<String, String> annotations) {
        Job job = new JobBuilder()
                .withNewMetadata()
                .withNamespace(NS)
                .withName(name)
                .withUid("uid-" + name)
                .withAnnotations(annotations)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withParallelism(pods)
                .withCompletions(pods)
                .withNewPodFailurePolicy()
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition("True", "DisruptionTarget")
                .endRule()
                .endPodFailurePolicy()
                .withNewTemplate()
                .withSpec(pod(name, "template").getSpec())
                .endTemplate()
                .endSpec()
                .build();
        jobs.put(name, job);
        desk.putJob(job);
        return Gangs.ofJob(NS, name);
    }

    /** The Job is seen as suspended, or as going on. */
    void suspended(String name, boolean suspended) {
        change(name, job -> job.editSpec().withSuspend(suspended).endSpec());
    }

    /** The Job is seen as changed. */
    void change(String name, UnaryOperator<JobBuilder> edit) {
        Job changed = edit.apply(new JobBuilder(jobs.get(name))).build();
        jobs.put(name, changed);
        desk.putJob(changed);
    }

    /** The Job is deleted, and a finalizer of its user keeps it. */
    void deletedButKept(String name) {
        change(
                name,
                job -> job.editMetadata()
                        .withDeletionTimestamp(now.toString())
                        .addToFinalizers("example.com/keep")
                        .endMetadata());
    }

    /** A pod of a Job, gated and made now. */
    Pod pod(String job, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(NS)
                .withName(name)
                .withUid("uid-" + name)
                .withCreationTimestamp(now.toString())
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job)
                .withUid("uid-" + job)
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .addNewSchedulingGate("offtake.dev/placement")
                .addNewContainer()
                .withName("main")
                .withNewResources()
                .addToLimits("nvidia.com/gpu", new Quantity("4"))
                .addToRequests("nvidia.com/gpu", new Quantity("4"))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    void show(Pod pod) {
        desk.putPod(SeenPod.of(new PodBuilder(pod).build(), desk.gpuResources()));
    }

    /** The pod as it is after its release, running where it was sent to. */
    Pod showRunning(Pod pod) {
        Pod running = running(pod, releasedTo(pod).orElseThrow());
        boolean lent = lastRelease(pod).orElseThrow().contains("Spot");
        running.getMetadata()
                .getAnnotations()
                .put("offtake.dev/claim", lent ? CLAIM.replace("Reserved", "Spot") : CLAIM);
        show(running);
        return running;
    }

    /** The pod on its node. */
    static Pod running(Pod pod, String node) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToAnnotations("offtake.dev/claim", CLAIM)
                .endMetadata()
                .editSpec()
                .withSchedulingGates()
                .withNodeName(node)
                .endSpec()
                .editStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    void gone(Pod pod) {
        desk.removePod(
                SeenPod.of(new PodBuilder(pod).build(), desk.gpuResources()).uid());
    }

    /** The node that the last release of a pod has pinned it to. */
    Optional<String> releasedTo(Pod pod) {
        return lastRelease(pod)
                .flatMap(patch -> nodes.keySet().stream()
                        .filter(node -> patch.contains('"' + node + '"'))
                        .findFirst());
    }

    private Optional<String> lastRelease(Pod pod) {
        return api.writes("PATCH", "/pods/" + pod.getMetadata().getName()).stream()
                .reduce((a, b) -> b)
                .map(write -> write.body());
    }

    /** A Job of one pod comes; answers with that. */
    Pod jobOfOne(String name, Map<String, String> annotations) {
        job(name, 1, annotations);
        Pod pod = pod(name, name + "-0");
        show(pod);
        settle();
        return pod;
    }

    /** Decides, and what follows from the answers, until all is quiet. */
    void settle() {
        desk.decide(now);
        awaitAnswers();
        while (!feedback.isEmpty()) {
            feedback.remove().run();
            desk.decide(now);
            awaitAnswers();
        }
    }

    /** Decides, and deals with the answers that are there, until something was asked for; not until it is answered. */
    void decideUntil(BooleanSupplier asked) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> {
            Optional.ofNullable(feedback.poll()).ifPresent(Runnable::run);
            desk.decide(now);
            return asked.getAsBoolean();
        });
    }

    private void awaitAnswers() {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(writer::isIdle);
    }

    void later(Duration time) {
        now = now.plus(time);
        settle();
    }

    /** The status that was written last. */
    GPUWorkloadStatus status(String name) {
        String patch = api.writes("PATCH", "/gpuworkloads/" + name + "/status").stream()
                .reduce((a, b) -> b)
                .orElseThrow()
                .body();
        return read(patch);
    }

    GPUWorkloadStatus read(String patch) {
        try {
            return serialization.convertValue(
                    new com.fasterxml.jackson.databind.ObjectMapper()
                            .readTree(patch)
                            .get(0)
                            .get("value"),
                    GPUWorkloadStatus.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** The record that was written last comes back through the informer. */
    void showRecord(String name) {
        showRecord(this, name);
    }

    /** The record that another leader wrote comes through the informer. */
    void showRecord(DeskFixture leader, String name) {
        showRecord(name, leader.status(name));
    }

    void showRecord(String name, GPUWorkloadStatus status) {
        GPUWorkload workload = new GPUWorkload();
        workload.getMetadata().setNamespace(NS);
        workload.getMetadata().setName(name);
        workload.setStatus(status);
        show(workload);
    }

    /** A record comes through the informer. */
    void show(GPUWorkload workload) {
        desk.putWorkload(new GangId(NS, workload.getMetadata().getName()), workload);
    }

    @Override
    public void close() {
        // What is tried again later must not find its client closed.
        writer.close();
        api.close();
    }

    private final class QueuedFeedback implements Feedback {
        @Override
        public void recorded(GangId gang) {
            feedback.add(() -> desk.recorded(gang));
        }

        @Override
        public void recordFailed(GangId gang) {
            feedback.add(() -> desk.recordFailed(gang));
        }

        @Override
        public void releaseFailed(GangId gang, String podUid) {
            feedback.add(() -> desk.releaseFailed(gang, podUid));
        }

        @Override
        public void shrinkFailed(GangId gang, String podUid) {
            feedback.add(() -> desk.shrinkFailed(gang, podUid));
        }

        @Override
        public void rollBackFailed(GangId gang) {
            feedback.add(() -> desk.rollBackFailed(gang));
        }
    }
}
