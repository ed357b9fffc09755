package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes under a contract of two: whoever runs next does so because the one before gave everything back. */
@OnControlPlane
class GivenBackIT {
    private static final String CLASS = "gb300-nvl72";

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String acme;
    private String pool;
    private String contract;
    private String ns;

    @BeforeEach
    void twoNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
        pool = scene.pool(CLASS, "");
        acme = scene.tenant("acme");
        contract = scene.contract(acme, CLASS, "node", 2, 0);
        ns = scene.namespace("train", acme);
    }

    @Test
    void aJobThatIsDeletedWhileItWaitsLeavesNothing() {
        scene.job(ns, "first", 2, 4);
        scene.awaitRunning(ns, "first", 2);
        scene.job(ns, "waiting", 2, 4);
        scene.awaitReason(ns, "waiting", "QuotaReached");

        scene.deleteJob(ns, "waiting");

        awaitNoRecord("job-waiting");
        scene.deleteJob(ns, "first");
        awaitNoRecord("job-first");
        nextRuns(ns);
    }

    @Test
    void aJobThatCompletesGivesEverythingBackAndItsRecordSaysFinished() {
        scene.job(ns, "done", 2, 4);
        scene.awaitRunning(ns, "done", 2);

        scene.endPods(ns, "done", false);

        awaitFinished("job-done");
        nextRuns(ns);
    }

    @Test
    void aJobThatFailsGivesEverythingBack() {
        scene.job(ns, "broken", 2, 4, "", "backoffLimit: 0", "");
        scene.awaitRunning(ns, "broken", 2);

        scene.endPods(ns, "broken", true);

        awaitFinished("job-broken");
        nextRuns(ns);
    }

    @Test
    void aJobThatItsUserSuspendsHoldsNothingAndComesBackWhenItIsResumed() {
        scene.job(ns, "paused", 2, 4);
        scene.awaitRunning(ns, "paused", 2);

        scene.suspend(ns, "paused", true);
        nextRuns(ns);
        assertThat(scene.podsOf(ns, "paused")).isEmpty();
        scene.suspend(ns, "paused", false);
        scene.awaitReason(ns, "paused", "QuotaReached");
        scene.deleteJob(ns, "next");

        scene.awaitRunning(ns, "paused", 2);
        scene.eventually(() -> {
            assertThat(record("job-paused").getStatus().phase()).isEqualTo(Phase.RUNNING);
            assertThat(record("job-paused").getMetadata().getFinalizers())
                    .as("a placed gang's record is kept")
                    .contains("offtake.dev/placed");
        });
    }

    @Test
    void aNamespaceThatIsDeletedWhileWorkRunsGoesEntirely() {
        scene.job(ns, "doomed", 2, 4);
        scene.awaitRunning(ns, "doomed", 2);

        scene.admin().namespaces().withName(ns).delete();

        scene.eventually(
                () -> assertThat(scene.admin().namespaces().withName(ns).get()).isNull());
        nextRuns(scene.namespace("after", acme));
    }

    @Test
    void aRecordThatIsDeletedWhileItsPodsRunStaysUntilTheyAreGone() {
        scene.job(ns, "held", 2, 4);
        scene.awaitRunning(ns, "held", 2);

        scene.admin().resource(record("job-held")).delete();

        scene.eventually(() -> assertThat(record("job-held").getMetadata().getDeletionTimestamp())
                .isNotNull());
        scene.job(ns, "second", 1, 4);
        scene.awaitReason(ns, "second", "QuotaReached");
        assertThat(record("job-held")).isNotNull();
        assertThat(scene.runningPodsOf(ns, "held")).hasSize(2);
        scene.deleteJob(ns, "held");
        awaitNoRecord("job-held");
        scene.awaitRunning(ns, "second", 1);
    }

    @Test
    void aContractThatIsDeletedWhileInUseEndsNoWorkButNewWorkWaits() {
        scene.job(ns, "running", 1, 4);
        scene.awaitRunning(ns, "running", 1);

        scene.admin().resource(scene.contract(contract)).delete();
        scene.job(ns, "later", 1, 4);

        scene.awaitReason(ns, "later", "NoActiveContract");
        assertThat(scene.runningPodsOf(ns, "running")).hasSize(1);
        scene.contract(acme, CLASS, "node", 2, 0);
        scene.awaitRunning(ns, "later", 1);
        assertThat(scene.runningPodsOf(ns, "running")).hasSize(1);
    }

    @Test
    void aPoolThatIsDeletedWhileInUseEndsNoWorkButNewWorkWaits() {
        scene.job(ns, "running", 1, 4);
        scene.awaitRunning(ns, "running", 1);

        scene.admin().resources(GPUPool.class).withName(pool).delete();
        scene.job(ns, "later", 1, 4);

        scene.awaitReason(ns, "later", "NoPoolOfClass");
        assertThat(scene.runningPodsOf(ns, "running")).hasSize(1);
        scene.pool(CLASS, "");
        scene.awaitRunning(ns, "later", 1);
        assertThat(scene.nodesOf(ns, "later")).isNotEqualTo(scene.nodesOf(ns, "running"));
        scene.job(ns, "third", 1, 4);
        scene.awaitReason(ns, "third", "QuotaReached");
    }

    @Test
    void aGangOfBarePodsGivesEverythingBackWhenItsPodsAreDeleted() {
        barePod("a");
        barePod("b");
        scene.eventually(() -> assertThat(runningBarePods()).isEqualTo(2));
        scene.job(ns, "waiting", 2, 4);
        scene.awaitReason(ns, "waiting", "QuotaReached");

        scene.admin().pods().inNamespace(ns).withLabel("offtake.dev/workload").delete();

        scene.awaitRunning(ns, "waiting", 2);
        scene.eventually(() -> assertThat(scene.admin()
                        .resources(GPUWorkload.class)
                        .inNamespace(ns)
                        .list()
                        .getItems())
                .filteredOn(w -> w.getStatus().phase() != Phase.FINISHED)
                .singleElement()
                .satisfies(w -> assertThat(w.getMetadata().getName()).isEqualTo("job-waiting")));
    }

    private void barePod(String name) {
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                  labels: {offtake.dev/workload: pair}
                  annotations: {offtake.dev/pods: "2"}
                spec:
                  containers: [{name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: 4}}}]
                """.formatted(name, ns)).orFail();
    }

    private long runningBarePods() {
        return scene.admin().pods().inNamespace(ns).withLabel("offtake.dev/workload").list().getItems().stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .count();
    }

    private GPUWorkload record(String name) {
        return scene.workload(ns, name);
    }

    private void awaitNoRecord(String name) {
        scene.eventually(() -> assertThat(record(name)).isNull());
    }

    private void awaitFinished(String name) {
        scene.eventually(() -> {
            assertThat(record(name).getStatus().phase()).isEqualTo(Phase.FINISHED);
            assertThat(record(name).getMetadata().getFinalizers()).isEmpty();
        });
    }

    /** A Job that needs everything there is. */
    private void nextRuns(String namespace) {
        scene.job(namespace, "next", 2, 4);
        scene.awaitRunning(namespace, "next", 2);
    }
}
