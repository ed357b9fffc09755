package dev.offtake.operator.observe;

import dev.offtake.api.OfftakeNames;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import java.util.List;

/**
 * What has to be known of a gated pod's form to patch it.
 *
 * @param gateIndex where our gate is in the list; -1 where it is not
 * @param termHasFields for each required node affinity term, whether it has matchFields already
 */
public record PodLayout(int gateIndex, boolean hasAnnotations, AffinityForm affinity, List<Boolean> termHasFields) {
    /** How much of a required node affinity there is. */
    public enum AffinityForm {
        NONE,
        WITHOUT_NODE_AFFINITY,
        WITHOUT_REQUIRED,
        WITH_TERMS
    }

    public static PodLayout of(Pod pod) {
        int gate = -1;
        List<PodSchedulingGate> gates = pod.getSpec().getSchedulingGates();
        for (int i = 0; gates != null && i < gates.size(); i++) {
            gate = OfftakeNames.GATE.equals(gates.get(i).getName()) ? i : gate;
        }
        boolean annotated = pod.getMetadata().getAnnotations() != null
                && !pod.getMetadata().getAnnotations().isEmpty();
        Affinity affinity = pod.getSpec().getAffinity();
        if (affinity == null) {
            return new PodLayout(gate, annotated, AffinityForm.NONE, List.of());
        }
        if (affinity.getNodeAffinity() == null) {
            return new PodLayout(gate, annotated, AffinityForm.WITHOUT_NODE_AFFINITY, List.of());
        }
        NodeSelector required = affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
        if (required == null || required.getNodeSelectorTerms().isEmpty()) {
            return new PodLayout(gate, annotated, AffinityForm.WITHOUT_REQUIRED, List.of());
        }
        List<Boolean> fields = required.getNodeSelectorTerms().stream()
                .map(t -> t.getMatchFields() != null && !t.getMatchFields().isEmpty())
                .toList();
        return new PodLayout(gate, annotated, AffinityForm.WITH_TERMS, fields);
    }
}
