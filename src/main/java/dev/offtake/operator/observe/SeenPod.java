package dev.offtake.operator.observe;

import dev.offtake.api.Claim;
import dev.offtake.api.OfftakeNames;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Kueue;
import dev.offtake.translate.PodAsk;
import dev.offtake.translate.PodView;
import dev.offtake.translate.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod as far as placement cares. There is one for each pod of the cluster, so it is small: the object itself is not
 * kept.
 *
 * @param facts of its gang, with an empty pod set
 * @param gpuResources resource names of the pools that there were
 * @param ask what its needs are in terms of these pools
 * @param gated whether our gate holds it
 * @param deletion when it was deleted, and how long it may take; empty for one that was not
 * @param toldCode the reason code that its condition says it waits for
 * @param kueue whether Kueue manages it
 */
public record SeenPod(
        PodView view,
        PodFacts facts,
        Set<String> gpuResources,
        PodAsk ask,
        boolean gated,
        Optional<Claim> claim,
        Optional<Deletion> deletion,
        Optional<String> toldCode,
        PodLayout layout,
        boolean kueue,
        String resourceVersion) {
    /**
     * That a pod is being deleted.
     *
     * @param since when that began
     * @param graceSeconds how long it may take to end, at least 0
     */
    public record Deletion(Instant since, long graceSeconds) {
        static Optional<Deletion> of(Pod pod) {
            @Nullable String end = pod.getMetadata().getDeletionTimestamp();
            @Nullable Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
            try {
                return end == null || grace == null
                        ? Optional.empty()
                        : Optional.of(new Deletion(Instant.parse(end).minusSeconds(grace), grace));
            } catch (DateTimeParseException unreadable) {
                return Optional.empty();
            }
        }
    }

    /**
     * What is kept of a pod.
     *
     * @param gpuResources resource names of all pools
     */
    public static SeenPod of(Pod pod, Set<String> gpuResources) {
        PodView view = PodView.of(pod);
        PodAsk ask = view.needs().ask(gpuResources);
        return new SeenPod(
                view,
                Pods.facts(pod, view.gang(), "", ask.shape()),
                gpuResources,
                ask,
                Pods.isGated(pod),
                Claims.of(pod),
                Deletion.of(pod),
                toldCode(pod),
                PodLayout.of(pod),
                Kueue.manages(pod),
                Objects.requireNonNullElse(pod.getMetadata().getResourceVersion(), ""));
    }

    /** The same pod in terms of other pools. */
    public SeenPod offered(Set<String> names) {
        return names.equals(gpuResources)
                ? this
                : with(view, names, view.needs().ask(names));
    }

    /** The same, with parts that it has in common with other pods. */
    SeenPod sharing(Shared shared) {
        PodView common = new PodView(
                shared.of(view.namespace()),
                view.name(),
                view.uid(),
                view.gang(),
                view.createdAt(),
                view.live(),
                view.job().map(shared::of),
                view.maker().map(shared::of),
                shared.of(view.needs()),
                shared.of(view.wishes()),
                shared.of(view.wishTexts()));
        SeenPod pod = with(common, gpuResources, shared.of(ask));
        return new SeenPod(
                pod.view,
                pod.facts,
                gpuResources,
                pod.ask,
                gated,
                claim.map(shared::of),
                deletion,
                toldCode.map(shared::of),
                shared.of(layout),
                kueue,
                resourceVersion);
    }

    private SeenPod with(PodView newView, Set<String> names, PodAsk newAsk) {
        PodFacts newFacts = new PodFacts(
                newView.uid(),
                newView.name(),
                facts.gang(),
                facts.podSet(),
                facts.index(),
                facts.state(),
                facts.node(),
                facts.words(),
                newAsk.shape());
        return new SeenPod(
                newView, newFacts, names, newAsk, gated, claim, deletion, toldCode, layout, kueue, resourceVersion);
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

    public String namespace() {
        return view.namespace();
    }

    public String uid() {
        return view.uid();
    }

    public GangId gang() {
        return facts.gang();
    }

    /** What it takes on its node. */
    public Shape shape() {
        return ask.shape();
    }

    /** Whether it asks for GPUs in any way. */
    public boolean wantsGpus() {
        return ask.wantsGpus();
    }

    /** Whether the scheduler has put it on a node, where it may run. */
    public boolean isBound() {
        return facts.state() == PodFacts.State.BOUND;
    }

    /** Whether it takes room on a node. */
    public boolean isOnNode() {
        return facts.state().isPlaced() && facts.node().isPresent();
    }
}
