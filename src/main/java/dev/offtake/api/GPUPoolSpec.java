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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes a pool has, and how they are wired. What is absent (a null, an empty list) comes from the presets of the
 * class and of the label vocabularies.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.gpuClass == oldSelf.gpuClass",
        fieldPath = ".gpuClass",
        messageExpression =
                "'gpuClass is immutable: it is %s and cannot become %s; make another GPUPool for the other class'"
                        + ".format([oldSelf.gpuClass, self.gpuClass])")
@ValidationRule(
        value = "!has(self.topology) || self.topology.all(l, self.topology.exists_one(m, m.name == l.name))",
        fieldPath = ".topology",
        messageExpression = "'level %s is named twice in topology: give each level its own name'"
                + ".format([self.topology.filter(l, !self.topology.exists_one(m, m.name == l.name))[0].name])")
@ValidationRule(
        value = "!has(self.topology) || self.topology.filter(l, has(l.nodes)).map(l,"
                + " (has(l.spareNodes) ? l.spareNodes : 0) - l.nodes).isSorted()",
        fieldPath = ".topology",
        messageExpression = "'nodes of the levels, without their spares, are %s in topology: list the levels outermost"
                + " first, none with more nodes than the one around it'.format([self.topology.filter(l,"
                + " has(l.nodes)).map(l, l.nodes - (has(l.spareNodes) ? l.spareNodes : 0))])")
@ValidationRule(
        value = "!has(self.topology) || self.topology.map(l, has(l.gpus)).isSorted()",
        fieldPath = ".topology",
        messageExpression =
                "'level %s splits a node (gpus) and stands before a level with keys in topology: list the levels"
                        + " outermost first, those with gpus last'"
                        + ".format([self.topology.filter(l, has(l.gpus))[0].name])")
@ValidationRule(
        // CEL sorts upwards only; a level with keys comes before the largest possible split.
        value = "!has(self.topology) || !self.topology.map(l, has(l.gpus)).isSorted() ||"
                + " self.topology.map(l, has(l.gpus) ? -l.gpus : -1025).isSorted() &&"
                + " self.topology.all(l, !has(l.gpus) || self.topology.all(m, !has(m.gpus) || l.name == m.name ||"
                + " l.gpus != m.gpus && (l.gpus < m.gpus || l.gpus % m.gpus == 0)))",
        fieldPath = ".topology",
        messageExpression =
                "'gpus of the levels that split a node are %s in topology: list the larger ones first, each a"
                        + " multiple of the next'.format([self.topology.filter(l, has(l.gpus)).map(l, l.gpus)])")
@ValidationRule(
        value = "!has(self.topology) || !has(self.nodes) || !has(self.nodes.gpusPerNode) || self.topology.all(l,"
                + " !has(l.gpus) || l.gpus < self.nodes.gpusPerNode && self.nodes.gpusPerNode % l.gpus == 0)",
        fieldPath = ".topology",
        messageExpression =
                "'gpus %d of level %s does not split the %d GPUs of a node (nodes.gpusPerNode): take a smaller number"
                        + " that divides it'.format(self.topology.filter(l, has(l.gpus) && (l.gpus >= self.nodes.gpusPerNode ||"
                        + " self.nodes.gpusPerNode % l.gpus != 0)).map(l, [l.gpus, l.name, self.nodes.gpusPerNode])[0])")
