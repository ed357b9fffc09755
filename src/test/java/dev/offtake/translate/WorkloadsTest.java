package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
    private static final Tenancy ACME = new Tenancy("acme", Optional.empty());
    private static final GangSpec GANG = new GangSpec(
            new GangId("train", "job-big"),
            "acme",
            Optional.empty(),
            List.of("gb300-nvl72"),
            List.of(Tier.RESERVED, Tier.ON_DEMAND),
            "nvidia.com/gpu",
            List.of(
                    new GangSpec.PodSet(
                            "workers",
                            16,
                            8,
                            new Shape(4, Map.of("cpu", 64_500L, "memory", 800L << 30, "pods", 1L)),
                            NodeFilter.ANY,
                            Optional.of(new GangDemand.Slice("rack", 8))),
                    new GangSpec.PodSet(
                            "leader", 1, 1, new Shape(0, Map.of("pods", 1L)), NodeFilter.ANY, Optional.empty())),
            Optional.of("block"),
            Optional.of("rack"),
            Optional.of(Duration.ofMinutes(90)),
            7,
            Instant.parse("2026-01-02T03:04:05Z"),
            Optional.empty(),
            Optional.of(new Checkpoint(Duration.ofMinutes(30), Duration.ofMinutes(5))),
            Optional.empty(),
            false,
            false,
            Optional.empty());

    @Test
    void aGangIsWrittenAsPeopleWouldWriteIt() {
        assertThat(Workloads.spec(GANG, "other"))
                .isEqualTo(new GPUWorkloadSpec(
                        List.of("gb300-nvl72"),
                        List.of(dev.offtake.api.Tier.RESERVED, dev.offtake.api.Tier.ON_DEMAND),
                        List.of(
                                new GPUWorkloadSpec.PodSet(
                                        "workers",
                                        16,
                                        8,
                                        Map.of(
                                                "nvidia.com/gpu", new Quantity("4"),
                                                "cpu", new Quantity("64500", "m"),
                                                "memory", new Quantity("800", "Gi")),
                                        new GPUWorkloadSpec.Slice("rack", 8)),
                                new GPUWorkloadSpec.PodSet("leader", 1, null, Map.of("pods", new Quantity("1")), null)),
                        new GPUWorkloadSpec.Topology("block", "rack"),
                        "1h30m",
                        new GPUWorkloadSpec.Checkpoint("30m", "5m"),
                        7));
    }

    @Test
    void aGangSurvivesTheWayToTheObjectAndBack() {
        GPUWorkload workload = new GPUWorkload();
        workload.setMetadata(new ObjectMetaBuilder()
                .withName("job-big")
                .withNamespace("train")
                .withCreationTimestamp("2026-01-02T03:04:05Z")
                .build());
        workload.setSpec(Workloads.spec(GANG, "other"));
        GPUWorkload read = Yaml.workload(Yaml.write(workload));

        assertThat(Workloads.gang(read, ACME, Set.of("nvidia.com/gpu", "amd.com/gpu")))
                .isEqualTo(GANG);
    }

    @Test
    void aGangThatNamesNothingIsWrittenWithTheDefaultsThatSchemaNeeds() {
        GangSpec plain = new GangSpec(
                GANG.id(),
                "acme",
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED),
                "nvidia.com/gpu",
                GANG.podSets(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                GANG.createdAt(),
                Optional.empty());

        GPUWorkloadSpec spec = Workloads.spec(plain, "h100-sxm");

        assertThat(spec.gpuClasses()).containsExactly("h100-sxm");
        assertThat(spec.topology()).isNull();
        assertThat(spec.duration()).isNull();
        assertThat(spec.priority()).isNull();
    }

    @Test
    void aWaitCarriesCodeNumbersAndSentence() {
        GPUWorkloadStatus.Waiting waiting =
                Workloads.waiting(Reason.of(Reason.Code.OTHER_GATES, "pods", "2", "gates", "a/x"));

        assertThat(waiting.code()).isEqualTo("OtherGates");
        assertThat(waiting.numbers()).isEqualTo(Map.of("pods", "2", "gates", "a/x"));
        assertThat(waiting.message())
                .isEqualTo("2 pods are also held by scheduling gates of others (a/x); the gang is placed when they are"
                        + " removed");
    }

    @Test
    void aWaitSaysWhenItMayEndWhereThatIsKnown() {
        Reason reason = Reason.of(Reason.Code.INSUFFICIENT_GPUS, "needed", "8", "lentUntil", "2026-01-01T00:30:00Z");

        assertThat(Workloads.waiting(reason).earliest()).isEqualTo("2026-01-01T00:30:00Z");
        assertThat(Workloads.waiting(Reason.of(Reason.Code.INSUFFICIENT_GPUS, "needed", "8"))
                        .earliest())
                .isNull();
    }

    @Test
    void aWaitStaysWithinTheSizesOfTheSchema() {
        GPUWorkloadStatus.Waiting waiting =
                Workloads.waiting(Reason.of(Reason.Code.INVALID, "problem", "x".repeat(2000)));

        assertThat(waiting.numbers().get("problem")).hasSize(253).endsWith("x...");
        assertThat(waiting.message()).hasSize(1024).endsWith("x...");
    }
}
