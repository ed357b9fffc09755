package dev.offtake.operator.reconcile;

import dev.offtake.api.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The conditions of a new status; one whose status is as before keeps the instant of its last transition. */
final class ConditionSet {
    private final List<Condition> before;
    private final long generation;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();

    /** Conditions upon a generation of an object whose status had those {@code before}. */
    ConditionSet(List<Condition> before, long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    ConditionSet add(String type, Condition.Status status, String reason, String message) {
        Instant since = before.stream()
                .filter(c -> c.type().equals(type) && c.status() == status)
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElse(now);
        conditions.add(new Condition(type, status, generation, since, reason, message));
        return this;
    }

    /** Says again what was said before of this type, if anything was. */
    ConditionSet keep(String type) {
        before.stream().filter(c -> c.type().equals(type)).findFirst().ifPresent(conditions::add);
        return this;
    }

    List<Condition> list() {
        return List.copyOf(conditions);
    }
}
