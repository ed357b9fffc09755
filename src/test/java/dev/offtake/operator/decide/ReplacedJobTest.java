package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Job is deleted, and another one of its name is made while its pods are still there. */
class ReplacedJobTest {
    private static final String RECORD = "job-again";

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

    private static ResourceRequirements gpus(String gpus) {
        return new ResourceRequirementsBuilder()
                .addToLimits("nvidia.com/gpu", new Quantity(gpus))
                .addToRequests("nvidia.com/gpu", new Quantity(gpus))
                .build();
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
                        .withResources(gpus(gpus))
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
                .withResources(gpus(gpus))
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

    /** The record of the earlier Job, as the garbage collector has left it. */
    private GPUWorkload record(DeskFixture of, boolean deleted) {
        GPUWorkload record = new GPUWorkload();
        record.getMetadata().setNamespace(DeskFixture.NS);
        record.getMetadata().setName(RECORD);
        record.getMetadata().setFinalizers(List.of("offtake.dev/placed"));
        record.getMetadata().setDeletionTimestamp(deleted ? of.now.toString() : null);
        record.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName("again")
                        .withUid("uid-again")
                        .build()));
        record.setStatus(of.status(RECORD));
        return record;
    }

    private List<String> writesOfRecord() {
        return world.api.writes().stream()
                .filter(write -> write.path().contains("/gpuworkloads"))
                .map(write -> write.method() + " "
                        + (write.body().contains("ownerReferences") ? "owner" : "")
                        + (write.body().contains("\"remove\"") ? "letGo" : "")
                        + (write.path().endsWith("/status")
                                ? world.read(write.body()).phase().name()
                                : ""))
                .toList();
    }

    @Test
    void itTakesOverTheRecordOfTheOneBefore() {
        Pod earlier = earlierJobRuns();
        world.show(record(world, false));
        replaced("4");
        int before = writesOfRecord().size();

        world.gone(earlier);
        world.show(successor("again-1", "4"));
        world.settle();

        assertThat(writesOfRecord().subList(before, writesOfRecord().size()))
                .containsExactly("PATCH WAITING", "PATCH owner", "PATCH PLACED");
    }

    @Test
    void itHasARecordOfItsOwnWhereThatOfTheOneBeforeWasDeleted() {
        Pod earlier = earlierJobRuns();
        world.show(record(world, true));
        replaced("4");
        int before = writesOfRecord().size();

        world.gone(earlier);
        Pod own = successor("again-1", "4");
        world.show(own);
        world.settle();
        world.desk.removeWorkload(new GangId(DeskFixture.NS, RECORD));
        world.showRunning(own);
        world.settle();

        assertThat(writesOfRecord().subList(before, writesOfRecord().size()))
                .containsExactly("PATCH WAITING", "PATCH letGo", "POST owner", "PATCH PLACED");
        world.desk.removeJob(DeskFixture.NS, "again");
        world.gone(own);
        world.settle();
        assertThat(writesOfRecord())
                .as("what is known of it outlasts the one before")
                .endsWith("PATCH FINISHED", "PATCH letGo");
    }

    @Test
    void whoeverLeadsNextGivesItNoPlaceOfTheOneBefore() {
        Pod earlier = earlierJobRuns();
        try (DeskFixture next = new DeskFixture(2, 2)) {
            next.job("again", 2, Map.of());
            next.change(
                    "again", job -> job.editMetadata().withUid("uid-z-another").endMetadata());
            next.show(record(world, true));
            next.show(earlier);
            next.desk.lead();
            next.settle();
            List<Pod> own = List.of(successor("again-1", "4"), successor("again-2", "4"));
            own.forEach(next::show);
            next.settle();
            assertThat(own)
                    .allSatisfy(pod ->
                            assertThat(next.releasedTo(pod)).as("all or none").isEmpty());
            assertThat(next.status(RECORD).placement()).isEmpty();

            next.gone(earlier);
            next.settle();

            assertThat(own).allSatisfy(pod -> assertThat(next.releasedTo(pod)).isPresent());
        }
    }
}
