package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    /** Grows with each placement that is given up. */
    int incarnation;
    /** It once asked for more pods than it does now, so that its record may have more seats. */
    boolean shrunk;
    /** Decided, not written yet. */
    Optional<Decision.Record> pending = Optional.empty();

    Optional<Decision.Record> durable = Optional.empty();
    Optional<Reason> told = Optional.empty();
    int podsMade;

    Workload(Job job) {
        this.job = job;
    }

    /** The nodes of its seats as last decided, in their order. */
    List<String> seats() {
        return seats(pending.or(() -> durable));
    }

    static List<String> seats(Optional<Decision.Record> written) {
        List<String> nodes = new ArrayList<>();
        written.ifPresent(record -> record.seats()
                .forEach(run -> run.nodes().forEach(node -> {
                    for (int i = 0; i < run.podsPerNode(); i++) {
                        nodes.add(node);
                    }
                })));
        return nodes;
    }

    void forgetPlacement() {
        incarnation++;
        pending = Optional.empty();
        durable = Optional.empty();
    }
}
