package dev.offtake.translate;

import dev.offtake.fleet.Requirement;
import dev.offtake.fleet.Taint;
import dev.offtake.fleet.Toleration;
import dev.offtake.placement.NodeFilter;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The constraints of pods on nodes. Preferred affinity is no constraint and is left out. */
final class NodeFilters {
    private static final String NAME_FIELD = "metadata.name";

    private NodeFilters() {}

    /**
     * The filter of a pod.
     *
     * @param pinned whether the operator has narrowed the pod to its node; the pin is then left out, so that the filter
     *     is the same before and after the release
     */
    static NodeFilter of(PodSpec spec, boolean pinned) {
        List<Requirement> selector = new ArrayList<>();
        if (spec.getNodeSelector() != null) {
            new TreeMap<>(spec.getNodeSelector())
                    .forEach((key, value) ->
                            selector.add(new Requirement(key, Requirement.Operator.IN, List.of(value))));
        }
        List<NodeFilter.Term> terms = new ArrayList<>();
        for (NodeSelectorTerm term : terms(spec)) {
            List<Requirement> labels = requirements(term.getMatchExpressions());
            List<Requirement> fields = requirements(term.getMatchFields());
            int pin = pinned ? lastPin(fields) : -1;
            if (pin >= 0) {
                fields.remove(pin);
                if (labels.isEmpty() && fields.isEmpty()) {
                    continue;
                }
            }
            terms.add(new NodeFilter.Term(labels, fields));
        }
        List<Toleration> tolerations = tolerations(spec);
        return selector.isEmpty() && terms.isEmpty() && tolerations.isEmpty()
                ? NodeFilter.ANY
                : new NodeFilter(selector, terms, tolerations);
    }

    /** The one node that the required affinity of a pod leaves it. */
    static Optional<String> pin(PodSpec spec) {
        for (NodeSelectorTerm term : terms(spec)) {
            List<Requirement> fields = requirements(term.getMatchFields());
            int pin = lastPin(fields);
            if (pin >= 0) {
                return Optional.of(fields.get(pin).values().get(0));
            }
        }
        return Optional.empty();
    }

    /** Where the operator's pin is, if there is one: it comes after what the pod's user asked for, which may be a node as well. */
    private static int lastPin(List<Requirement> fields) {
        int at = fields.size() - 1;
        while (at >= 0 && !isPin(fields.get(at))) {
            at--;
        }
        return at;
    }

    private static boolean isPin(Requirement field) {
        return field.key().equals(NAME_FIELD)
                && field.operator() == Requirement.Operator.IN
                && field.values().size() == 1;
    }

    private static List<NodeSelectorTerm> terms(PodSpec spec) {
        if (spec.getAffinity() == null
                || spec.getAffinity().getNodeAffinity() == null
                || spec.getAffinity().getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return List.of();
        }
        List<NodeSelectorTerm> terms = spec.getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();
        return terms == null ? List.of() : terms;
    }

    /** A new list; an operator that is not known today makes a requirement that no node meets. */
    private static List<Requirement> requirements(@Nullable List<NodeSelectorRequirement> given) {
        List<Requirement> requirements = new ArrayList<>();
        if (given != null) {
            for (NodeSelectorRequirement requirement : given) {
                List<String> values = requirement.getValues() == null ? List.of() : requirement.getValues();
                requirements.add(operator(orEmpty(requirement.getOperator()))
                        .map(operator -> new Requirement(requirement.getKey(), operator, values))
                        .orElseGet(() -> new Requirement(requirement.getKey(), Requirement.Operator.IN, List.of())));
            }
        }
        return requirements;
    }

    private static Optional<Requirement.Operator> operator(String operator) {
        return switch (operator) {
            case "In" -> Optional.of(Requirement.Operator.IN);
            case "NotIn" -> Optional.of(Requirement.Operator.NOT_IN);
            case "Exists" -> Optional.of(Requirement.Operator.EXISTS);
            case "DoesNotExist" -> Optional.of(Requirement.Operator.DOES_NOT_EXIST);
            case "Gt" -> Optional.of(Requirement.Operator.GT);
            case "Lt" -> Optional.of(Requirement.Operator.LT);
            default -> Optional.empty();
        };
    }

    private static List<Toleration> tolerations(PodSpec spec) {
        if (spec.getTolerations() == null) {
            return List.of();
        }
        List<Toleration> tolerations = new ArrayList<>();
        for (io.fabric8.kubernetes.api.model.Toleration given : spec.getTolerations()) {
            String operator = orEmpty(given.getOperator());
            boolean known = operator.isEmpty() || operator.equals("Equal") || operator.equals("Exists");
            String effectName = orEmpty(given.getEffect());
            Optional<Taint.Effect> effect = Nodes.effect(effectName);
            if (known && (effectName.isEmpty() || effect.isPresent())) {
                tolerations.add(new Toleration(
                        orEmpty(given.getKey()), operator.equals("Exists"), orEmpty(given.getValue()), effect));
            }
        }
        return tolerations;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Labels and annotations of an object that may have none. */
    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
