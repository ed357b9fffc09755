package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Shape;
import java.util.Optional;

/** A place for one pod of a gang, held until the gang is over. Mutable only in its pod. */
final class Seat {
    private final String podSet;
    private final Claimant claimant;
    private final Shape shape;
    private final String node;
    private Optional<String> podUid = Optional.empty();

    Seat(String podSet, Claimant claimant, Shape shape, String node) {
        this.podSet = podSet;
        this.claimant = claimant;
        this.shape = shape;
        this.node = node;
    }

    String podSet() {
        return podSet;
    }

    Claimant claimant() {
        return claimant;
    }

    Shape shape() {
        return shape;
    }

    String node() {
        return node;
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
