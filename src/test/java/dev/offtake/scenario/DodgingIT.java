package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Paused;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Borrowers do what they may to keep what is lent to them: one node, with a notice of five seconds. */
@Tag("slow")
@OnControlPlane
class DodgingIT {
    /** From the notice of 5 s on; the rest is what a loaded machine takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Scene scene;
    private Lending lending;

    @BeforeEach
    void oneNode(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(1));
        lending = new Lending(scene, 1, "notice: 5s");
    }

    private void ownerGetsItsNode() {
        lending.owner.job("own", 1, 4);
        ownerHasItsNode();
    }

    private void ownerHasItsNode() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(lending.owner.runningPodsOf("own")).hasSize(1));
    }

    @Test
    void aJobThatIsDeletedAndKeptByAFinalizerGivesItsNodeBack() {
        lending.guestRuns("spare", 1, "", "");
        lending.guest.patchJob("spare", "{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}");
        lending.guest.deleteJob("spare");
        try {
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(4))
                    .untilAsserted(() ->
                            assertThat(lending.guest.runningPodsOf("spare")).hasSize(1));
            ownerGetsItsNode();
        } finally {
            lending.guest.patchJob(
                    "spare", "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"example.com/keep\"]}}");
        }
    }

    @Test
    void aJobThatAnotherControllerManagesGivesItsNodeBack() {
        scene.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: mine, namespace: %s, annotations: {offtake.dev/tier: Spot}}
                spec:
                  parallelism: 1
                  completions: 1
                  managedBy: example.com/mine
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: 4}}}
                """.formatted(lending.guest.name())).orFail();
        lending.guest.pod(
                "mine-0",
                4,
                """
                labels: {job-name: mine}
                annotations: {offtake.dev/tier: Spot}
                ownerReferences: [{apiVersion: batch/v1, kind: Job, name: mine, uid: %s, controller: true}]
                """.formatted(lending.guest.job("mine").getMetadata().getUid()),
                "restartPolicy: Never");
        lending.guest.awaitPodRunning("mine-0");

        ownerGetsItsNode();
    }

    @Test
    void aJobThatIsResumedBeforeItsControllerHasSeenItSuspendedGoesAtNoCharge() {
        lending.guestRuns("spare", 1, "", "");
        Paused controllers = scene.controlPlane().pauseControllers();
        try {
            lending.owner.pod("notebook", 4, "", "");
            awaitSuspended();
            lending.guest.suspend("spare", false);
            awaitSuspended();
        } finally {
            controllers.close();
        }

        await().atMost(PATIENCE).until(() -> Workspace.isRunning(lending.owner.pod("notebook")));
        lending.assertNotBlamed("spare");
    }

    private void awaitSuspended() {
        scene.eventually(() ->
                assertThat(lending.guest.job("spare").getSpec().getSuspend()).isTrue());
    }

    @Test
    void aJobThatSomebodyResumesAsSoonAsItIsSuspendedGoesAllTheSame() throws InterruptedException {
        lending.guestRuns("spare", 1, "", "");
        AtomicBoolean done = new AtomicBoolean();
        Thread watcher = new Thread(() -> {
            while (!done.get()) {
                if (Boolean.TRUE.equals(lending.guest.job("spare").getSpec().getSuspend())) {
                    lending.guest.suspend("spare", false);
                }
            }
        });
        watcher.start();
        try {
            ownerGetsItsNode();
        } finally {
            done.set(true);
            watcher.join();
        }
    }

    @Test
    void aPodThatChangesAllTheTimeGoesAllTheSame() throws InterruptedException {
        lending.guest.pod("bare", 4, "annotations: {offtake.dev/tier: Spot}", "");
        lending.guest.awaitPodRunning("bare");
        AtomicBoolean done = new AtomicBoolean();
        Thread tenant = new Thread(() -> {
            for (int i = 0; !done.get() && lending.guest.pod("bare") != null; i++) {
                try {
                    lending.guest.annotate(lending.guest.pod("bare"), Map.of("example.com/n", "v" + i));
                } catch (RuntimeException gone) {
                    return;
                }
            }
        });
        tenant.start();
        try {
            ownerGetsItsNode();
        } finally {
            done.set(true);
            tenant.join();
        }
    }
}
