package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The user of a Job changes how many pods it has. */
class ScaledJobTest {
    private final DeskFixture world = new DeskFixture(4, 4);

    @AfterEach
    void close() {
        world.close();
    }

    /** Pods of the Job with these numbers come and run. */
    private List<Pod> run(int from, int to) {
        List<Pod> pods = IntStream.range(from, to)
                .mapToObj(i -> world.pod("a", "a-" + i))
                .toList();
        pods.forEach(world::show);
        world.settle();
        List<Pod> running = pods.stream().map(world::showRunning).toList();
        world.settle();
        return running;
    }

    @Test
    void itStillRunsWhenThePodsAreGoneThatItHasNoLonger() {
        world.desk.lead();
        world.job("a", 3, Map.of());
        List<Pod> pods = run(0, 3);
        assertThat(world.status("job-a").phase()).isEqualTo(Phase.RUNNING);

        world.change(
                "a", job -> job.editSpec().withParallelism(2).withCompletions(2).endSpec());
        world.gone(pods.get(2));
        world.settle();

        assertThat(world.status("job-a").placement())
                .singleElement()
                .satisfies(run -> assertThat(run.nodes()).hasSize(2));
        assertThat(world.status("job-a").phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void itsRecordSaysWhatItAsksForSinceItGoesOn() {
        world.desk.lead();
        world.job("a", 2, Map.of());
        List<Pod> pods = run(0, 2);
        world.suspended("a", true);
        pods.forEach(world::gone);
        world.settle();
        assertThat(world.status("job-a").phase()).isEqualTo(Phase.FINISHED);

        world.later(Duration.ofMinutes(1));
        world.change(
                "a",
                job -> job.editSpec()
                        .withSuspend(false)
                        .withParallelism(3)
                        .withCompletions(3)
                        .endSpec());
        run(2, 5);

        assertThat(world.api.writes("PATCH", "/gpuworkloads/job-a"))
                .filteredOn(write -> write.body().contains("/spec"))
                .singleElement()
                .satisfies(write -> assertThat(write.body()).contains("\"count\":3"));
        GPUWorkloadStatus status = world.status("job-a");
        assertThat(status.phase()).isEqualTo(Phase.RUNNING);
        assertThat(status.conditions())
                .singleElement()
                .satisfies(placed -> assertThat(placed.lastTransitionTime()).isEqualTo(world.now));
        List<Integer> placements = world.api.writes("PATCH", "/gpuworkloads/job-a/status").stream()
                .map(write -> world.read(write.body()).placement().size())
                .toList();
        assertThat(placements)
                .as("the spec is fixed under a placement: written in between")
                .containsExactly(1, 1, 1, 0, 1, 1);
    }
}
