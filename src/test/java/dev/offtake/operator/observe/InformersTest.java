package dev.offtake.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkload;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.schedule.GangId;
import dev.offtake.testbed.MockServers;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class InformersTest {
    private final KubernetesMockServer server = MockServers.keeping(false);

    @Test
    void whileTheApiServerIsAwayNothingIsBeingWatched() {
        server.init();
        try (KubernetesClient client = server.createClient();
                Informers informers = new Informers(
                        client, new Nobody(), () -> Set.of("nvidia.com/gpu"), Enforcement.ENFORCE, stopped -> {})) {
            informers.start();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(informers.watching())
                            .containsOnlyKeys("nodes", "namespaces", "jobs", "gpuworkloads", "pods")
                            .allSatisfy((name, watching) ->
                                    assertThat(watching.getAsBoolean()).as(name).isTrue()));

            server.destroy();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(informers.watching())
                            .allSatisfy((name, watching) ->
                                    assertThat(watching.getAsBoolean()).as(name).isFalse()));
        }
    }

    @Test
    void whatWasListedIsNotReadBeforeTheSinkHasHeardAllOfIt() throws InterruptedException {
        server.init();
        CountDownLatch hearing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Sink slow = new Nobody() {
            @Override
            public void pod(SeenPod pod) {
                hearing.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (KubernetesClient client = server.createClient();
                Informers informers = new Informers(
                        client, slow, () -> Set.of("nvidia.com/gpu"), Enforcement.ENFORCE, stopped -> {})) {
            client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("one")
                            .withNamespace("train")
                            .withUid("one")
                            .endMetadata()
                            .withNewSpec()
                            .endSpec()
                            .build())
                    .create();
            informers.start();
            assertThat(hearing.await(30, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> informers.watching().values().stream().allMatch(BooleanSupplier::getAsBoolean));
            assertThat(informers.unsynced()).containsExactly("pods");

            goOn.countDown();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> informers.unsynced().isEmpty());
        }
    }

    private static class Nobody implements Sink {
        @Override
        public void node(NodeFacts node) {}

        @Override
        public void nodeGone(String name) {}

        @Override
        public void pod(SeenPod pod) {}

        @Override
        public void podGone(String uid) {}

        @Override
        public void job(Job job) {}

        @Override
        public void jobGone(String namespace, String name) {}

        @Override
        public void namespace(String name, Optional<Tenancy> tenancy) {}

        @Override
        public void workload(GPUWorkload workload) {}

        @Override
        public void workloadGone(GangId id) {}
    }
}
