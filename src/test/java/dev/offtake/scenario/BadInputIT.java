package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static dev.offtake.scenario.Scene.h100;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the schema lets through is told in conditions, and nothing of it is used. */
@OnControlPlane
class BadInputIT {
    /** Two seconds by the operator's own clock, and what a busy machine and whole seconds add. */
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    @Test
    void aContractWithoutAPoolForItsClassOrUnitSaysWhatThereIsAndIsActiveWhenThePoolAppears(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        gb300(4).create(sandbox);
        String acme = scene.tenant("acme");
        String beta = scene.tenant("beta");
        String noClass = scene.propose(acme, Scene.commitment("base", "gb300-nvl72", "node", 1, 0));
        String noUnit = scene.propose(beta, Scene.commitment("base", "gb300-nvl72", "half", 1, 0));

        Condition missing = scene.awaitContract(noClass, TenantContract.FEASIBLE, Condition.Status.FALSE);
        assertThat(missing.reason()).isEqualTo("NoPoolOfClass");
        assertThat(missing.message())
                .contains("spec.commitments[base].gpuClass: \"gb300-nvl72\" is the class of no GPUPool");
        assertThat(scene.contract(noClass).getStatus().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.PROPOSED);

        String pool = scene.pool("gb300-nvl72", "");
        scene.awaitContract(noClass, TenantContract.FEASIBLE, Condition.Status.TRUE);
        assertThat(scene.contract(noClass).getStatus().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.ACTIVE);
        scene.eventually(() -> assertThat(
                        Scene.condition(scene.contract(noUnit).getStatus().conditions(), TenantContract.FEASIBLE))
                .hasValueSatisfying(c -> assertThat(c.reason() + " " + c.message())
                        .contains(
                                "UnknownUnit",
                                "spec.commitments[base].unit: \"half\" is a level of no GPUPool of class gb300-nvl72",
                                "use one of rack, node, gpu")));
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec:
                  gpuClass: gb300-nvl72
                  nodes: {selector: {matchLabels: {%s: %s}}}
                  topology: [{name: rack, keys: [nvidia.com/gpu.clique], nodes: 18}, {name: half, gpus: 2}]
                """.formatted(pool, Sandbox.LABEL, sandbox.id())).orFail();
        scene.awaitContract(noUnit, TenantContract.FEASIBLE, Condition.Status.TRUE);
    }

    @Test
    void wishesThatMeanNothingAreToldOnTheRecordAndTheJobAndNeverPlaced(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(4));
        Workspace acme = scene.customer("acme", 32, "gpu");
        Map<String, List<String>> wrong = new TreeMap<>(Map.of(
                "offtake.dev/gpu-clas: h100-sxm",
                        List.of("offtake.dev/gpu-clas: \"h100-sxm\"", "did you mean offtake.dev/gpu-class?"),
                "offtake.dev/min-pods: \"3\"", List.of("offtake.dev/min-pods: \"3\" exceeds the gang's size 2"),
                "offtake.dev/priority: high", List.of("offtake.dev/priority: \"high\" is not a priority"),
                "offtake.dev/duration: 2 days", List.of("offtake.dev/duration: \"2 days\" is not a duration"),
                "offtake.dev/tier: Gold", List.of("offtake.dev/tier", "Gold", "Reserved, OnDemand"),
                "offtake.dev/slice: rack=x", List.of("offtake.dev/slice: \"rack=x\" is not <level>=<pods>"),
                "offtake.dev/topology: aisle",
                        List.of(
                                "offtake.dev/topology: \"aisle\" names a level that no GPUPool of the class has",
                                "use one of block, rack, node")));
        Map<String, List<String>> byJob = new TreeMap<>();
        wrong.forEach((annotation, message) -> {
            String job = "bad-" + byJob.size();
            byJob.put(job, message);
            acme.job(job, 2, 1, annotation, "", "");
        });

        byJob.forEach((job, message) -> {
            assertThat(acme.awaitReason(job, "Invalid")).contains(message);
            acme.assertHeld(job);
            Instant made = Instant.parse(acme.job(job).getMetadata().getCreationTimestamp());
            assertThat(Scene.condition(acme.record("job-" + job).getStatus().conditions(), "Placed"))
                    .hasValueSatisfying(c -> {
                        assertThat(c.status()).isEqualTo(Condition.Status.FALSE);
                        assertThat(Duration.between(made, c.lastTransitionTime()))
                                .isLessThan(PROMPTLY);
                    });
            scene.eventually(() -> assertThat(
                            scene.admin().v1().events().inNamespace(acme.name()).list().getItems().stream()
                                    .filter(e -> e.getInvolvedObject().getKind().equals("Job")
                                            && e.getInvolvedObject().getName().equals(job)
                                            && e.getReason().equals("Invalid"))
                                    .map(Event::getMessage))
                    .singleElement()
                    .satisfies(told -> assertThat(told).contains(message)));
        });

        acme.pod("bad", 1, "annotations: {offtake.dev/checkpoints: 30m}", "");
        scene.eventually(() -> assertThat(Scene.placed(acme.pod("bad")))
                .hasValueSatisfying(c -> assertThat(c.getReason() + ": " + c.getMessage())
                        .startsWith("Invalid: offtake.dev/checkpoints: \"30m\" is not a known key")));

        scene.admin()
                .batch()
                .v1()
                .jobs()
                .inNamespace(acme.name())
                .withName("bad-0")
                .edit(job -> {
                    job.getMetadata().setAnnotations(Map.of("offtake.dev/priority", "7"));
                    return job;
                });
        acme.awaitRunning("bad-0", 2);
        assertThat(acme.record("job-bad-0").getSpec().priority())
                .as("the record follows its Job until it is placed")
                .isEqualTo(7);
    }

    @Test
    void whereNothingIsUnderContractPodsStayHeldAndSayWhy(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(1));
        Workspace stranger = scene.workspace("stranger", scene.tenant("stranger"));
        stranger.job("a", 1, 1);
        assertThat(stranger.awaitReason("a", "NoActiveContract"))
                .contains("tenant " + stranger.tenant() + " has no contract");
        stranger.assertHeld("a");
        scene.eventually(() -> assertThat(stranger.podsOf("a"))
                .allSatisfy(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getReason()).isEqualTo("NoActiveContract"))));

        Workspace acme = scene.customer("acme", 4, "gpu");
        acme.job("b", 1, 1, "offtake.dev/gpu-class: b200-sxm", "", "");
        assertThat(acme.awaitReason("b", "NoActiveContract"))
                .contains("no active contract of tenant " + acme.tenant() + " has class b200-sxm", "h100-sxm");

        scene.propose(stranger.tenant(), Scene.commitment("base", "h100-sxm", "gpu", 4, 0));
        stranger.awaitRunning("a", 1);
        scene.eventually(() -> assertThat(stranger.podsOf("a"))
                .allSatisfy(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True"))));
    }
}
