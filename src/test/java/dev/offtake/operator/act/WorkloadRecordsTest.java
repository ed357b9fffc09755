package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers of the API server change a record while decisions do: none is lost for the other. */
class WorkloadRecordsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final GangSpec GANG = new GangSpec(
            new GangId("train", "job-spare"),
            "acme",
            Optional.empty(),
            List.of(),
            List.of(Tier.SPOT),
            "nvidia.com/gpu",
            List.of(new GangSpec.PodSet("workers", 1, 1, new Shape(4, Map.of()), NodeFilter.ANY, Optional.empty())),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            NOW,
            Optional.empty());

    private final StubApi api = new StubApi();
    private final ApiWriter writer = new ApiWriter(api.client(), 8, () -> true, new SimpleMeterRegistry());
    private final WorkloadRecords records = new WorkloadRecords(writer, new KubernetesSerialization(), gang -> "");

    @AfterEach
    void close() {
        writer.close();
        api.close();
    }

    @Test
    void aJobThatGoesOnWhileAnotherStatusIsMadeIsNotSaidToBeSuspended() {
        records.tell(GANG, Optional.empty(), before -> Optional.of(suspended()));
        CountDownLatch begun = new CountDownLatch(1);

        records.tell(GANG, Optional.empty(), before -> {
            CompletableFuture.runAsync(() -> {
                begun.countDown();
                records.change(GANG.id(), StatusText::resumed);
            });
            giveWay(begun);
            return before.map(status -> StatusText.inPhase(status, GPUWorkloadStatus.Phase.RUNNING));
        });

        await().until(() -> records.status(GANG.id())
                .filter(status -> status.rollback() == null)
                .isPresent());
        await().until(() -> api.writes("PATCH", "/status").size() == 3 && writer.isIdle());
        assertThat(api.writes("PATCH", "/status").get(2).body())
                .contains("Running")
                .doesNotContain("suspendedJob");
    }

    /** The other has all the time that it needs, if nothing keeps it from writing. */
    private static void giveWay(CountDownLatch begun) {
        try {
            begun.await();
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static GPUWorkloadStatus suspended() {
        Intent intent =
                new Intent(Reason.reclaimed(4, Tier.RESERVED), "another needs them", List.of(), Optional.empty());
        return StatusText.evicting(StatusText.unrecorded(4), intent, Optional.of("uid-spare"), NOW);
    }
}
