package dev.offtake.schedule;

import dev.offtake.placement.Shape;
import java.util.Optional;

/** A pod of the {@link World}. */
final class Pod {
    final String uid;
    final GangId gang;
    final String podSet;
    final int index;
    final Shape shape;
    PodFacts.State state = PodFacts.State.GATED;
    Optional<String> node = Optional.empty();
    Optional<Decision.Grant> claim = Optional.empty();
    String words = "";
    /** The {@link Workload#incarnation} under which it was released. */
    int incarnation = -1;
    /** It is taken back while its gang goes on. */
    boolean isMadeAnew;
    /** The node of a release that was decided and is not done yet. */
    Optional<String> releasing = Optional.empty();

    Pod(String uid, GangId gang, String podSet, int index, Shape shape) {
        this.uid = uid;
        this.gang = gang;
        this.podSet = podSet;
        this.index = index;
        this.shape = shape;
    }

    /** On a node, or on its way to one. */
    boolean isPlaced() {
        return state.isPlaced() && node.isPresent();
    }

    /** The node that it is on, or will be. */
    Optional<String> place() {
        return isPlaced() ? node : releasing;
    }

    PodFacts facts() {
        return new PodFacts(uid, uid, gang, podSet, index, state, node, words, shape, claim.map(Decision.Grant::tier));
    }
}
