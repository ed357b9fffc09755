package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class PodGangTest {
    private static final Set<String> GPU = Set.of("nvidia.com/gpu");
    private static final Tenancy ACME = new Tenancy("acme", Optional.empty());
    private static final String PODS = "offtake.dev/pods: \"4\"";

    @Test
    void podsThatAreStillToComeAreLikeTheOnesThatAreThere() {
        GangSpec gang = gang(pod("a", 1, 8, PODS), pod("b", 2, 8, PODS)).spec();

        assertThat(gang.id()).isEqualTo(new GangId("train", "pods-ring"));
        assertThat(gang.createdAt()).isEqualTo(Instant.parse("2026-01-01T00:00:01Z"));
        assertThat(gang.problem()).isEmpty();
        assertThat(gang.podSets())
                .singleElement()
                .extracting(GangSpec.PodSet::count, s -> s.shape().gpus())
                .isEqualTo(List.of(4, 8));
    }

    @Test
    void podsThatAskForDifferentThingsAreDifferentPodSets() {
        PodGang gang = gang(pod("w1", 2, 8, PODS), pod("leader", 1, 1, PODS), pod("w2", 3, 8, PODS));

        assertThat(gang.spec().podSets())
                .extracting(GangSpec.PodSet::count, s -> s.shape().gpus())
                .containsExactly(new Tuple(1, 1), new Tuple(3, 8));
        assertThat(gang.podSets().get("w1")).isEqualTo(gang.podSets().get("w2"));
        assertThat(gang.podSets().get("leader")).isNotEqualTo(gang.podSets().get("w1"));
        assertThat(gang.podSets().get("w1"))
                .isEqualTo(gang.spec().podSets().get(1).name());
    }

    @Test
    void aPodSetKeepsItsNameWhicheverOfItsPodsAreThere() {
        PodGang whole = gang(pod("leader", 1, 1, PODS), pod("w1", 2, 8, PODS));
        PodGang later = gang(pod("w1", 2, 8, PODS), pod("leader2", 9, 1, PODS));

        assertThat(later.podSets().get("w1")).isEqualTo(whole.podSets().get("w1"));
        assertThat(later.podSets().get("leader2")).isEqualTo(whole.podSets().get("leader"));
        assertThat(whole.podSets().get("w1")).matches("[a-z0-9]+");
    }

    @Test
    void aReleasedPodIsOfThePodSetOfThoseThatWait() {
        Pod released = Yaml.pod("""
                metadata:
                  {name: r, uid: r, namespace: train, creationTimestamp: "2026-01-01T00:00:00Z",
                   labels: {offtake.dev/workload: ring}, annotations: {offtake.dev/pods: "4", offtake.dev/claim: "{}"}}
                spec:
                  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:
                    [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}}}
                  containers: [{name: c, resources: {limits: {nvidia.com/gpu: 8}}}]
                """);

        assertThat(gang(released, pod("a", 1, 8, PODS)).spec().podSets()).hasSize(1);
    }

    @Test
    void aSuccessorTakesTheSlotOfAPodThatIsOver() {
        Pod failed = Yaml.pod(yaml("a", 1, 8, PODS) + "\nstatus: {phase: Failed}");
        PodGang gang =
                gang(failed, pod("b", 2, 8, PODS), pod("c", 3, 8, PODS), pod("d", 4, 8, PODS), pod("e", 5, 8, PODS));

        assertThat(gang.spec().count()).isEqualTo(4);
        assertThat(gang.spec().problem()).isEmpty();
        assertThat(gang.podSets()).hasSize(5);
    }

    @Test
    void aGangWhoseLastPodsFinishKeepsItsSize() {
        Pod done = Yaml.pod(yaml("a", 1, 1, PODS) + "\nstatus: {phase: Succeeded}");
        PodGang gang = gang(done, pod("b", 2, 8, PODS), pod("c", 3, 8, PODS), pod("d", 4, 8, PODS));

        assertThat(gang.spec().podSets()).extracting(GangSpec.PodSet::count).containsExactly(1, 3);
    }

    @Test
    void aNameThatIsNoObjectNameGetsOneOfItsOwn() {
        assertThat(PodGang.id("n", "My_Gang").name()).matches("pods-my-gang-[0-9a-f]{8}");
        assertThat(PodGang.id("n", "My_Gang")).isNotEqualTo(PodGang.id("n", "my.gang"));
        assertThat(PodGang.id("n", "my-gang").name()).isEqualTo("pods-my-gang");
    }

    @Test
    void podsThatDisagreeAreAProblem() {
        assertThat(gang(pod("a", 1, 8, PODS), pod("b", 2, 8, "offtake.dev/pods: \"5\""))
                        .spec()
                        .problem())
                .contains("offtake.dev/pods: pods a and b of gang ring disagree, \"4\" and \"5\"; give all pods of the"
                        + " gang the same value");
    }

    @Test
    void morePodsThanTheGangHasAreAProblem() {
        String one = "offtake.dev/pods: \"1\"";

        PodGang gang = gang(pod("a", 1, 8, one), pod("b", 2, 8, one));

        assertThat(gang.spec().problem())
                .contains(
                        "offtake.dev/pods: \"1\" is the size of gang ring, which has 2 pods; delete those above it, or"
                                + " raise it on all of them");
        assertThat(gang.spec().count())
                .as("a gang that has its place does not grow by them")
                .isEqualTo(1);
    }

    @Test
    void aGangOfUnknownSizeIsAProblem() {
        assertThat(gang(pod("a", 1, 8, "")).spec().problem())
                .contains("offtake.dev/workload: \"ring\" names a gang of unknown size; add the annotation"
                        + " offtake.dev/pods with the number of its pods");
    }

    @Test
    void elasticGangsHaveEqualPods() {
        String elastic = PODS + ", offtake.dev/min-pods: \"2\"";

        assertThat(gang(pod("a", 1, 8, elastic)).spec().podSets().get(0).minCount())
                .isEqualTo(2);
        GangSpec mixed = gang(pod("a", 1, 8, elastic), pod("b", 2, 1, elastic)).spec();
        assertThat(mixed.problem())
                .contains("offtake.dev/min-pods: \"2\" needs pods with equal requests, those of the gang differ; remove"
                        + " it, or make them equal");
        assertThat(mixed.podSets()).allSatisfy(set -> assertThat(set.minCount()).isEqualTo(set.count()));
    }

    @Test
    void podsWithoutGpusAreNoGang() {
        assertThat(PodGang.of(List.of(PodView.of(pod("a", 1, 0, PODS))), ACME, GPU))
                .isEmpty();
        assertThat(PodGang.of(List.of(), ACME, GPU)).isEmpty();
    }

    @Test
    void tooManyKindsOfPodsAreAProblem() {
        Pod[] pods = new Pod[17];
        for (int i = 0; i < pods.length; i++) {
            pods[i] = pod("p" + i, i, i + 1, "offtake.dev/pods: \"17\"");
        }

        assertThat(gang(pods).spec().problem())
                .contains("the pods of the gang differ in more than 16 ways; give more of them the same requests,"
                        + " selectors and tolerations");
    }

    private static PodGang gang(Pod... pods) {
        return PodGang.of(Stream.of(pods).map(PodView::of).toList(), ACME, GPU).orElseThrow();
    }

    private static Pod pod(String name, int second, int gpus, String annotations) {
        return Yaml.pod(yaml(name, second, gpus, annotations));
    }

    private static String yaml(String name, int second, int gpus, String annotations) {
        return """
                metadata: {name: %s, uid: %s, namespace: train, creationTimestamp: "2026-01-01T00:00:%02dZ",
                  labels: {offtake.dev/workload: ring}, annotations: {%s}}
                spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: %d}}}]}""".formatted(name, name, second, annotations, gpus);
    }
}
