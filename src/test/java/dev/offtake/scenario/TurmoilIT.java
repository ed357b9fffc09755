package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Everything at once, at random: an owner comes and goes, guests suspend their Jobs and make them anew, nodes are
 * cordoned and tainted, answers of the API server are lost, and the operator starts again. When all is quiet, all guests
 * run whose users want it, and what is said of them is true.
 */
@Tag("slow")
@OnControlPlane
class TurmoilIT {
    private static final int STEPS = 24;
    private static final int NODES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Map<String, Integer> GUESTS = Map.of("one", 1, "two", 2, "elastic", 2);

    private final long seed = Long.getLong("turmoil.seed", 23);
    private final Random random = new Random(seed);
    private final FaultyApi api;
    private final Set<String> own = new HashSet<>();
    private final Set<String> suspended = new HashSet<>();
    private final Set<String> cordoned = new HashSet<>();
    private final Set<String> tainted = new HashSet<>();
    private final List<String> steps = new ArrayList<>();

    private Scene scene;
    private LiveFleet nodes;
    private Lending lending;
    private TestOperator operator;
    private int made;

    TurmoilIT() throws IOException {
        api = new FaultyApi(seed).losingAnswers();
    }

    @BeforeEach
    void enoughForAllGuests(Sandbox sandbox) {
        System.out.println("[turmoil] again by -Dturmoil.seed=" + seed);
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(NODES));
        lending = new Lending(scene, NODES, "notice: 60s");
        scene.stopOperator();
        operator = TestOperator.through(scene.controlPlane(), api::before);
    }

    @AfterEach
    void end() {
        operator.close();
        api.close();
    }

    private void guest(String job) {
        boolean elastic = job.equals("elastic");
        lending.guest.job(
                job,
                GUESTS.get(job),
                4,
                SPOT + (elastic ? ", offtake.dev/min-pods: '1'" : ""),
                "backoffLimit: 0\n"
                        + (elastic
                                ? "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type:"
                                        + " DisruptionTarget}]}]}\n"
                                : ""),
                LONG_GRACE);
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String node() {
        return nodes.node(0, random.nextInt(NODES));
    }

    private void step() {
        String job = any(new ArrayList<>(new TreeMap<>(GUESTS).keySet()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                if (own.size() < 2) {
                    String name = "own-" + made++;
                    own.add(name);
                    int pods = 1 + random.nextInt(3);
                    steps.add("create " + name + " of " + pods);
                    GUESTS.keySet().forEach(guest -> lending.guest.linger(guest, random.nextInt(2_500) + "ms"));
                    lending.owner.job(name, pods, 4);
                }
            }
            case 3, 4 -> {
                if (!own.isEmpty()) {
                    String name = any(new ArrayList<>(own));
                    own.remove(name);
                    steps.add("delete " + name);
                    lending.owner.deleteJob(name);
                }
            }
            case 5 -> {
                boolean next = !suspended.remove(job);
                if (next) {
                    suspended.add(job);
                }
                steps.add((next ? "suspend " : "resume ") + job);
                lending.guest.suspend(job, next);
            }
            case 6 -> {
                steps.add("replace " + job);
                suspended.remove(job);
                lending.guest.deleteJob(job);
                scene.eventually(() -> assertThat(lending.guest.job(job)).isNull());
                guest(job);
            }
            case 7 -> {
                String node = node();
                if (tainted.remove(node)) {
                    steps.add("untaint " + node);
                    nodes.removeTaints(node);
                } else {
                    tainted.add(node);
                    steps.add("taint " + node);
                    nodes.taint(node, "maintenance", "soon", "NoSchedule");
                }
            }
            case 8 -> {
                String node = node();
                if (cordoned.remove(node)) {
                    steps.add("uncordon " + node);
                    nodes.uncordon(node);
                } else {
                    cordoned.add(node);
                    steps.add("cordon " + node);
                    nodes.cordon(node);
                }
            }
            default -> {
                if (random.nextBoolean()) {
                    steps.add("restart");
                    operator.close();
                    operator = TestOperator.through(scene.controlPlane(), api::before);
                } else {
                    steps.add("faults");
                    api.faulty(true);
                }
            }
        }
    }

    @Test
    void whenAllIsQuietTheGuestsRunAndNothingFalseIsSaidOfThem() throws InterruptedException {
        GUESTS.keySet().forEach(this::guest);
        for (int i = 0; i < STEPS; i++) {
            step();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(2_500));
            if (random.nextInt(3) == 0) {
                api.faulty(false);
            }
        }
        api.faulty(false);
        tainted.forEach(nodes::removeTaints);
        cordoned.forEach(nodes::uncordon);
        own.forEach(lending.owner::deleteJob);
        List.copyOf(suspended).forEach(job -> lending.guest.suspend(job, false));

        await("seed " + seed + ": " + steps).atMost(PATIENCE).untilAsserted(() -> {
            GUESTS.forEach((job, pods) -> {
                assertThat(lending.guest.runningPodsOf(job)).as(job).hasSize(pods);
                GPUWorkload record = lending.guest.record("job-" + job);
                assertThat(record).as("record of " + job).isNotNull();
                assertThat(record.getStatus().phase()).as("phase of " + job).isIn(Phase.RUNNING, Phase.PLACED);
                assertThat(lending.guest.recordedNodes("job-" + job)).isEqualTo(lending.guest.nodesOf(job));
                lending.assertNotBlamed(job);
            });
            assertThat(lending.guest.pods()).allSatisfy(this::saysTheTruth);
            assertThat(lending.owner.records())
                    .allSatisfy(record ->
                            assertThat(record.getMetadata().getFinalizers()).isEmpty());
        });
    }

    private void saysTheTruth(Pod pod) {
        boolean placed = pod.getSpec().getNodeName() != null;
        assertThat(Scene.placed(pod).map(c -> c.getStatus().equals("True")).orElse(placed))
                .as("what pod %s says", pod.getMetadata().getName())
                .isEqualTo(placed);
    }
}
