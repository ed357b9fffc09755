package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pool has and can still give. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GPUPoolStatus(
        @Min(0) @JsonPropertyDescription("The metadata.generation that this status is computed from.")
        long observedGeneration,

        @JsonPropertyDescription("Nodes by state.") @Nullable
        Nodes nodes,

        @JsonPropertyDescription("GPUs by use.") @Nullable Gpus gpus,

        @Size(max = Limits.LEVELS + 2)
        @JsonPropertyDescription("Cells per level, outermost first, node and gpu included.")
        List<Level> levels,

        @Size(max = Limits.CONDITIONS)
        @JsonPropertyDescription(
                "Ready: the pool is understood and has nodes. NodesDisputed: another pool claims nodes of"
                        + " this one; they take no new work until one of the two lets go.")
        List<Condition> conditions,

        @Size(max = Limits.PROPOSALS)
        @JsonPropertyDescription(
                "What would have to be moved for Reserved gangs that wait for whole cells although GPUs"
                        + " enough are free. A proposal: it is done by itself only if each commitment concerned says moves:"
                        + " WithNotice.")
        List<Defragmentation> defragmentation) {

    public GPUPoolStatus {
        defragmentation = defragmentation == null ? List.of() : List.copyOf(defragmentation);
        levels = levels == null ? List.of() : List.copyOf(levels);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Nodes of a pool by state. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Nodes(
            @JsonPropertyDescription("Nodes whose labels match the pool.")
            int matched,

            @JsonPropertyDescription("Whole nodes that take work.")
            int usable,

            @JsonPropertyDescription("Unhealthy by the pool's conditions and taints.")
            int unhealthy,

            @JsonPropertyDescription("Cordoned.") int cordoned,

            @JsonPropertyDescription("Not Ready.") int notReady,

            @JsonPropertyDescription(
                    "With fewer GPUs than a whole node; the others still serve what is smaller than a node.")
            int degraded,

            @JsonPropertyDescription("Claimed by another pool, too.")
            int disputed,

            @JsonPropertyDescription("Without a label of some level, or with labels that do not form a tree.")
            int unknownTopology) {}

    /** GPUs of a pool by use. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Gpus(
            @JsonPropertyDescription("GPUs that can be sold now: in usable cells, without spares.")
            int sellable,

            @JsonPropertyDescription("GPUs that active contracts have now.")
            long committed,

            @JsonPropertyDescription("GPUs in use, by whomever.")
            int used,

            @JsonPropertyDescription("Of these, GPUs of Spot work, which can be taken back.")
            int lent,

            @JsonPropertyDescription("Usable GPUs that are not in use.")
            int free) {}

    /** What would have to be moved for one gang. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Defragmentation(
            @Required
            @Size(min = 3, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("The GPUWorkload that waits, as namespace/name.")
            String workload,

            @Pattern(Limits.OBJECT_NAME)
            @Size(max = Limits.OBJECT_NAME_LENGTH)
            @JsonPropertyDescription("TenantContract that it would draw on.")
            @Nullable
            String contract,

            @Pattern(Limits.NAME)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Commitment of the contract.")
            @Nullable
            String commitment,

            @Pattern(Limits.REASON)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Why it waits: OwnFragmentation or InsufficientWholeCells.")
            @Nullable
            String reason,

            @JsonPropertyDescription("GPUs that it would get.")
            int gpus,

            @Size(max = Limits.SOME_NODES) @JsonPropertyDescription("Nodes that it would get, the first of them.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> nodes,

            @JsonPropertyDescription("When it was first found to wait for that.") @Nullable
            Instant since,

            @JsonPropertyDescription("Gangs that would be moved.")
            int moved,

            @Size(max = Limits.MOVES) @JsonPropertyDescription("The first of them.")
            List<Move> moves,

            @JsonPropertyDescription("Gangs with Spot GPUs that would have to go as well.")
            int evicted,

            @Pattern(Limits.GPU_HOURS)
            @Size(max = 32)
            @JsonPropertyDescription(
                    "Work that would be lost by all of it, in GPU-hours: since the last checkpoints, and"
                            + " ten minutes of each GPU for the move.")
            @Nullable
            String lostGpuHours) {
        /** As many moves as are listed. */
        public static final int MOST_MOVES = Limits.MOVES;

        /** As many nodes as are named of one gang. */
        public static final int MOST_NODES = Limits.SOME_NODES;

        public Defragmentation {
            nodes = nodes == null ? List.of() : List.copyOf(nodes);
            moves = moves == null ? List.of() : List.copyOf(moves);
        }
    }

    /** A gang that would be moved. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Move(
            @Required
            @Size(min = 3, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("Its GPUWorkload, as namespace/name.")
            String workload,

            @Pattern(Limits.OBJECT_NAME)
            @Size(max = Limits.OBJECT_NAME_LENGTH)
            @JsonPropertyDescription("TenantContract that it draws on.")
            @Nullable
            String contract,

            @Pattern(Limits.NAME)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Commitment of the contract.")
            @Nullable
            String commitment,

            @JsonPropertyDescription("What the commitment says of moves.")
            TenantContractSpec.@Nullable Moves moves,

            @JsonPropertyDescription("Its GPUs.") int gpus,

            @Size(max = Limits.SOME_NODES) @JsonPropertyDescription("Nodes that it is on, the first of them.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> from,

            @Size(max = Limits.SOME_NODES)
            @JsonPropertyDescription("Nodes that it could have instead, the first of them.")
            List<@Size(min = 1, max = Limits.OBJECT_NAME_LENGTH) String> to,

            @Pattern(Limits.GPU_HOURS)
            @Size(max = 32)
            @JsonPropertyDescription("Work that would be lost by it, in GPU-hours.")
            @Nullable
            String lostGpuHours) {
        public Move {
            from = from == null ? List.of() : List.copyOf(from);
            to = to == null ? List.of() : List.copyOf(to);
        }
    }

    /** Cells of a level. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Level(
            @Required @Size(min = 1, max = Limits.NAME_LENGTH) @JsonPropertyDescription("Name of the level, e.g. rack.")
            String name,

            @JsonPropertyDescription("Cells that are there.")
            int cells,

            @JsonPropertyDescription("Cells that are healthy as a whole.")
            int usable,

            @JsonPropertyDescription("Usable cells that are free as a whole.")
            int whole,

            @JsonPropertyDescription("GPUs of the largest gang that fits into one cell now.")
            int largestGang) {}
}
