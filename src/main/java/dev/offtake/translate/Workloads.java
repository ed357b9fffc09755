package dev.offtake.translate;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.fleet.GpuClass;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Rationale;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.Checkpoint;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gangs as {@link GPUWorkload} objects and back. */
public final class Workloads {
    private static final int LONGEST_NUMBER = 253;
    private static final int LONGEST_MESSAGE = 1024;
    private static final String ELLIPSIS = "...";

    private Workloads() {}

    /**
     * What a gang asks for, to be written.
     *
     * @param defaultClass class of the tenant's first commitment, for a gang that names none
     */
    public static GPUWorkloadSpec spec(GangSpec gang, String defaultClass) {
        boolean anyLevel = gang.required().isPresent() || gang.preferred().isPresent();
        return new GPUWorkloadSpec(
                gang.gpuClasses().isEmpty() ? List.of(defaultClass) : gang.gpuClasses(),
                gang.tiers().stream().map(Tiers::api).toList(),
                gang.podSets().stream().map(set -> podSet(set, gang.resource())).toList(),
                anyLevel
                        ? new GPUWorkloadSpec.Topology(
                                gang.required().orElse(null), gang.preferred().orElse(null))
                        : null,
                gang.duration().map(GoDurations::format).orElse(null),
                gang.checkpoint().map(Workloads::checkpoint).orElse(null),
                gang.priority() == 0 ? null : gang.priority());
    }

    private static GPUWorkloadSpec.Checkpoint checkpoint(Checkpoint checkpoint) {
        Duration cost = checkpoint.restartCost();
        return new GPUWorkloadSpec.Checkpoint(
                GoDurations.format(checkpoint.interval()), cost.isZero() ? null : GoDurations.format(cost));
    }

    private static Optional<Checkpoint> checkpoint(GPUWorkloadSpec.@Nullable Checkpoint checkpoint) {
        if (checkpoint == null) {
            return Optional.empty();
        }
        @Nullable String cost = checkpoint.restartCost();
        return GoDurations.parse(checkpoint.interval())
                .map(interval -> new Checkpoint(
                        interval,
                        Optional.ofNullable(cost)
                                .flatMap(GoDurations::parseOrZero)
                                .orElse(Duration.ZERO)));
    }

    private static GPUWorkloadSpec.PodSet podSet(GangSpec.PodSet set, String resource) {
        return new GPUWorkloadSpec.PodSet(
                set.name(),
                set.count(),
                set.minCount() == set.count() ? null : set.minCount(),
                requests(set.shape(), resource),
                set.slice()
                        .map(slice -> new GPUWorkloadSpec.Slice(slice.level(), slice.pods()))
                        .orElse(null));
    }

    private static Map<String, Quantity> requests(Shape shape, String resource) {
        Map<String, Quantity> requests = new LinkedHashMap<>();
        if (shape.gpus() > 0) {
            requests.put(resource, new Quantity(String.valueOf(shape.gpus())));
        }
        shape.requests().forEach((name, amount) -> {
            // Each pod is one pod; only where it asks for nothing else is that worth telling.
            if (!name.equals(Shape.PODS)) {
                requests.put(name, Quantities.quantity(name, amount));
            }
        });
        return requests.isEmpty() ? Map.of(Shape.PODS, new Quantity("1")) : requests;
    }

    /**
     * The gang of a workload whose Job or pods are not there to be read. Constraints on nodes are not part of the
     * object: the gang accepts all nodes without hard taints.
     *
     * @param gpuResources resource names of all pools
     */
    public static GangSpec gang(GPUWorkload workload, Tenancy tenancy, Set<String> gpuResources) {
        GPUWorkloadSpec spec = workload.getSpec();
        GPUWorkloadSpec.@Nullable Topology topology = spec.topology();
        @Nullable String duration = spec.duration();
        @Nullable Integer priority = spec.priority();
        return new GangSpec(
                id(workload),
                tenancy.tenant(),
                tenancy.contract(),
                spec.gpuClasses(),
                spec.tiers().stream().map(Tiers::core).toList(),
                resource(spec, gpuResources),
                spec.podSets().stream().map(set -> podSet(set, gpuResources)).toList(),
                Optional.ofNullable(topology == null ? null : topology.required()),
                Optional.ofNullable(topology == null ? null : topology.preferred()),
                Optional.ofNullable(duration).flatMap(GoDurations::parse),
                priority == null ? 0 : priority,
                Gangs.createdAt(workload.getMetadata()),
                Optional.empty(),
                checkpoint(spec.checkpoint()),
                Optional.empty(),
                false,
                false,
                tenancy.subTenant());
    }

    /** The gang that a workload stands for. */
    public static GangId id(GPUWorkload workload) {
        return GangId.ofRecord(
                workload.getMetadata().getNamespace(), workload.getMetadata().getName());
    }

    private static String resource(GPUWorkloadSpec spec, Set<String> gpuResources) {
        return spec.podSets().stream()
                .flatMap(set -> set.requests().keySet().stream())
                .filter(gpuResources::contains)
                .findFirst()
                .orElseGet(() -> gpuResources.contains(GpuClass.RESOURCE_NAME)
                        ? GpuClass.RESOURCE_NAME
                        : new TreeSet<>(Pods.offered(gpuResources)).first());
    }

    private static GangSpec.PodSet podSet(GPUWorkloadSpec.PodSet set, Set<String> gpuResources) {
        @Nullable Integer minCount = set.minCount();
        GPUWorkloadSpec.@Nullable Slice slice = set.slice();
        return new GangSpec.PodSet(
                set.name(),
                set.count(),
                minCount == null ? set.count() : minCount,
                Pods.shape(PodRequests.amounts(set.requests()), Pods.offered(gpuResources)),
                NodeFilter.ANY,
                Optional.ofNullable(slice).map(s -> new GangDemand.Slice(s.level(), s.pods())));
    }

    /** Why a gang waits, as its status tells it. */
    public static GPUWorkloadStatus.Waiting waiting(Reason reason) {
        Map<String, String> numbers = new LinkedHashMap<>();
        reason.numbers().forEach((name, value) -> numbers.put(name, cut(value, LONGEST_NUMBER)));
        return new GPUWorkloadStatus.Waiting(
                reason.code().spelled(),
                numbers,
                cut(ReasonText.of(reason), LONGEST_MESSAGE),
                earliest(reason).orElse(null));
    }

    /** When it may start: by declared ends, or as what is lent may be taken back. */
    private static Optional<Instant> earliest(Reason reason) {
        return switch (reason.code()) {
            case QUOTA_REACHED,
                    INSUFFICIENT_GPUS,
                    INSUFFICIENT_WHOLE_CELLS,
                    INSUFFICIENT_RESOURCES,
                    OWN_FRAGMENTATION ->
                Stream.of("start", "cleared", Refusal.LENT_UNTIL)
                        .filter(reason.numbers()::containsKey)
                        .map(name -> Instant.parse(reason.numbers().get(name)))
                        .min(Instant::compareTo);
            default -> Optional.empty();
        };
    }

    /** Why a gang is where it is, as its status tells it. */
    public static GPUWorkloadStatus.Why why(Rationale why) {
        Map<String, String> numbers = new LinkedHashMap<>();
        why.numbers().forEach((name, value) -> numbers.put(name, cut(value, LONGEST_NUMBER)));
        return new GPUWorkloadStatus.Why(
                RationaleText.spelled(why.code()), numbers, cut(RationaleText.of(why), LONGEST_MESSAGE));
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - ELLIPSIS.length()) + ELLIPSIS;
    }
}
