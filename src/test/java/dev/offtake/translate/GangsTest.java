package dev.offtake.translate;

import static dev.offtake.api.Enforcement.ENFORCE;
import static dev.offtake.api.Enforcement.REPORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Enforcement;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GangsTest {
    private static final Set<String> GPU = Set.of("nvidia.com/gpu");
    private static final Tenancy ACME = new Tenancy("acme", Optional.of("acme-2026"));
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");
    private static final Shape FOUR = new Shape(4, Map.of("cpu", 64_000L, "pods", 1L));

    @Test
    void aJobIsAGangOfThePodsThatRunAtOnce() {
        Optional<GangSpec> gang = job(
                "parallelism: 16",
                "offtake.dev/gpu-class: gb300-nvl72, offtake.dev/tier: Reserved, offtake.dev/topology: block,"
                        + " offtake.dev/topology-preferred: rack, offtake.dev/slice: rack=8, offtake.dev/min-pods: \"8\","
                        + " offtake.dev/duration: 1h, offtake.dev/priority: \"3\"");

        assertThat(gang)
                .contains(new GangSpec(
                        new GangId("train", "job-big"),
                        "acme",
                        Optional.of("acme-2026"),
                        List.of("gb300-nvl72"),
                        List.of(Tier.RESERVED),
                        "nvidia.com/gpu",
                        List.of(new GangSpec.PodSet(
                                "workers", 16, 8, FOUR, NodeFilter.ANY, Optional.of(new GangDemand.Slice("rack", 8)))),
                        Optional.of("block"),
                        Optional.of("rack"),
                        Optional.of(Duration.ofHours(1)),
                        3,
                        CREATED,
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "'parallelism: 16, completions: 4', 4",
        "'parallelism: 4, completions: 16', 4",
        "'parallelism: 4', 4",
        "'completions: 1', 1"
    })
    void aGangHasNoMoreSeatsThanPodsToRun(String spec, int count) {
        assertThat(job(spec, "").orElseThrow().count()).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({
        "'offtake.dev/min-pods: \"2\"', Ignore, 0, true",
        "'offtake.dev/min-pods: \"2\"', Ignore, 3, true",
        "'offtake.dev/min-pods: \"2\"', Count, 0, false",
        "'offtake.dev/min-pods: \"4\"', Ignore, 0, false",
        "'', Ignore, 0, false",
        "'', Ignore, 3, false"
    })
    void onlyAnElasticJobThatIgnoresDisruptionsSparesSinglePods(
            String wishes, String action, int succeeded, boolean spares) {
        String policy = "parallelism: 4, completions: 4, podFailurePolicy: {rules: [{action: " + action
                + ", onPodConditions: [{type: DisruptionTarget}]}]}";
        String yaml = job(policy, wishes, "nvidia.com/gpu: 4") + "\nstatus: {succeeded: " + succeeded + "}";

        assertThat(Gangs.ofJob(Yaml.job(yaml), Optional.empty(), ACME, GPU)
                        .orElseThrow()
                        .sparesPods())
                .isEqualTo(spares);
    }

    @ParameterizedTest
    @CsvSource({
        "'parallelism: 4, completions: 4', '', 1, 3",
        "'parallelism: 4, completions: 4', '', 4, 1",
        "'parallelism: 4, completions: 16', '', 11, 4",
        "'parallelism: 4, completions: 16', '', 13, 3",
        "'parallelism: 4, completions: 4', 'offtake.dev/min-pods: \"2\"', 1, 2",
        "'parallelism: 4', '', 2, 4"
    })
    void aGangMayStartWithTheFewPodsThatAreLeftOfItsJob(String spec, String wishes, int succeeded, int least) {
        String yaml = job(spec, wishes, "nvidia.com/gpu: 4") + "\nstatus: {succeeded: " + succeeded + "}";

        GangSpec.PodSet workers = Gangs.ofJob(Yaml.job(yaml), Optional.empty(), ACME, GPU)
                .orElseThrow()
                .podSets()
                .get(0);

        assertThat(workers.minCount()).isEqualTo(least);
        assertThat(workers.count()).as("its seats stay its own").isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "'{failedIndexes: \"2\"}', 3",
        "'{failedIndexes: \"0,2-3\"}', 1",
        "'{failedIndexes: \"0-1\", succeeded: 1}', 1",
        "'{failedIndexes: \"0-3\"}', 1",
        "'{failedIndexes: \"\"}', 4",
        "'{failedIndexes: \"?\"}', 4"
    })
    void noPodIsLeftOfAnIndexThatHasFailedForGood(String status, int least) {
        String yaml = job("parallelism: 4, completions: 4", "", "nvidia.com/gpu: 4") + "\nstatus: " + status;

        assertThat(Gangs.ofJob(Yaml.job(yaml), Optional.empty(), ACME, GPU)
                        .orElseThrow()
                        .podSets())
                .extracting(GangSpec.PodSet::minCount)
                .containsExactly(least);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parallelism: 0", "parallelism: 4, suspend: true", "parallelism: 4, completions: 0"})
    void aJobThatWantsNoPodsIsNoGang(String spec) {
        assertThat(job(spec, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Complete, True, false", "Failed, True, false", "Failed, False, true", "FailureTarget, True, true"})
    void aFinishedJobIsNoGang(String type, String status, boolean isGang) {
        String yaml = job("parallelism: 4", "", "nvidia.com/gpu: 4") + "\nstatus: {conditions: [{type: " + type
                + ", status: '" + status + "'}]}";

        assertThat(Gangs.ofJob(Yaml.job(yaml), Optional.empty(), ACME, GPU).isPresent())
                .isEqualTo(isGang);
    }

    @Test
    void aJobWithoutGpusIsNoGang() {
        assertThat(Gangs.ofJob(Yaml.job(job("parallelism: 4", "", "cpu: 1")), Optional.empty(), ACME, GPU))
                .isEmpty();
    }

    @Test
    void whatAdmissionGaveThePodsCounts() {
        Pod pod = Yaml.pod("""
                metadata: {name: p, uid: u}
                spec:
                  tolerations: [{key: nvidia.com/gpu, operator: Exists}]
                  overhead: {cpu: 1}
                  containers: [{name: a, resources: {limits: {nvidia.com/gpu: 4, cpu: 64}}}]
                """);

        GangSpec.PodSet workers = Gangs.ofJob(
                        Yaml.job(job("parallelism: 2", "", "nvidia.com/gpu: 4, cpu: 64")),
                        Optional.of(PodNeeds.of(pod)),
                        ACME,
                        GPU)
                .orElseThrow()
                .podSets()
                .get(0);

        assertThat(workers.shape().requests()).containsEntry("cpu", 65_000L);
        assertThat(workers.filter().tolerations()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parallelism: 16     | offtake.dev/min-pods: "20"                           | offtake.dev/min-pods: "20" exceeds the gang's size 16; use 1 to 16
            parallelism: 16     | offtake.dev/slice: rack=5                            | offtake.dev/slice: "rack=5" does not divide the gang's 16 pods; use a number of pods that divides 16
            parallelism: 16     | offtake.dev/slice: rack=32                           | offtake.dev/slice: "rack=32" does not divide the gang's 16 pods; use a number of pods that divides 16
            parallelism: 16     | offtake.dev/slice: rack=8, offtake.dev/min-pods: "4" | offtake.dev/min-pods: "4" is not a whole number of slices of 8 pods; use a multiple of 8 up to 16
            parallelism: 200000 | a: b                                                 | spec.parallelism: "200000" is above the largest gang, 131072 pods; split the work
            parallelism: 2      | offtake.dev/tier: Bad, offtake.dev/priority: x       | offtake.dev/tier: "Bad" has "Bad", which is no tier; use Reserved, OnDemand, Spot. offtake.dev/priority: "x" is not a priority; use a whole number from -1000000000 to 1000000000
            """)
    void aWishThatTheGangCannotHaveIsItsProblem(String spec, String annotations, String message) {
        GangSpec gang = job(spec, annotations).orElseThrow();

        assertThat(gang.problem()).contains(message);
        assertThat(gang.podSets()).allSatisfy(set -> assertThat(set.minCount()).isEqualTo(set.count()));
    }

    @Test
    void aGangThatAsksForWhatNoPoolOffersIsThereToSaySo() {
        GangSpec gang = Gangs.ofJob(
                        Yaml.job(job("parallelism: 2", "", "nvidia.com/mig-1g.10gb: 1")), Optional.empty(), ACME, GPU)
                .orElseThrow();

        assertThat(gang.problem())
                .contains("resources.requests: \"nvidia.com/mig-1g.10gb\" is offered by no pool; the pools offer"
                        + " nvidia.com/gpu");
        assertThat(gang.gpus()).isZero();
    }

    @Test
    void aLonePodIsAGangOfOne() {
        Pod pod = pod("uid: u1, creationTimestamp: \"" + CREATED + "\"");

        Tenancy research = new Tenancy("acme", Optional.of("acme-2026"), Optional.of("research"), ENFORCE);
        assertThat(Gangs.ofPod(PodView.of(pod), research, GPU))
                .contains(new GangSpec(
                        GangId.ofPod("train", "u1"),
                        "acme",
                        Optional.of("acme-2026"),
                        List.of(),
                        List.of(Tier.RESERVED),
                        "nvidia.com/gpu",
                        List.of(new GangSpec.PodSet("pod", 1, 1, FOUR, NodeFilter.ANY, Optional.empty())),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        CREATED,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        Optional.of("research")));
    }

    @ParameterizedTest
    @CsvSource({"ReplicaSet, true, o", "StatefulSet, true, o/p", "DaemonSet, true, o/n1", "ReplicaSet, false, "})
    void theControllerOfALonePodMakesItsSuccessor(String kind, boolean controller, String maker) {
        Pod pod = pod("uid: u1, ownerReferences: [{apiVersion: apps/v1, kind: " + kind
                + ", name: r, uid: o, controller: " + controller + "}]");
        pod.getSpec().setAffinity(Yaml.pod("""
                        metadata: {name: p}
                        spec:
                          affinity:
                            nodeAffinity:
                              requiredDuringSchedulingIgnoredDuringExecution:
                                nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]
                        """).getSpec().getAffinity());

        assertThat(Gangs.ofPod(PodView.of(pod), ACME, GPU).orElseThrow().maker())
                .isEqualTo(Optional.ofNullable(maker));
    }

    @Test
    void aLonePodWithoutGpusIsNoGang() {
        assertThat(Gangs.ofPod(
                        PodView.of(Yaml.pod("{metadata: {name: p, namespace: n, uid: u}, spec: {}}")), ACME, GPU))
                .isEmpty();
    }

    @Test
    void aPodBelongsToItsJobElseToItsLabelElseToItself() {
        String job = "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: big, controller: true}]";
        String otherJob = "ownerReferences: [{apiVersion: other.dev/v1, kind: Job, name: big, controller: true}]";
        String label = "labels: {offtake.dev/workload: ring}";

        assertThat(Gangs.idOf(pod("uid: u, " + job + ", " + label))).isEqualTo(new GangId("train", "job-big"));
        assertThat(Gangs.idOf(pod("uid: u, " + label))).isEqualTo(new GangId("train", "pods-ring"));
        assertThat(Gangs.idOf(pod("uid: u, " + otherJob))).isEqualTo(GangId.ofPod("train", "u"));
    }

    @Test
    void aNamespaceJoinsATenantByLabel() {
        assertThat(Tenancy.of(namespace(Map.of("offtake.dev/tenant", "acme", "offtake.dev/contract", "c1")), ENFORCE))
                .contains(new Tenancy("acme", Optional.of("c1")));
        assertThat(Tenancy.of(namespace(Map.of("offtake.dev/tenant", "acme")), ENFORCE))
                .contains(new Tenancy("acme", Optional.empty()));
        assertThat(Tenancy.of(namespace(Map.of("offtake.dev/tenant", "")), ENFORCE))
                .as("admission gates its pods")
                .contains(new Tenancy("", Optional.empty()));
        assertThat(Tenancy.of(namespace(Map.of("offtake.dev/contract", "c1")), ENFORCE))
                .isEmpty();
    }

    @Test
    void aNamespaceIsOfASubTenantByLabel() {
        assertThat(Tenancy.of(
                                namespace(Map.of("offtake.dev/tenant", "acme", "offtake.dev/sub-tenant", "research")),
                                ENFORCE)
                        .flatMap(Tenancy::subTenant))
                .contains("research");
        assertThat(Tenancy.of(namespace(Map.of("offtake.dev/tenant", "acme", "offtake.dev/sub-tenant", "")), ENFORCE)
                        .flatMap(Tenancy::subTenant))
                .isEmpty();
    }

    @Test
    void aNamespaceIsEnforcedOrReportedByLabelElseAsUsualWhereTheClusterIs() {
        assertThat(enforcement(Map.of(), REPORT)).contains(REPORT);
        assertThat(enforcement(Map.of("offtake.dev/enforcement", "Enforce"), REPORT))
                .contains(ENFORCE);
        assertThat(enforcement(Map.of("offtake.dev/enforcement", "Report"), ENFORCE))
                .contains(REPORT);
        assertThat(enforcement(Map.of("offtake.dev/enforcement", "report"), ENFORCE))
                .as("admission selects by the exact value")
                .contains(ENFORCE);
    }

    @Test
    void nothingIsSaidOfThePlatformsOwnNamespaces() {
        assertThat(enforcement(Map.of("offtake.dev/system", "true"), REPORT)).contains(ENFORCE);
    }

    private static Optional<Enforcement> enforcement(Map<String, String> labels, Enforcement usual) {
        Map<String, String> all = new HashMap<>(labels);
        all.put("offtake.dev/tenant", "acme");
        return Tenancy.of(namespace(all), usual).map(Tenancy::enforcement);
    }

    private static Namespace namespace(Map<String, String> labels) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static Pod pod(String meta) {
        return Yaml.pod("{metadata: {name: p, namespace: train, " + meta
                + "}, spec: {containers: [{name: a, resources: {limits: {nvidia.com/gpu: 4, cpu: 64}}}]}}");
    }

    private static Optional<GangSpec> job(String spec, String annotations) {
        return Gangs.ofJob(Yaml.job(job(spec, annotations, "nvidia.com/gpu: 4, cpu: 64")), Optional.empty(), ACME, GPU);
    }

    private static String job(String spec, String annotations, String limits) {
        return "metadata: {name: big, namespace: train, creationTimestamp: \"" + CREATED + "\", annotations: {"
                + annotations
                + "}}\nspec: {" + spec + ", template: {spec: {containers: [{name: a, resources: {limits: {" + limits
                + "}}}]}}}";
    }
}
