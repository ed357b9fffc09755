package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users say about nodes themselves goes with what the operator says. */
@OnControlPlane
class ForeignConstraintsIT {
    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;

    @BeforeEach
    void fourNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(4));
        acme = scene.customer("acme", 4, "node");
    }

    @Test
    void aPodThatAnotherGateHoldsIsPlacedWhenThatGateIsGone() {
        acme.job("held", 2, 4, "", "", "schedulingGates: [{name: example.com/data}]");

        assertThat(acme.awaitReason("held", "OtherGates")).contains("example.com/data");
        List<Pod> pods = acme.podsOf("held");
        removeForeignGate(pods.get(0));
        assertThat(acme.podsOf("held"))
                .allMatch(pod -> pod.getSpec().getAffinity() == null, "none is pinned before all can be");
        removeForeignGate(pods.get(1));

        acme.awaitRunning("held", 2);
    }

    @Test
    void thePinIsAddedToEachRequiredTermAndTheNodeSelectorIsKept() {
        nodes.relabel(nodes.node(0, 2), "example.com/disk", "fast");
        nodes.relabel(nodes.node(0, 2), "example.com/zone", "b");

        acme.job("picky", 1, 4, "", "", """
                nodeSelector: {example.com/disk: fast}
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: example.com/zone, operator: In, values: [a]}]
                      - matchExpressions: [{key: example.com/zone, operator: In, values: [b]}]
                """);

        acme.awaitRunning("picky", 1);
        PodSpec spec = acme.podsOf("picky").get(0).getSpec();
        assertThat(spec.getNodeName()).isEqualTo(nodes.node(0, 2));
        assertThat(spec.getNodeSelector()).containsEntry("example.com/disk", "fast");
        List<NodeSelectorTerm> terms = spec.getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();
        assertThat(terms).hasSize(2).allSatisfy(term -> {
            assertThat(term.getMatchExpressions()).hasSize(1);
            assertThat(term.getMatchFields()).singleElement().satisfies(field -> {
                assertThat(field.getKey()).isEqualTo("metadata.name");
                assertThat(field.getValues()).containsExactly(nodes.node(0, 2));
            });
        });
    }

    @Test
    void aSelectorThatNoNodeMatchesIsTheReasonUntilANodeDoes() {
        acme.job("picky", 1, 4, "", "", "nodeSelector: {example.com/disk: fast}");

        acme.awaitReason("picky", "ConstraintsMatchNoNode");
        nodes.relabel(nodes.node(0, 3), "example.com/disk", "fast");

        acme.awaitRunning("picky", 1);
        assertThat(acme.nodesOf("picky")).containsExactly(nodes.node(0, 3));
    }

    private void removeForeignGate(Pod pod) {
        int at = 0;
        while (!pod.getSpec().getSchedulingGates().get(at).getName().equals("example.com/data")) {
            at++;
        }
        scene.controlPlane()
                .kubectl(
                        "-n",
                        acme.name(),
                        "patch",
                        "pod",
                        pod.getMetadata().getName(),
                        "--type=json",
                        "-p",
                        "[{\"op\":\"remove\",\"path\":\"/spec/schedulingGates/" + at + "\"}]")
                .orFail();
    }
}
