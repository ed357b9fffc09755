package dev.offtake.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Enforcement;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.Scheduler;
import dev.offtake.schedule.WaitRules;
import dev.offtake.testbed.MockServers;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a new leader begins to decide: not before what was written earlier can be seen. */
class EngineTest {
    /** Longer than the engine takes to look again whether its writes are answered. */
    private static final Duration A_WHILE = Duration.ofMillis(600);

    private final HoldsEvents dispatcher = new HoldsEvents();
    private final KubernetesMockServer server = MockServers.answering(dispatcher, false);
    /** Each tenure has a scheduler of its own. */
    private final Set<Scheduler> deciding = ConcurrentHashMap.newKeySet();

    private KubernetesClient client;
    private Engine engine;

    /** Answers everything at once, but Events only when they are let go. */
    private static final class HoldsEvents extends KubernetesCrudDispatcher {
        private final CountDownLatch came = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (request.getMethod().equals("POST") && request.getPath().endsWith("/events")) {
                came.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return super.dispatch(request);
        }
    }

    @BeforeEach
    void aPodThatWaits() {
        server.init();
        client = server.createClient();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("train")
                        .addToLabels("offtake.dev/tenant", "acme")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("train")
                        .withName("waits")
                        .endMetadata()
                        .withNewSpec()
                        .addNewSchedulingGate("offtake.dev/placement")
                        .addNewContainer()
                        .withName("main")
                        .withNewResources()
                        .addToLimits("nvidia.com/gpu", new Quantity("1"))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        engine = new Engine(
                client,
                new Engine.Settings("test", 64, Duration.ZERO, WaitRules.DEFAULT, Enforcement.ENFORCE),
                () -> true,
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                Journal.NONE,
                (decider, now) -> deciding.add(decider.scheduler()),
                failure -> {});
        engine.start();
        eventually().until(() -> engine.unsynced().isEmpty());
    }

    @AfterEach
    void stop() {
        dispatcher.letGo.countDown();
        engine.close();
        client.close();
        server.destroy();
    }

    @Test
    void itBeginsWhenItsOwnWritesOfAnEarlierTenureAreAnswered() throws Exception {
        engine.lead(Duration.ZERO);
        // It has an Event to tell: the pod's tenant has no contract.
        assertThat(dispatcher.came.await(30, TimeUnit.SECONDS)).isTrue();
        eventually().until(() -> deciding.size() == 1);
        engine.follow();

        engine.lead(Duration.ZERO);
        await().during(A_WHILE).until(() -> deciding.size() == 1);
        dispatcher.letGo.countDown();
        eventually().until(() -> deciding.size() == 2);
    }

    @Test
    void itBeginsNotBeforeTheWritesOfWhoLedBeforeHadTheirTimeToBeSeen() {
        long start = System.nanoTime();
        engine.lead(A_WHILE);
        eventually().until(() -> !deciding.isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(A_WHILE);
    }

    @Test
    void itDoesNotBeginIfItLeadsNoLongerByThen() throws Exception {
        engine.lead(Duration.ofMillis(100));
        engine.follow();
        await().during(A_WHILE).until(deciding::isEmpty);
        engine.lead(Duration.ZERO);
        eventually().until(() -> deciding.size() == 1);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5));
    }
}
