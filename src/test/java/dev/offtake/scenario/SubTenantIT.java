package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.TenantContractStatus;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two namespaces of one tenant on a commitment of four nodes. */
@OnControlPlane
class SubTenantIT {
    private static final List<String> JOBS = List.of("one", "two", "three", "four", "five", "six");

    @Test
    void asWorkFinishesEachSubTenantComesToItsShareAndTheContractSaysSo(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(4));
        Workspace batch = scene.shared("batch", 4, "node", "[{name: research, weight: 3}, {name: batch}]");
        Workspace research = scene.beside("research", batch);
        for (String job : JOBS) {
            batch.job(job, 1, 4);
        }
        scene.eventually(() -> assertThat(running(batch)).hasSize(4));
        for (String job : JOBS) {
            research.job(job, 1, 4);
        }
        JOBS.forEach(
                job -> assertThat(research.awaitReason(job, "QuotaReached")).contains("0 of 4 free"));

        for (int ended = 1; ended <= 3; ended++) {
            int left = 4 - ended;
            int has = ended;
            batch.deleteJob(running(batch).get(0));
            scene.eventually(() -> {
                assertThat(running(batch)).hasSize(left);
                assertThat(running(research)).hasSize(has);
            });
        }
        research.deleteJob(running(research).get(0));
        scene.eventually(() -> {
            assertThat(running(research)).hasSize(3);
            assertThat(running(batch)).hasSize(1);
            assertThat(scene.contract(batch.contract()).getStatus().subTenants())
                    .containsExactly(
                            new TenantContractStatus.SubTenant("research", 12, 12),
                            new TenantContractStatus.SubTenant("batch", 4, 4));
        });
    }

    @Test
    void nobodyLiftsItselfAboveTheHighestPriorityOfItsSubTenant(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(1));
        Workspace batch = scene.shared("batch", 1, "node", "[{name: batch, maxPriority: 5}, {name: research}]");
        Workspace research = scene.beside("research", batch);
        research.job("running", 1, 4);
        research.awaitRunning("running", 1);
        batch.job("lifted", 1, 4, "offtake.dev/priority: \"1000\"", "", "");
        batch.awaitReason("lifted", "QuotaReached");
        research.job("six", 1, 4, "offtake.dev/priority: \"6\"", "", "");
        research.awaitReason("six", "QuotaReached");

        research.deleteJob("running");

        research.awaitRunning("six", 1);
        batch.assertHeld("lifted");
        research.deleteJob("six");
        batch.awaitRunning("lifted", 1);
    }

    @Test
    void aContractThatRunsTakesOtherWeightsAndNoSubTenantTwice(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(1));
        Workspace batch = scene.shared("batch", 1, "node", "[{name: batch}]");

        assertThat(subTenants(scene, batch, "[{\"name\":\"batch\"},{\"name\":\"batch\",\"weight\":2}]"))
                .contains("Duplicate value", "batch");
        assertThat(subTenants(scene, batch, "[{\"name\":\"batch\",\"weight\":0}]"))
                .contains("spec.subTenants[0].weight", "greater than or equal to 1");
        assertThat(subTenants(scene, batch, "[{\"name\":\"batch\",\"weight\":2},{\"name\":\"research\"}]"))
                .isEmpty();
        scene.eventually(
                () -> assertThat(scene.contract(batch.contract()).getStatus().subTenants())
                        .containsExactly(
                                new TenantContractStatus.SubTenant("batch", 0, 2),
                                new TenantContractStatus.SubTenant("research", 0, 1)));
    }

    /** Changes them; answers what is wrong. */
    private static String subTenants(Scene scene, Workspace workspace, String subTenants) {
        return scene.controlPlane()
                .kubectl(
                        "patch",
                        "tenantcontract",
                        workspace.contract(),
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"subTenants\":" + subTenants + "}}")
                .stderr();
    }

    /** Names of the Jobs of which a pod runs. */
    private static List<String> running(Workspace workspace) {
        return JOBS.stream()
                .filter(job -> !workspace.runningPodsOf(job).isEmpty())
                .toList();
    }
}
