package dev.offtake.schedule;

import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.util.Optional;

/**
 * What a pod of a gang says about itself.
 *
 * @param podSet the pod set that it belongs to
 * @param index its completion index, which decides its seat; -1 for none
 * @param state how far it is
 * @param node where it is pinned or bound to, if it is
 * @param words why it is held by others ({@link State#HELD}) or what the scheduler said ({@link State#REFUSED})
 * @param claimed the tier in which it runs by its claim, if it has one
 */
public record PodFacts(
        String uid,
        String name,
        GangId gang,
        String podSet,
        int index,
        State state,
        Optional<String> node,
        String words,
        Shape shape,
        Optional<Tier> claimed) {
    /** A pod without a claim. */
    public PodFacts(
            String uid,
            String name,
            GangId gang,
            String podSet,
            int index,
            State state,
            Optional<String> node,
            String words,
            Shape shape) {
        this(uid, name, gang, podSet, index, state, node, words, shape, Optional.empty());
    }

    /** The same with the shape of its pod set where that is equal: very many pods have it in common then. */
    PodFacts withShapeOf(GangSpec spec) {
        return spec.podSet(podSet)
                .map(GangSpec.PodSet::shape)
                .filter(shape::equals)
                .map(same -> new PodFacts(uid, name, gang, podSet, index, state, node, words, same, claimed))
                .orElse(this);
    }

    /** How far a pod is, as far as placement is concerned. */
    public enum State {
        /** Our gate and others hold it. */
        HELD,
        /** Our gate is the last one. */
        GATED,
        /** Released, not bound. */
        RELEASED,
        /** Released, and the scheduler says that it does not fit. */
        REFUSED,
        BOUND,
        /** Bound or not, it is being deleted; it holds its seat until it is gone. */
        TERMINATING,
        /** Succeeded or failed: it has given up its seat. */
        FINISHED;

        /** Whether the pod is on a node or on its way there. */
        public boolean isPlaced() {
            return switch (this) {
                case RELEASED, REFUSED, BOUND, TERMINATING -> true;
                case HELD, GATED, FINISHED -> false;
            };
        }
    }
}
