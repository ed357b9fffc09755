package dev.offtake.operator.observe;

import dev.offtake.api.Claim;
import dev.offtake.api.OfftakeNames;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Gangs;
import dev.offtake.translate.PodAsk;
import dev.offtake.translate.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A pod as far as placement cares.
 *
 * @param facts of its gang, with an empty pod set
 * @param shape what it takes on its node
 * @param wantsGpus whether it asks for GPUs in any way
 * @param gated whether our gate holds it
 * @param toldCode the reason code that its condition says it waits for
 * @param object the pod itself, trimmed, where it wants GPUs
 */
public record SeenPod(
        String namespace,
        String uid,
        PodFacts facts,
        Shape shape,
        boolean wantsGpus,
        boolean gated,
        Optional<Claim> claim,
        Optional<String> toldCode,
        Optional<Pod> object) {
    /** Trims the pod in place. */
    public static SeenPod of(Pod pod, Set<String> gpuResources) {
        PodAsk ask = Pods.ask(pod, gpuResources);
        boolean wantsGpus = ask.wantsGpus();
        PodFacts facts = Pods.facts(pod, Gangs.idOf(pod), "", ask.shape());
        if (wantsGpus) {
            Trim.pod(pod);
        }
        return new SeenPod(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getUid(),
                facts,
                ask.shape(),
                wantsGpus,
                Pods.isGated(pod),
                wantsGpus ? Claims.of(pod) : Optional.empty(),
                wantsGpus ? toldCode(pod) : Optional.empty(),
                wantsGpus ? Optional.of(pod) : Optional.empty());
    }

    private static Optional<String> toldCode(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> OfftakeNames.POD_CONDITION.equals(c.getType()) && "False".equals(c.getStatus()))
                .map(PodCondition::getReason)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Whether it takes room on a node. */
    public boolean isOnNode() {
        return facts.state().isPlaced() && facts.node().isPresent();
    }

    public GangId gang() {
        return facts.gang();
    }
}
