package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Job is deleted, and another one of its name is made while its pods are still there. */
class ReplacedJobTest {
    private final DeskFixture world = new DeskFixture(2, 2);

    @AfterEach
    void close() {
        world.close();
    }

    private Pod earlierJobRuns() {
        world.desk.lead();
        Pod pod = world.jobOfOne("again", Map.of());
        return world.showRunning(pod);
    }

    private void replaced(String gpus) {
        world.desk.removeJob(DeskFixture.NS, "again");
        world.settle();
        world.change(
                "again",
                job -> job.editMetadata()
                        .withUid("uid-z-another")
                        .withCreationTimestamp("2026-02-28T00:00:00Z")
                        .endMetadata()
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .editResources()
                        .addToLimits("nvidia.com/gpu", new Quantity(gpus))
                        .addToRequests("nvidia.com/gpu", new Quantity(gpus))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec());
        world.settle();
    }

    private Pod successor(String name, String gpus) {
        return new PodBuilder(world.pod("again", name))
                .editMetadata()
                .withUid("uid-z-" + name)
                .editFirstOwnerReference()
                .withUid("uid-z-another")
                .endOwnerReference()
                .endMetadata()
                .editSpec()
                .editFirstContainer()
                .editResources()
                .addToLimits("nvidia.com/gpu", new Quantity(gpus))
                .addToRequests("nvidia.com/gpu", new Quantity(gpus))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private Pod leaving(Pod pod) {
        Pod leaving = new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp(world.now.plusSeconds(30).toString())
                .withDeletionGracePeriodSeconds(30L)
                .endMetadata()
                .build();
        world.show(leaving);
        world.settle();
        return leaving;
    }

    @Test
    void itIsPlacedByWhatItAsksForItself() {
        Pod earlier = earlierJobRuns();
        replaced("2");
        Pod leaving = leaving(earlier);
        Pod own = successor("again-1", "2");
        world.show(own);
        world.settle();
        assertThat(world.releasedTo(own)).isEmpty();

        world.gone(leaving);
        world.settle();

        assertThat(world.releasedTo(own)).isPresent();
    }
}
