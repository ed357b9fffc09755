package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a gang is, or why it waits. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.placement) || self.placement.map(p, size(p.nodes)).sum() <= " + Limits.PLACED_NODES,
        fieldPath = ".placement",
        messageExpression = "'placement names %d nodes, at most %d fit into one object: make the gang smaller'"
                + ".format([self.placement.map(p, size(p.nodes)).sum(), " + Limits.PLACED_NODES + "])")
public record GPUWorkloadStatus(
        @Min(0) @JsonPropertyDescription("The metadata.generation that this status is computed from.")
        long observedGeneration,

        @JsonPropertyDescription("Waiting: for room or its turn. Reclaiming: has its nodes, and waits for"
                + " lent work to leave them. Placed: has its nodes, its pods are being released."
                + " Running: the pods are bound. Evicting: its pods are being taken away. Finished: everything is given"
                + " back.")
        @Nullable
        Phase phase,

        @Min(0) @JsonPropertyDescription("GPUs that the whole gang asks for.")
        int gpus,

        @JsonPropertyDescription("Tier that it runs in.") @Nullable
        Tier tier,

        @Pattern(Limits.OBJECT_NAME)
        @Size(max = Limits.OBJECT_NAME_LENGTH)
        @JsonPropertyDescription("TenantContract that it draws on.")
        @Nullable
        String contract,

        @Pattern(Limits.NAME)
        @Size(max = Limits.NAME_LENGTH)
        @JsonPropertyDescription("Commitment of the contract that it draws on.")
        @Nullable
        String commitment,

        @JsonPropertyDescription("Placement plus declared duration.") @Nullable
        Instant declaredEnd,

        @JsonPropertyDescription("Why the gang waits; absent when it does not.") @Nullable
        Waiting waiting,

        @JsonPropertyDescription("What has to go before the gang can start; absent when nothing has to.") @Nullable
        Plan plan,

        @Size(max = Limits.PLACEMENTS)
        @JsonPropertyDescription(
                "The record of what was decided, written before the pods are released: which nodes, for"
                        + " which pods.")
        List<Placement> placement,

        @JsonPropertyDescription("The gang is being taken back to be placed anew; absent when it is not.") @Nullable
        Rollback rollback,

        @Size(max = Limits.CONDITIONS)
        @JsonPropertyDescription("Placed: it has its nodes. Evicted: it was taken from them. Finished: it is done.")
        List<Condition> conditions,

        @JsonPropertyDescription("Report: another scheduler places the gang, and all that stands here is what would be"
                + " decided. Absent where it is what was decided.")
        @Nullable
        Enforcement enforcement,

        @JsonPropertyDescription(
                "Why the gang was placed where it is: what decided among the places that had room for it."
                        + " Of its place, not of seats that it got later instead of lost ones or beside them.")
        @Nullable
        Why why) {

    /** One that does not say why the gang is where it is. */
    public GPUWorkloadStatus(
            long observedGeneration,
            @Nullable Phase phase,
            int gpus,
            @Nullable Tier tier,
            @Nullable String contract,
            @Nullable String commitment,
            @Nullable Instant declaredEnd,
            @Nullable Waiting waiting,
            @Nullable Plan plan,
            List<Placement> placement,
            @Nullable Rollback rollback,
            List<Condition> conditions,
            @Nullable Enforcement enforcement) {
        this(
                observedGeneration,
                phase,
                gpus,
                tier,
                contract,
                commitment,
                declaredEnd,
                waiting,
                plan,
                placement,
                rollback,
                conditions,
                enforcement,
                null);
    }

    /** Of a gang that is placed by contract. */
    public GPUWorkloadStatus(
            long observedGeneration,
            @Nullable Phase phase,
            int gpus,
            @Nullable Tier tier,
            @Nullable String contract,
            @Nullable String commitment,
            @Nullable Instant declaredEnd,
            @Nullable Waiting waiting,
            @Nullable Plan plan,
            List<Placement> placement,
            @Nullable Rollback rollback,
            List<Condition> conditions) {
        this(
                observedGeneration,
                phase,
                gpus,
                tier,
                contract,
                commitment,
                declaredEnd,
                waiting,
                plan,
                placement,
                rollback,
                conditions,
                null,
                null);
    }

    /** Whether it is only what would be decided. */
    @JsonIgnore
    public boolean isForecast() {
        return enforcement == Enforcement.REPORT;
    }

    public GPUWorkloadStatus {
        placement = placement == null ? List.of() : List.copyOf(placement);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Where a gang stands. */
    public enum Phase {
        @JsonProperty("Waiting")
        WAITING,
        @JsonProperty("Reclaiming")
        RECLAIMING,
        @JsonProperty("Placed")
        PLACED,
        @JsonProperty("Running")
        RUNNING,
        @JsonProperty("Evicting")
        EVICTING,
        @JsonProperty("Finished")
        FINISHED
    }

    /** Why a gang waits. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Waiting(
            @Required
            @Pattern(Limits.REASON)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Reason code, e.g. InsufficientWholeCells.")
            String code,

            @Size(max = 32)
            @JsonPropertyDescription("The arithmetic behind the code, e.g. {level: rack, needed: \"8\", whole: \"6\"}.")
            Map<String, @Size(max = 1024) String> numbers,

            @Size(max = Limits.MESSAGE_LENGTH)
            @JsonPropertyDescription("The same as a sentence, with what to do about it.")
            @Nullable
            String message,

            @JsonPropertyDescription("Earliest instant at which the gang may start, where one is known.") @Nullable
            Instant earliest) {
        public Waiting {
            numbers = Limits.sorted(numbers);
        }
    }

    /** Why a gang was placed where it is. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Why(
            @Required
            @Pattern(Limits.REASON)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("What decided, e.g. TightestFit; docs/placement.md has all of them.")
            String code,

            @Size(max = 32)
            @JsonPropertyDescription(
                    "The numbers of the moment before, e.g. {level: rack, cell: r3, candidates: \"3\"}.")
            Map<String, @Size(max = 1024) String> numbers,

            @Size(max = Limits.MESSAGE_LENGTH) @JsonPropertyDescription("The same as a sentence.") @Nullable
            String message) {
        public Why {
            numbers = Limits.sorted(numbers);
        }
    }

    /** What has to go before a gang can start. It is complete: with these gone the whole gang starts. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Plan(
            @Required @JsonPropertyDescription("When the last of them has to be gone.")
            Instant deadline,

            @Size(max = Limits.PLANNED) @JsonPropertyDescription("Names of the nodes that have to be left.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> nodes,

            @Size(max = Limits.PLANNED)
            @JsonPropertyDescription("Uids of the other pods that have to go; of more than fit, some of each gang.")
            List<@Size(min = 1, max = Limits.NAME_LENGTH) String> victims,

            @Size(max = Limits.PLANNED)
            @JsonPropertyDescription("What has to go of elastic gangs of the same tenant, which go on without it.")
            List<Part> parts) {
        /** As many names as each of the lists may have. */
        public static final int MOST = Limits.PLANNED;

        public Plan {
            nodes = nodes == null ? List.of() : List.copyOf(nodes);
            victims = victims == null ? List.of() : List.copyOf(victims);
            parts = parts == null ? List.of() : List.copyOf(parts);
        }

        /** How many pods it names. */
        public int pods() {
            return victims.size()
                    + parts.stream().mapToInt(part -> part.pods().size()).sum();
        }
    }

    /** Pods that a gang can do without. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Part(
            @Required @Size(min = 1, max = Limits.NAME_LENGTH) @JsonPropertyDescription("Namespace of its GPUWorkload.")
            String namespace,

            @Required
            @Size(min = 1, max = Limits.OBJECT_NAME_LENGTH)
            @JsonPropertyDescription("Name of its GPUWorkload.")
            String workload,

            @Size(max = Limits.PLANNED) @JsonPropertyDescription("Uids of the pods that have to go.")
            List<@Size(min = 1, max = Limits.NAME_LENGTH) String> pods) {
        public Part {
            pods = pods == null ? List.of() : List.copyOf(pods);
        }
    }

    /** The nodes of pods of one set in one tier. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Placement(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the pod set.")
            String podSet,

            @Required @JsonPropertyDescription("Tier of these pods.")
            Tier tier,

            @Required @Min(1) @JsonPropertyDescription("Pods of the set on each of the nodes.")
            int podsPerNode,

            @Required
            @Size(min = 1, max = Limits.PLACED_NODES)
            @JsonPropertyDescription("Names of the nodes, in the order of the pods. A node may be named again.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> nodes,

            @JsonPropertyDescription(
                    "When the gang grew by these pods; absent for those that it has had since its place.")
            @Nullable
            Instant since) {
        public Placement {
            nodes = nodes == null ? List.of() : List.copyOf(nodes);
        }
    }

    /** The intent to take a gang back; it stands here before anything is done, and only it permits resuming a Job. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Rollback(
            @Required
            @Pattern(Limits.REASON)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Reason code: RefusedByScheduler, Reclaimed or NodesLost.")
            String reason,

            @Size(max = Limits.MESSAGE_LENGTH)
            @JsonPropertyDescription("The reason as a sentence, with the scheduler's own words.")
            @Nullable
            String message,

            @Required @JsonPropertyDescription("When it was decided.")
            Instant since,

            @JsonPropertyDescription(
                    "When its pods have to be gone: since plus the notice. Absent where none is given.")
            @Nullable
            Instant deadline,

            @JsonPropertyDescription("Whether the operator suspends the Job for it, and so has to resume it.")
            boolean suspendedJob,

            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Uid of that Job: another one of its name is not the operator's to resume.")
            @Nullable
            String jobUid,

            @Size(max = 1024) @JsonPropertyDescription("Nodes that refused pods of the gang and are avoided for it.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> avoidNodes) {
        public Rollback {
            avoidNodes = avoidNodes == null ? List.of() : List.copyOf(avoidNodes);
        }
    }
}
