package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
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
    private static final String CLASS = "gb300-nvl72";

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;

    @BeforeEach
    void fourNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(4).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        String acme = scene.tenant("acme");
        scene.contract(acme, CLASS, "node", 4, 0);
        ns = scene.namespace("train", acme);
    }

    @Test
    void aPodThatAnotherGateHoldsIsPlacedWhenThatGateIsGone() {
        scene.job(ns, "held", 2, 4, "", "", "schedulingGates: [{name: example.com/data}]");

        assertThat(scene.awaitReason(ns, "held", "OtherGates")).contains("example.com/data");
        List<Pod> pods = scene.podsOf(ns, "held");
        removeForeignGate(pods.get(0));
        assertThat(scene.podsOf(ns, "held"))
                .allMatch(pod -> pod.getSpec().getAffinity() == null, "none is pinned before all can be");
        removeForeignGate(pods.get(1));

        scene.awaitRunning(ns, "held", 2);
    }

    @Test
    void thePinIsAddedToEachRequiredTermAndTheNodeSelectorIsKept() {
        nodes.relabel(nodes.node(0, 2), "example.com/disk", "fast");
        nodes.relabel(nodes.node(0, 2), "example.com/zone", "b");

        scene.job(ns, "picky", 1, 4, "", "", """
                nodeSelector: {example.com/disk: fast}
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: example.com/zone, operator: In, values: [a]}]
                      - matchExpressions: [{key: example.com/zone, operator: In, values: [b]}]
                """);

        scene.awaitRunning(ns, "picky", 1);
        PodSpec spec = scene.podsOf(ns, "picky").get(0).getSpec();
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
        scene.job(ns, "picky", 1, 4, "", "", "nodeSelector: {example.com/disk: fast}");

        scene.awaitReason(ns, "picky", "ConstraintsMatchNoNode");
        nodes.relabel(nodes.node(0, 3), "example.com/disk", "fast");

        scene.awaitRunning(ns, "picky", 1);
        assertThat(scene.nodesOf(ns, "picky")).containsExactly(nodes.node(0, 3));
    }

    private void removeForeignGate(Pod pod) {
        int at = 0;
        while (!pod.getSpec().getSchedulingGates().get(at).getName().equals("example.com/data")) {
            at++;
        }
        controlPlane
                .kubectl(
                        "-n",
                        ns,
                        "patch",
                        "pod",
                        pod.getMetadata().getName(),
                        "--type=json",
                        "-p",
                        "[{\"op\":\"remove\",\"path\":\"/spec/schedulingGates/" + at + "\"}]")
                .orFail();
    }
}
