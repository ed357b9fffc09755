package dev.offtake.operator;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkload;
import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.GpuClasses;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.Requirement;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@OnControlPlane
class FirstLightIT {
    @Test
    void aJobLandsInOneRackAndAnotherWaits(ControlPlane controlPlane, KubernetesClient admin, Sandbox sandbox)
            throws Throwable {
        InstalledPolicies.on(controlPlane);
        fleet().racks(2).traysPerRack(4).gpusPerTray(4).vocabulary("nebius").create(sandbox);
        String ns = sandbox.namespace("train", Map.of("offtake.dev/tenant", "acme"));
        try (Engine engine = new Engine(
                controlPlane.serviceAccountClient("offtake-system", "offtake"),
                new Engine.Settings("test", 64, Duration.ofSeconds(1)),
                () -> true,
                new SimpleMeterRegistry(),
                InstantSource.system(),
                failure -> {
                    throw new AssertionError(failure);
                })) {
            engine.start();
            controlPlane.adminClient();
            await().until(() -> engine.unsynced().isEmpty());
            engine.lead();
            Pool preset = GpuClasses.find("gb300-nvl72").orElseThrow().pool(sandbox.name("pool"));
            String[] label =
                    sandbox.nodeLabel().entrySet().iterator().next().toString().split("=");
            engine.putPool(new Pool(
                    preset.name(),
                    preset.gpuClass(),
                    List.of(new Requirement(label[0], Requirement.Operator.IN, List.of(label[1]))),
                    preset.product(),
                    preset.resourceName(),
                    preset.gpusPerNode(),
                    List.of(dev.offtake.fleet.Level.keyed(
                            "rack", preset.levels().get(1).keys(), 4, 0)),
                    preset.unhealthyConditions(),
                    preset.unhealthyTaints()));
            Instant now = Instant.now();
            Interval term = new Interval(now.minusSeconds(60), now.plusSeconds(86400));
            engine.putContract(new Contract(
                    "acme-1",
                    "acme",
                    term,
                    now,
                    List.of(new Commitment("base", "gb300-nvl72", "rack", List.of(new Tranche("all", 1, term)), 0))));
            admin.resource(job("first", 4)).inNamespace(ns).create();
            try {
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(running(admin, ns, "first")).hasSize(4));
            } catch (Throwable t) {
                System.out.println(controlPlane
                        .kubectl("get", "pods,gpuwl,jobs,events", "-n", ns, "-o", "wide")
                        .stdout());
                System.out.println(controlPlane
                        .kubectl("get", "gpuwl", "-n", ns, "-o", "yaml")
                        .stdout());
                engine.submit(() -> System.out.println(engine.scheduler().get().gangs() + " "
                        + engine.scheduler().get().cluster().fleet().nodes(sandbox.name("pool"))));
                Thread.sleep(500);
                throw t;
            }

            Set<String> nodes = running(admin, ns, "first").stream()
                    .map(p -> p.getSpec().getNodeName())
                    .collect(Collectors.toSet());
            assertThat(nodes).hasSize(4);
            admin.resource(job("second", 1)).inNamespace(ns).create();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                GPUWorkload waiting = admin.resources(GPUWorkload.class)
                        .inNamespace(ns)
                        .withName("job-second")
                        .get();
                assertThat(waiting).isNotNull();
                assertThat(waiting.getStatus().waiting().code()).isEqualTo("QuotaReached");
                System.out.println(waiting.getStatus().waiting().message());
            });
            admin.batch().v1().jobs().inNamespace(ns).withName("first").delete();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(running(admin, ns, "second")).hasSize(1));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(admin.resources(GPUWorkload.class)
                                    .inNamespace(ns)
                                    .withName("job-first")
                                    .get())
                            .isNull());
        }
    }

    private static List<Pod> running(KubernetesClient admin, String ns, String job) {
        return admin.pods().inNamespace(ns).withLabel("job-name", job).list().getItems().stream()
                .filter(p -> "Running".equals(p.getStatus().getPhase()))
                .toList();
    }

    private static Job job(String name, int pods) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withParallelism(pods)
                .withCompletions(pods)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .withNewResources()
                .addToLimits("nvidia.com/gpu", new Quantity("4"))
                .endResources()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
