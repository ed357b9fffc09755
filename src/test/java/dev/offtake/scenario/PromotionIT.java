package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.api.Tier;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.translate.Claims;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four nodes, two for each of two tenants: work that borrows becomes Reserved where it runs when its tenant has room. */
@OnControlPlane
class PromotionIT {
    private static final String BOTH = "offtake.dev/tier: \"Reserved,Spot\"";

    private Scene scene;
    private Workspace acme;
    private Workspace globex;

    @BeforeEach
    void fourNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(4));
        acme = scene.lender("acme", 2, "node", "notice: 5s");
        globex = scene.lender("globex", 2, "node", "notice: 5s");
        acme.job("first", 2, 4, BOTH, "", "");
        acme.awaitRunning("first", 2);
        acme.job("second", 2, 4, BOTH + ", offtake.dev/checkpoint: 1s", "backoffLimit: 0", "");
        acme.awaitRunning("second", 2);
        scene.eventually(() -> assertThat(status().phase()).isEqualTo(Phase.RUNNING));
        assertThat(status().tier()).isEqualTo(Tier.SPOT);
    }

    private GPUWorkloadStatus status() {
        return acme.record("job-second").getStatus();
    }

    private static Tier claimed(Pod pod) {
        return Claims.of(pod).orElseThrow().tier();
    }

    private void awaitReserved() {
        scene.eventually(() -> {
            assertThat(status().tier()).isEqualTo(Tier.RESERVED);
            assertThat(status().phase()).isEqualTo(Phase.RUNNING);
            assertThat(acme.podsOf("second"))
                    .hasSize(2)
                    .allSatisfy(pod -> assertThat(claimed(pod)).isEqualTo(Tier.RESERVED));
        });
    }

    @Test
    void theBorrowerIsReservedWhenTheFirstEndsAndNotEvictedForAnotherOwnerAfterwards() {
        List<String> nodes = acme.nodesOf("second");
        List<String> pods = Lending.uids(acme.podsOf("second"));

        acme.deleteJob("first");
        awaitReserved();
        assertThat(status().placement()).singleElement().satisfies(run -> {
            assertThat(run.tier()).isEqualTo(Tier.RESERVED);
            assertThat(run.nodes()).containsExactlyInAnyOrderElementsOf(nodes);
        });
        Workspace guest = scene.guest("guest");
        guest.job("spare", 2, 4, Lending.SPOT, "backoffLimit: 0", "");
        guest.awaitRunning("spare", 2);

        globex.job("own", 2, 4);

        // Both run without a checkpoint as fresh as the second one's: were it lent still, it would go.
        globex.awaitRunning("own", 2);
        assertThat(Lending.uids(acme.podsOf("second"))).isEqualTo(pods);
        assertThat(acme.nodesOf("second")).isEqualTo(nodes);
        assertThat(globex.nodesOf("own")).doesNotContainAnyElementsOf(nodes);
    }

    @Test
    void aClaimThatWasNotWrittenAnyMoreIsWrittenByTheNextLeader() {
        acme.deleteJob("first");
        awaitReserved();
        scene.stopOperator();
        Pod pod = acme.podsOf("second").get(0);
        String lent =
                pod.getMetadata().getAnnotations().get(OfftakeAnnotations.CLAIM).replace("Reserved", "Spot");
        scene.admin()
                .pods()
                .inNamespace(acme.name())
                .withName(pod.getMetadata().getName())
                .edit(p -> {
                    p.getMetadata().getAnnotations().put(OfftakeAnnotations.CLAIM, lent);
                    return p;
                });
        assertThat(acme.podsOf("second")).anySatisfy(p -> assertThat(claimed(p)).isEqualTo(Tier.SPOT));

        scene.startOperator();

        awaitReserved();
    }
}
