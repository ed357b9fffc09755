package dev.offtake.schedule;

import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A gang as the operator of the {@link World} knows it: what was asked, decided, written and told. */
final class Workload {
    Job job;
    /** Submitted and not withdrawn. */
    boolean active = true;

    boolean rollingBack;
    /** The last roll-back of it. */
    Optional<Decision.RollBack> rollBack = Optional.empty();
    /** It is taken back for somebody else. */
    boolean evicted;
    /** Until when it was told to be gone, as its record says. */
    Optional<Instant> goesBy = Optional.empty();
    /** Grows with each placement that is given up. */
    int incarnation;
    /** It once asked for more pods than it does now, so that its record may have more seats. */
    boolean shrunk;
    /** Decided, not written yet. */
    Optional<Decision.Record> pending = Optional.empty();

    Optional<Decision.Record> durable = Optional.empty();
    Optional<Reason> told = Optional.empty();
    int podsMade;
    /** How often ranks might have changed when its record was decided. */
    int plannedAt;
    /** Incarnations of those who had to go when its record was decided. */
    final Map<GangId, Integer> victims = new HashMap<>();
    /** Pods that were to leave gangs of its commitment when its record was decided: their nodes, and whose they were. */
    final Map<String, Yielded> yielded = new HashMap<>();

    /** A seat that a gang is to leave and that is not lent to it. */
    record Yielded(GangId gang, int incarnation, String podSet, String node) {}

    Workload(Job job) {
        this.job = job;
    }

    /** A seat for a pod of a pod set. */
    record Seated(String podSet, String node) {}

    /** The nodes of its seats as last decided, in their order. */
    List<String> seats() {
        return seats(pending.or(() -> durable));
    }

    /** Those of its seats that are not lent to it. */
    List<Seated> firmSeats() {
        return seated(pending.or(() -> durable), run -> run.tier() != Tier.SPOT);
    }

    static List<String> seats(Optional<Decision.Record> written) {
        return seats(written, run -> true);
    }

    private static List<String> seats(Optional<Decision.Record> written, Predicate<Decision.Seats> which) {
        return seated(written, which).stream().map(Seated::node).toList();
    }

    static List<Seated> seated(Optional<Decision.Record> written, Predicate<Decision.Seats> which) {
        List<Seated> seats = new ArrayList<>();
        written.ifPresent(record -> record.seats().stream()
                .filter(which)
                .forEach(run -> run.nodes().forEach(node -> {
                    for (int i = 0; i < run.podsPerNode(); i++) {
                        seats.add(new Seated(run.podSet(), node));
                    }
                })));
        return seats;
    }

    void forgetPlacement() {
        incarnation++;
        pending = Optional.empty();
        durable = Optional.empty();
    }
}