public record GPUPoolSpec(
        @Required
        @Pattern(Limits.NAME)
        @Size(min = 1, max = Limits.NAME_LENGTH)
        @JsonPropertyDescription(
                "The GPU class that contracts buy, e.g. gb300-nvl72. A known class brings product values,"
                        + " GPUs per node and levels; any other name works with nodes.product and nodes.gpusPerNode. Immutable.")
        String gpuClass,

        @JsonPropertyDescription("Where the nodes stand. Default: nowhere in particular.") @Nullable
        Location location,

        @JsonPropertyDescription(
                "How the nodes are recognised and what they hold. Default: from the presets of the class.")
        @Nullable
        Nodes nodes,

        @Size(min = 1, max = Limits.LEVELS)
        @JsonPropertyDescription("The levels of the network, outermost first; node and gpu are always there and are not"
                + " listed. Default: the presets of the class, over the node labels of all known clouds. Example:"
                + " [{name: block, keys: [topology.nebius.com/tier-2]}, {name: rack, keys: [nvidia.com/gpu.clique],"
                + " nodes: 18}].")
        List<TopologyLevel> topology,

        @Size(min = 1, max = 64)
        @JsonPropertyDescription("Node conditions that make a node unhealthy. Default: the signals of all known health"
                + " agents and clouds; a list replaces them. Example: [{type: GpuNvlinkWatch, status: \"True\"}].")
        List<UnhealthyCondition> unhealthyConditions,

        @Size(min = 1, max = 32)
        @JsonPropertyDescription("Keys of taints that make a node unhealthy, even for pods that tolerate them. Default:"
                + " those of all known health agents and clouds; a list replaces them. Any other NoSchedule taint keeps"
                + " pods away that do not tolerate it. Example: [nvidia.com/gpu-xid-error].")
        List<@Pattern(Limits.QUALIFIED_NAME) @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH) String>
                unhealthyTaints) {

    public GPUPoolSpec {
        topology = topology == null ? List.of() : List.copyOf(topology);
        unhealthyConditions = unhealthyConditions == null ? List.of() : List.copyOf(unhealthyConditions);
        unhealthyTaints = unhealthyTaints == null ? List.of() : List.copyOf(unhealthyTaints);
    }

    /** Where the nodes of a pool stand. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Location(
            @Pattern(Limits.LABEL_VALUE)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Who runs the site, e.g. nebius.")
            @Nullable
            String provider,

            @Pattern(Limits.LABEL_VALUE)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("The site, e.g. vineland.")
            @Nullable
            String site,

            @Pattern(Limits.LABEL_VALUE)
            @Size(max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Whose law holds there, e.g. US.")
            @Nullable
            String jurisdiction) {}

    /** How the nodes of a pool are recognised and what they hold. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.product) || self.product.all(p, self.product.exists_one(q, q.key == p.key))",
            fieldPath = ".product",
            messageExpression = "'key %s is named twice in product, and only the first would count: list all of its"
                    + " values together'.format([self.product.filter(p, !self.product.exists_one(q, q.key =="
                    + " p.key))[0].key])")
    @ValidationRule(
            // As GPUs it would turn every pod of the cluster into one that asks for two kinds of them.
            value = "!has(self.resourceName) || self.resourceName.contains('/')",
            fieldPath = ".resourceName",
            messageExpression =
                    "'resourceName %s is not the resource of a device plugin: name it with its domain, such as"
                            + " nvidia.com/gpu'.format([self.resourceName])")
    public record Nodes(
            @JsonPropertyDescription("Narrows the pool to the nodes with these labels. Default: all nodes whose product"
                    + " matches. Example: {matchLabels: {site: vineland}}.")
            @Nullable
            LabelSelector selector,

            @Size(min = 1, max = 16)
            @JsonPropertyDescription("Label keys that name the GPU product, in order; the first key that a node carries"
                    + " decides. Default: the presets of the class.")
            List<ProductKey> product,

            @Pattern(Limits.QUALIFIED_NAME)
            @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("The resource that pods request. Default: that of the class, e.g. nvidia.com/gpu.")
            @Nullable
            String resourceName,

            @Min(1)
            @Max(1024)
            @JsonPropertyDescription("GPUs of a whole node; a node with fewer is degraded and not sold as a whole."
                    + " Default: that of the class, e.g. 4 for gb300-nvl72.")
            @Nullable
            Integer gpusPerNode) {
        public Nodes {
            product = product == null ? List.of() : List.copyOf(product);
        }
    }

    /** A label key that names the GPU product of a node. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ProductKey(
            @Required
            @Pattern(Limits.QUALIFIED_NAME)
            @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("Label key on nodes, e.g. nvidia.com/gpu.product.")
            String key,

            @Required
            @Size(min = 1, max = 64)
            @JsonPropertyDescription(
                    "The values that belong to the pool, exact: products with -SHARED or -MIG- in their name are"
                            + " not whole GPUs. Example: [NVIDIA-GB300].")
            List<@Pattern(Limits.LABEL_VALUE) @Size(min = 1, max = Limits.NAME_LENGTH) String> values) {
        public ProductKey {
            values = values == null ? List.of() : List.copyOf(values);
        }
    }

    /** One level of the topology: either label keys that group nodes, or a number of GPUs that splits a node. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!(self.name in ['node', 'gpu'])",
            fieldPath = ".name",
            messageExpression = "'level %s is always there: remove it from topology, or give the level another name'"
                    + ".format([self.name])")
    @ValidationRule(
            value = "has(self.keys) != has(self.gpus)",
            messageExpression = "has(self.keys)"
                    + " ? 'level %s has both keys and gpus: keep keys (node labels) to group nodes, or gpus (a number) to split"
                    + " a node'.format([self.name])"
                    + " : 'level %s has neither keys nor gpus: give keys (node labels) to group nodes, or gpus (a number) to"
                    + " split a node'.format([self.name])")
    @ValidationRule(
            value = "!has(self.nodes) || has(self.keys)",
            fieldPath = ".nodes",
            messageExpression =
                    "'level %s has nodes %d but no keys: only a level that groups nodes by keys has a number of nodes'"
                            + ".format([self.name, self.nodes])")
    @ValidationRule(
            value = "!has(self.spareNodes) || (has(self.nodes) ? self.spareNodes < self.nodes : self.spareNodes == 0)",
            fieldPath = ".spareNodes",
            messageExpression = "has(self.nodes)"
                    + " ? 'level %s has spareNodes %d of nodes %d: keep fewer spares than nodes'"
                    + ".format([self.name, self.spareNodes, self.nodes])"
                    + " : 'level %s has spareNodes %d but no nodes: say how many nodes a whole cell has'"
                    + ".format([self.name, self.spareNodes])")
    public record TopologyLevel(
            @Required
            @Pattern(Limits.NAME)
            @Size(min = 1, max = Limits.NAME_LENGTH)
            @JsonPropertyDescription("Name of the level, e.g. rack; the unit in contracts and the level in wishes.")
            String name,

            @Size(min = 1, max = 16)
            @JsonPropertyDescription(
                    "Node-label keys whose value names the cell, in order; the first that a node carries"
                            + " counts. Without keys the level splits a node (gpus). Example: [nvidia.com/gpu.clique].")
            List<@Pattern(Limits.QUALIFIED_NAME) @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH) String> keys,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription(
                    "Nodes of a whole cell, spares included. Only a level that says it can be the unit of a"
                            + " contract. Example: 18 for the rack of an NVL72.")
            @Nullable
            Integer nodes,

            @Min(0)
            @Max(1_000_000)
            @JsonPropertyDescription("Nodes of a cell that are not sold and stand in for failed ones. Default: 0.")
            @Nullable
            Integer spareNodes,

            @Min(2)
            @Max(1024)
            @JsonPropertyDescription("GPUs of a cell, for a level between node and gpu: 2 for two linked GPUs of four.")
            @Nullable
            Integer gpus) {
        public TopologyLevel {
            keys = keys == null ? List.of() : List.copyOf(keys);
        }
    }

    /** A node condition that makes a node unhealthy. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record UnhealthyCondition(
            @Required
            @Pattern(Limits.QUALIFIED_NAME)
            @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("Type of the node condition, e.g. GpuNvlinkWatch.")
            String type,

            @Required
            @JsonPropertyDescription(
                    "The status that is bad: True for a condition that names a problem, False for one that"
                            + " names health.")
            Condition.Status status) {}
}
