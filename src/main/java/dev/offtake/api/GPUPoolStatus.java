package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
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
        List<Condition> conditions) {

    public GPUPoolStatus {
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
            int committed,

            @JsonPropertyDescription("GPUs in use, by whomever.")
            int used,

            @JsonPropertyDescription("Of these, GPUs of Spot work, which can be taken back.")
            int lent,

            @JsonPropertyDescription("Usable GPUs that are not in use.")
            int free) {}

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
