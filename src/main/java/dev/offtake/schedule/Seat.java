package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.Optional;

/** A place for one pod of a gang, held until the gang is over. Mutable only in its pod. */
final class Seat {
    private final String podSet;
    private final Claimant claimant;
    private final Shape shape;
    private final String node;
    private final Instant since;
    private Optional<String> podUid = Optional.empty();
    private boolean yielding;
    private boolean denied;

    /** @param since when the gang came by it, or by the one that it is instead of */
    Seat(String podSet, Claimant claimant, Shape shape, String node, Instant since) {
        this.podSet = podSet;
        this.claimant = claimant;
        this.shape = shape;
        this.node = node;
        this.since = since;
    }

    String podSet() {
        return podSet;
    }

    Claimant claimant() {
        return claimant;
    }

    /** As whose it is counted: one that its gang is to leave for another is counted as lent. */
    Claimant counted() {
        return yielding ? new Claimant(claimant.account(), Tier.SPOT) : claimant;
    }

    /** Whether its gang is to leave it for another: {@link Yields}. */
    boolean isYielding() {
        return yielding;
    }

    void yielding(boolean next) {
        yielding = next;
    }

    /** Whether others did not leave it when they should have. */
    boolean isDenied() {
        return denied;
    }

    void deny() {
        denied = true;
    }

    Shape shape() {
        return shape;
    }

    String node() {
        return node;
    }

    /** The same, had from another instant on. */
    Seat heldSince(Instant instant) {
        return new Seat(podSet, claimant, shape, node, instant);
    }

    /** From when on the gang has had it. */
    Instant since() {
        return since;
    }

    Optional<String> podUid() {
        return podUid;
    }

    boolean isFree() {
        return podUid.isEmpty();
    }

    void take(String uid) {
        podUid = Optional.of(uid);
    }

    void leave() {
        podUid = Optional.empty();
    }
}
