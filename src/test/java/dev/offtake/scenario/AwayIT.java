package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Namespaces, contracts and pools are deleted while the operator is away. */
@Tag("slow")
@OnControlPlane
class AwayIT {
    private static final String CLASS = "gb300-nvl72";

    private Scene scene;
    private Workspace acme;

    @BeforeEach
    void fourNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(4));
        acme = scene.customer("acme", 4, "node");
    }

    @Test
    void aNamespaceGoesWhenTheOperatorIsBackAndItsQuotaIsFree() {
        acme.job("runs", 2, 4);
        acme.pod("alone", 4, "", "");
        acme.pod("bare", 4, """
                labels: {offtake.dev/workload: single}
                annotations: {offtake.dev/pods: "1"}
                """, "");
        acme.awaitRunning(4);
        acme.job("waits", 4, 4);
        acme.awaitReason("waits", "QuotaReached");
        scene.stopOperator();

        scene.admin().namespaces().withName(acme.name()).delete();
        scene.eventually(() -> {
            assertThat(acme.pods()).isEmpty();
            assertThat(acme.records())
                    .hasSize(3)
                    .allSatisfy(record -> assertThat(record.getMetadata().getDeletionTimestamp())
                            .isNotNull());
        });
        Workspace other = scene.workspace("other", acme.tenant());
        other.job("next", 4, 4);
        scene.startOperator();

        scene.eventually(() -> assertThat(
                        scene.admin().namespaces().withName(acme.name()).get())
                .isNull());
        other.awaitRunning("next", 4);
    }

    @Test
    void aNamespaceWhosePodsStillEndWhenTheOperatorIsBackKeepsTheirQuotaUntilTheyHave() {
        acme.job("runs", 4, 4, "", "", "terminationGracePeriodSeconds: 600");
        acme.awaitRunning("runs", 4);
        acme.linger("runs", "600s");
        scene.stopOperator();
        scene.admin().namespaces().withName(acme.name()).delete();
        scene.eventually(() -> assertThat(acme.podsOf("runs"))
                .hasSize(4)
                .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null));
        Workspace other = scene.workspace("other", acme.tenant());
        other.job("next", 4, 4);
        scene.startOperator();

        other.awaitReason("next", "QuotaReached");
        acme.podsOf("runs").forEach(pod -> acme.removePod(pod.getMetadata().getName()));
        scene.eventually(() -> assertThat(
                        scene.admin().namespaces().withName(acme.name()).get())
                .isNull());
        other.awaitRunning("next", 4);
    }

    @Test
    void underAContractThatIsGoneWorkGoesOnAndNewWorkWaitsUntilThereIsAnother() {
        acme.job("runs", 2, 4);
        acme.pod("alone", 4, "", "");
        acme.awaitRunning(3);
        List<String> before = acme.nodesOf("runs");
        scene.stopOperator();

        scene.deleteContract(acme.contract());
        acme.job("late", 1, 4);
        scene.startOperator();

        acme.awaitReason("late", "NoActiveContract");
        acme.job("later", 1, 4);
        acme.awaitReason("later", "NoActiveContract");
        assertThat(acme.nodesOf("runs")).isEqualTo(before);
        scene.contract(acme.tenant(), CLASS, "node", 4, 0);
        scene.eventually(() -> assertThat(acme.pods().stream().filter(Workspace::isRunning))
                .as("what ran before counts: one of the two has a place")
                .hasSize(4));
        assertThat(Scene.nodesOf(
                        acme.pods().stream().filter(Workspace::isRunning).toList()))
                .doesNotHaveDuplicates();
        acme.deletePod("alone");
        acme.awaitRunning("late", 1);
        acme.awaitRunning("later", 1);
        assertThat(acme.nodesOf("runs")).isEqualTo(before);
    }

    @Test
    void inAPoolThatIsGoneWorkGoesOnAndNewWorkWaitsUntilThereIsAnother() {
        acme.job("runs", 2, 4);
        acme.pod("alone", 4, "", "");
        acme.awaitRunning(3);
        List<String> before = acme.nodesOf("runs");
        scene.stopOperator();

        scene.deletePool(scene.poolName());
        acme.job("late", 2, 4);
        scene.startOperator();

        acme.awaitReason("late", "NoPoolOfClass");
        assertThat(acme.nodesOf("runs")).isEqualTo(before);
        scene.pool(CLASS, "");
        acme.awaitReason("late", "QuotaReached");
        acme.deletePod("alone");
        acme.awaitRunning("late", 2);
        assertThat(acme.nodesOf("runs")).isEqualTo(before);
        assertThat(acme.nodesOf("late")).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aJobThatEndsUnderNeitherContractNorPoolLeavesNothingWhenTheOperatorIsBack() {
        acme.job("runs", 2, 4);
        acme.job("deleted", 2, 4);
        acme.awaitRunning(4);
        scene.stopOperator();

        scene.deleteContract(acme.contract());
        scene.deletePool(scene.poolName());
        acme.endPods("runs", false);
        acme.deleteJob("deleted");
        scene.eventually(() -> {
            assertThat(acme.job("runs").getStatus().getCompletionTime()).isNotNull();
            assertThat(acme.podsOf("deleted")).isEmpty();
        });
        scene.startOperator();

        acme.awaitFinished("job-runs");
        acme.awaitLetGo("job-deleted");
        scene.pool(CLASS, "");
        scene.contract(acme.tenant(), CLASS, "node", 4, 0);
        acme.job("next", 4, 4);
        acme.awaitRunning("next", 4);
    }
}
