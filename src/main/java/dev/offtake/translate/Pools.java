package dev.offtake.translate;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolSpec;
import dev.offtake.api.LabelSelector;
import dev.offtake.fleet.ConditionSignal;
import dev.offtake.fleet.GpuClass;
import dev.offtake.fleet.GpuClasses;
import dev.offtake.fleet.HealthSignals;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.fleet.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link GPUPool} objects as {@link Pool} values, with the presets of the class filled in where the spec is silent. */
public final class Pools {
    /** The class has no presets and the pool does not say everything itself. */
    public static final String UNKNOWN_CLASS = "UnknownClass";

    /** How the nodes are recognised does not make sense. */
    public static final String INVALID_NODES = "InvalidNodes";

    /** The levels do not make sense. */
    public static final String INVALID_TOPOLOGY = "InvalidTopology";

    private Pools() {}

    public static Checked<Pool> of(GPUPool pool) {
        GPUPoolSpec spec = pool.getSpec();
        Optional<GpuClass> known = GpuClasses.find(spec.gpuClass());
        GPUPoolSpec.@Nullable Nodes nodes = spec.nodes();
        List<Problem> problems = new ArrayList<>(unknownClass(spec, known));

        List<ProductKey> product = product(nodes, known, problems);
        int gpusPerNode = gpusPerNode(nodes, known, problems);
        List<Level> levels = new PoolLevels(known, gpusPerNode, problems).of(spec.topology());
        if (!problems.isEmpty()) {
            return new Checked.Invalid<>(problems);
        }
        @Nullable String resourceName = nodes == null ? null : nodes.resourceName();
        return new Checked.Valid<>(new Pool(
                pool.getMetadata().getName(),
                spec.gpuClass(),
                nodes == null ? List.of() : selector(nodes.selector()),
                product,
                resourceName == null ? GpuClass.RESOURCE_NAME : resourceName,
                gpusPerNode,
                levels,
                conditions(spec),
                spec.unhealthyTaints().isEmpty() ? HealthSignals.unhealthyTaints() : spec.unhealthyTaints()));
    }

    private static List<Problem> unknownClass(GPUPoolSpec spec, Optional<GpuClass> known) {
        GPUPoolSpec.@Nullable Nodes nodes = spec.nodes();
        List<String> missing = new ArrayList<>();
        if (nodes == null || nodes.product().isEmpty()) {
            missing.add("spec.nodes.product");
        }
        if (nodes == null || nodes.gpusPerNode() == null) {
            missing.add("spec.nodes.gpusPerNode");
        }
        if (known.isPresent() || missing.isEmpty()) {
            return List.of();
        }
        return List.of(Problem.of(
                UNKNOWN_CLASS,
                "spec.gpuClass",
                spec.gpuClass(),
                "is not a known class" + Spelling.hint(spec.gpuClass(), GpuClasses.names()) + "; use one of "
                        + String.join(", ", GpuClasses.names()) + ", or give "
                        + String.join(" and ", missing)));
    }

    private static List<ProductKey> product(
            GPUPoolSpec.@Nullable Nodes nodes, Optional<GpuClass> known, List<Problem> problems) {
        if (nodes == null || nodes.product().isEmpty()) {
            return known.map(GpuClass::product).orElse(List.of());
        }
        List<ProductKey> product = new ArrayList<>();
        for (GPUPoolSpec.ProductKey key : nodes.product()) {
            if (key.values().isEmpty()) {
                problems.add(Problem.of(
                        INVALID_NODES,
                        "spec.nodes.product",
                        key.key(),
                        "has no values: list the exact values of the label that belong to the pool"));
            }
            product.add(new ProductKey(key.key(), key.values()));
        }
        return product;
    }

    private static int gpusPerNode(
            GPUPoolSpec.@Nullable Nodes nodes, Optional<GpuClass> known, List<Problem> problems) {
        @Nullable Integer given = nodes == null ? null : nodes.gpusPerNode();
        if (given == null) {
            return known.map(GpuClass::gpusPerNode).orElse(1);
        }
        if (given < 1) {
            problems.add(Problem.of(
                    INVALID_NODES, "spec.nodes.gpusPerNode", given, "is below 1: say how many GPUs a whole node has"));
        }
        return given;
    }

    private static List<ConditionSignal> conditions(GPUPoolSpec spec) {
        if (spec.unhealthyConditions().isEmpty()) {
            return HealthSignals.unhealthyConditions();
        }
        return spec.unhealthyConditions().stream()
                .map(c -> new ConditionSignal(c.type(), status(c.status())))
                .toList();
    }

    private static String status(Condition.Status status) {
        return switch (status) {
            case TRUE -> "True";
            case FALSE -> "False";
            case UNKNOWN -> "Unknown";
        };
    }

    private static List<Requirement> selector(@Nullable LabelSelector selector) {
        if (selector == null) {
            return List.of();
        }
        List<Requirement> requirements = new ArrayList<>();
        selector.matchLabels()
                .forEach((key, value) ->
                        requirements.add(new Requirement(key, Requirement.Operator.IN, List.of(value))));
        for (LabelSelector.Expression expression : selector.matchExpressions()) {
            Requirement.Operator operator = switch (expression.operator()) {
                case IN -> Requirement.Operator.IN;
                case NOT_IN -> Requirement.Operator.NOT_IN;
                case EXISTS -> Requirement.Operator.EXISTS;
                case DOES_NOT_EXIST -> Requirement.Operator.DOES_NOT_EXIST;
            };
            requirements.add(new Requirement(expression.key(), operator, expression.values()));
        }
        return requirements;
    }
}
