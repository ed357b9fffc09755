package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.h100;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.api.Tier;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator is killed at whatever it does, again and again: what the API server has is enough to go on from. */
@Tag("slow")
@OnControlPlane
class KilledIT {
    private static final int KILLS = 4;
    private static final int DEEDS = 180;
    private static final int LEAST_PODS = 150;
    private static final int MOST_RELEASES = 60;
    private static final int BEGINNING_MILLIS = 2_000;
    private static final int LONGEST_LIFE_MILLIS = 8_000;
    private static final int NODES = 8;
    private static final int GPUS_PER_NODE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final long seed = Long.getLong("killed.seed", 23);
    private final Random random = new Random(seed);

    private Scene scene;
    private Workspace byGpu;
    private Workspace byNode;
    private ClaimWatch claims;
    private Crowd crowd;
    private OperatorJvm operator;

    @BeforeEach
    void twoTenantsAndAnOperatorOfItsOwn(Sandbox sandbox) {
        System.out.println("[killed] again by -Dkilled.seed=" + seed);
        scene = new Scene(sandbox);
        scene.supply(h100(NODES));
        byGpu = scene.customer("by-gpu", 32, "gpu");
        byNode = scene.customer("by-node", 4, "node");
        claims = new ClaimWatch(
                scene.admin(),
                Map.of(
                        byGpu.contract(), new ClaimWatch.Limit("gpu", 32),
                        byNode.contract(), new ClaimWatch.Limit("node", 4)),
                GPUS_PER_NODE);
        scene.stopOperator();
    }

    @AfterEach
    void end() {
        if (operator != null) {
            operator.close();
        }
        claims.close();
    }

    @Test
    void anOperatorThatIsKilledManyTimesKeepsEveryPromiseAndLosesNothing() throws Exception {
        launch();
        // Seven GPUs on what is not by-node's leave room for four pods of four GPUs wherever they stand: no unit
        // promises
        // those.
        byGpu.job("stays", 4, 1, "", "completionMode: Indexed", "");
        byGpu.job("stretches", 3, 1, "offtake.dev/min-pods: '1'", "", "");
        byNode.job("stays", 1, 8);
        crowd = new Crowd(scene.admin(), List.of(byGpu, byNode), random);
        for (int kill = 0; kill < KILLS; kill++) {
            // Now and then while it begins, else when it has released some more pods.
            int more = random.nextInt(MOST_RELEASES);
            int limitMillis = random.nextInt(4) == 0 ? random.nextInt(BEGINNING_MILLIS) : LONGEST_LIFE_MILLIS;
            CompletableFuture<Void> death = CompletableFuture.runAsync(() -> killAfter(more, limitMillis));
            for (int deed = 0; deed < DEEDS / KILLS; deed++) {
                crowd.act();
            }
            death.join();
            launch();
        }

        crowd.resume();
        crowd.jobs().forEach(this::awaitComplete);
        crowd.pods().forEach(this::awaitSucceeded);
        assertThat(claims.released()).as("pods that ran").isGreaterThan(LEAST_PODS);
        assertStands(byGpu, "stays", 4);
        assertStands(byGpu, "stretches", 3);
        assertStands(byNode, "stays", 1);
        assertRecordsAgree(byGpu);
        assertRecordsAgree(byNode);
        assertThat(claims.violations()).as("seed " + seed).isEmpty();

        List.of(byGpu, byNode).forEach(this::deleteAll);
        byGpu.job("all", 32, 1);
        byNode.job("all", 4, 8);
        byGpu.awaitRunning("all", 32);
        byNode.awaitRunning("all", 4);
        assertThat(claims.violations()).as("seed " + seed).isEmpty();
    }

    private void killAfter(int moreReleases, int limitMillis) {
        claims.awaitReleased(claims.released() + moreReleases, Duration.ofMillis(limitMillis));
        operator.kill();
    }

    private void launch() throws IOException {
        ControlPlane controlPlane = scene.controlPlane();
        operator = OperatorJvm.launch(controlPlane, Path.of(System.getProperty("java.home")), OperatorJvm.RECOMMENDED);
    }

    private void awaitComplete(Crowd.Task job) {
        await("seed " + seed)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(job.where().job(job.name()).getStatus().getCompletionTime())
                                .as(() -> describe(job) + " is complete")
                                .isNotNull());
    }

    /** For who looks for a fault. */
    private static String describe(Crowd.Task job) {
        return job.name() + " " + job.where().job(job.name()).getStatus() + "\n"
                + job.where().record("job-" + job.name()) + "\n"
                + job.where().podsOf(job.name());
    }

    private void awaitSucceeded(Crowd.Task pod) {
        await("seed " + seed + ": " + pod + " has succeeded").atMost(PATIENCE).until(() -> {
            Pod now = pod.where().pod(pod.name());
            return now == null || "Succeeded".equals(now.getStatus().getPhase());
        });
    }

    /** All of its pods run, and none was ever moved. */
    private void assertStands(Workspace where, String job, int pods) {
        where.awaitRunning(job, pods);
        assertThat(claims.released(where, job))
                .as("seed %d: pods that %s ever had", seed, job)
                .isEqualTo(pods);
    }

    private void assertRecordsAgree(Workspace where) {
        scene.eventually(() -> assertThat(where.records()).as("seed %d", seed).allSatisfy(record -> {
            List<Pod> running = where.runningPodsOf(jobOf(record));
            GPUWorkloadStatus status = record.getStatus();
            List<String> seats = where.recordedNodes(record.getMetadata().getName());
            GPUWorkloadSpec.PodSet workers = record.getSpec().podSets().get(0);
            if (workers.minCount() == null && !crowd.hasSuspended(where, jobOf(record))) {
                assertThat(seats).as("a whole gang").hasSize(workers.count());
            } else {
                // When some have ended, the rest of an elastic or a suspended one is placed alone.
                assertThat(seats).isNotEmpty();
                assertThat(claims.released(where, jobOf(record)))
                        .as("pods that %s ever had", jobOf(record))
                        .isGreaterThanOrEqualTo(workers.minCount() == null ? workers.count() : workers.minCount());
            }
            if (running.isEmpty()) {
                assertThat(status.phase()).isEqualTo(Phase.FINISHED);
                assertThat(record.getMetadata().getFinalizers()).isEmpty();
            } else {
                assertThat(status.phase()).isIn(Phase.PLACED, Phase.RUNNING);
                assertThat(seats).isEqualTo(where.nodesOf(jobOf(record)));
                assertThat(running)
                        .extracting(ClaimWatch::account)
                        .containsOnly(status.contract() + "/" + status.commitment() + "/Reserved");
                assertThat(status.tier()).isEqualTo(Tier.RESERVED);
            }
        }));
    }

    private static String jobOf(GPUWorkload record) {
        return record.getMetadata().getName().substring("job-".length());
    }

    private void deleteAll(Workspace where) {
        scene.admin().batch().v1().jobs().inNamespace(where.name()).delete();
        scene.admin().pods().inNamespace(where.name()).delete();
        scene.eventually(() -> {
            assertThat(where.pods()).isEmpty();
            assertThat(where.records())
                    .allSatisfy(r -> assertThat(r.getMetadata().getFinalizers()).isEmpty());
            assertThat(scene.contract(where.contract()).getStatus().gpus().used())
                    .isZero();
        });
    }
}
