package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a gang asks for. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.duration) || duration(self.duration) > duration('0s')",
        fieldPath = ".duration",
        messageExpression =
                "'duration %s is not above zero: set one such as 36h, or leave it out'.format([self.duration])")
@ValidationRule(
        value = "!has(self.checkpoint) || duration(self.checkpoint.interval) > duration('0s')",
        fieldPath = ".checkpoint.interval",
        messageExpression = "'checkpoint.interval %s is not above zero: set one such as 30m, or leave checkpoint out'"
                + ".format([self.checkpoint.interval])")
public record GPUWorkloadSpec(
        @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription("GPU classes that the gang accepts, in order; it runs on one of them. Example:"
                + " [h200-sxm, h100-sxm].")
        List<@Pattern(Limits.NAME) @Size(min = 1, max = Limits.NAME_LENGTH) String> gpuClasses,

        @Required
        @Size(min = 1, max = 3)
        @JsonPropertyDescription(
                "Tiers that the gang accepts, in order. Reserved draws on a commitment, OnDemand on the"
                        + " limit above it, Spot uses what is idle until others need it.")
        List<Tier> tiers,

        @Required
        @Size(min = 1, max = Limits.POD_SETS)
        @JsonPropertyDescription("The pods of the gang, by equal requests.")
        List<PodSet> podSets,

        @JsonPropertyDescription("Levels that the gang is to stay within. Default: as tight as there is room.")
        @Nullable
        Topology topology,

        @Pattern(Limits.DURATION)
        @Size(min = 2, max = Limits.DURATION_LENGTH)
        @JsonPropertyDescription(
                "Declared length of the run as a Go duration, e.g. 36h or 1h30m. Default: not declared.")
        @Nullable
        String duration,

        @JsonPropertyDescription("How much of its work the gang can do again if it is evicted; who loses least is"
                + " evicted first. Default: it has no checkpoints and loses all.")
        @Nullable
        Checkpoint checkpoint,

        @Min(-1_000_000_000)
        @Max(1_000_000_000)
        @JsonPropertyDescription("Larger goes first, among the work of one commitment. Default: 0.")
        @Nullable
        Integer priority) {

    public GPUWorkloadSpec {
        gpuClasses = gpuClasses == null ? List.of() : List.copyOf(gpuClasses);
        tiers = tiers == null ? List.of() : List.copyOf(tiers);
        podSets = podSets == null ? List.of() : List.copyOf(podSets);
    }

    /** Pods with equal requests. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.minCount) || self.minCount <= self.count",
            fieldPath = ".minCount",
            messageExpression = "'minCount %d of pod set %s is above its count %d: set at most %d'"
                    + ".format([self.minCount, self.name, self.count, self.count])")
    @ValidationRule(
            value = "!has(self.slice) || self.slice.pods <= self.count",
            fieldPath = ".slice.pods",
            messageExpression = "'slice.pods %d of pod set %s is above its count %d: set at most %d'"
                    + ".format([self.slice.pods, self.name, self.count, self.count])")
    public record PodSet(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the pod set, unique in the gang, e.g. workers.")
            String name,

            @Required @Min(1) @Max(131_072) @JsonPropertyDescription("Pods of the set.")
            int count,

            @Min(1)
            @Max(131_072)
            @JsonPropertyDescription("Fewest pods that the set can run with, at most count. Default: count.")
            @Nullable
            Integer minCount,

            @Required
            @Size(min = 1, max = 64)
            @JsonPropertyDescription(
                    "What each pod requests, counted as the scheduler does. Example: {nvidia.com/gpu: 4, cpu:"
                            + " \"64\"}.")
            Map<String, Quantity> requests,

            @JsonPropertyDescription("Cuts the set into slices that stay together. Default: none.") @Nullable
            Slice slice) {
        public PodSet {
            requests = Limits.sorted(requests);
        }
    }

    /** So many pods of a set in turn are inside one cell. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Slice(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Level inside one cell of which each slice is, e.g. rack.")
            String level,

            @Required @Min(1) @Max(131_072) @JsonPropertyDescription("Pods of a slice, at most the set's count.")
            int pods) {}

    /** How much a gang loses if it is evicted. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Checkpoint(
            @Required
            @Pattern(Limits.DURATION)
            @Size(min = 2, max = Limits.DURATION_LENGTH)
            @JsonPropertyDescription("Time between two checkpoints as a Go duration, e.g. 30m.")
            String interval,

            @Pattern(Limits.DURATION)
            @Size(min = 2, max = Limits.DURATION_LENGTH)
            @JsonPropertyDescription("What a restart takes until there is progress again, e.g. 5m. Default: 0s.")
            @Nullable
            String restartCost) {}

    /** Levels that a gang is to stay within. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Topology(
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Level inside one cell of which the whole gang must be, e.g. block; else it waits."
                    + " Default: none.")
            @Nullable
            String required,

            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription(
                    "Level inside one cell of which the gang should be, e.g. rack; it does not wait for it."
                            + " Default: the tightest that has room.")
            @Nullable
            String preferred) {}
}
