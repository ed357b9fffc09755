package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import io.fabric8.kubernetes.api.model.Pod;
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
}
