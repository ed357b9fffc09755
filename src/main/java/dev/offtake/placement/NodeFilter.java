package dev.offtake.placement;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Requirement;
import dev.offtake.fleet.Taint;
import dev.offtake.fleet.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes a pod accepts: node selector, required node affinity and tolerations, with the meaning that the
 * kube-scheduler gives them. What only the scheduler can judge (volumes, ports, pod affinity) is not in here.
 *
 * @param selector all must hold
 * @param terms at least one must hold; empty for no constraint
 */
public record NodeFilter(List<Requirement> selector, List<Term> terms, List<Toleration> tolerations) {
    /** Accepts every node that has no hard taint. */
    public static final NodeFilter ANY = new NodeFilter(List.of(), List.of(), List.of());

    /** Accepts every node. */
    static final NodeFilter EVERY =
            new NodeFilter(List.of(), List.of(), List.of(new Toleration("", true, "", Optional.empty())));

    /**
     * One node selector term.
     *
     * @param labels requirements on labels
     * @param fields requirements on fields, of which Kubernetes knows {@code metadata.name}
     */
    public record Term(List<Requirement> labels, List<Requirement> fields) {
        public Term {
            labels = List.copyOf(labels);
            fields = List.copyOf(fields);
        }
    }

    public NodeFilter {
        selector = List.copyOf(selector);
        terms = List.copyOf(terms);
        tolerations = List.copyOf(tolerations);
    }

    /** Whether such a pod may come to a node, as far as its labels and taints say it. */
    public boolean accepts(NodeFacts node) {
        return Requirement.all(selector, node.labels()) && acceptsTerms(node) && tolerates(node);
    }

    private boolean acceptsTerms(NodeFacts node) {
        if (terms.isEmpty()) {
            return true;
        }
        Map<String, String> fields = Map.of("metadata.name", node.name());
        for (Term term : terms) {
            // A term without any requirement matches nothing, as in the scheduler.
            boolean empty = term.labels().isEmpty() && term.fields().isEmpty();
            if (!empty && Requirement.all(term.labels(), node.labels()) && Requirement.all(term.fields(), fields)) {
                return true;
            }
        }
        return false;
    }

    private boolean tolerates(NodeFacts node) {
        for (Taint taint : node.taints()) {
            if (taint.isHard() && tolerations.stream().noneMatch(t -> t.tolerates(taint))) {
                return false;
            }
        }
        return true;
    }
}
