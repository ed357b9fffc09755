package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries plans out: evicts the victims of a plan when it is durable, and lets the gang start that it is for when they are
 * gone. A plan ends like that, with its gang withdrawn, or with a seat that is lost; then the gang is served anew, and
 * finds those who are leaving already at no cost.
 */
final class Reclaims {
    /** How long after the deadline a victim may take to be gone, before its node counts as lost. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Roster roster;
    private final Line line;
    private final Seating seating;
    private final Lent lent;

    Reclaims(Roster roster, Line line, Seating seating, Lent lent) {
        this.roster = roster;
        this.line = line;
        this.seating = seating;
        this.lent = lent;
    }

    /** Looks at every gang that waits for others to go; answers whether anything may fit now that did not. */
    boolean check(Instant now, List<Decision> decisions) {
        boolean changed = false;
        for (Gang gang : line.reclaiming()) {
            Plan plan = gang.plan().orElseThrow();
            List<Gang> left = left(gang, plan);
            boolean lost = gang.seats().stream()
                    .anyMatch(seat ->
                            !seating.takesWork(seat.node()) || (left.isEmpty() && seating.isOverused(seat.node())));
            if (left.isEmpty() && !lost) {
                start(gang, decisions);
            } else if (lost) {
                giveUp(gang, decisions);
                changed = true;
            } else if (!now.isBefore(plan.deadline().plus(PATIENCE))) {
                // Others must not count on them either.
                left.forEach(victim -> victim.stuck(true));
                giveUp(gang, decisions);
                changed = true;
            } else {
                left.forEach(victim -> evict(victim, gang, plan, decisions));
                Reason reason = reclaiming(gang, plan);
                // Told already, but for one that was restored.
                if (gang.tell(reason)) {
                    decisions.add(new Decision.Explain(gang.id(), reason));
                }
            }
        }
        return changed;
    }

    /** Why a gang waits that has a plan. */
    static Reason reclaiming(Gang gang, Plan plan) {
        return Reason.of(
                Reason.Code.RECLAIMING,
                "gpus",
                String.valueOf(gang.spec().gpus()),
                "victims",
                String.valueOf(plan.victims().size()),
                "deadline",
                plan.deadline().toString());
    }

    /** Victims that still are where there is no room for the gang beside them. */
    private List<Gang> left(Gang gang, Plan plan) {
        List<Gang> left = new ArrayList<>();
        for (GangId id : plan.victims()) {
            @Nullable Gang victim = roster.get(id);
            if (victim != null
                    && gang.seats().stream()
                            .anyMatch(seat -> lent.isOn(victim, seat.node()) && seating.isOverused(seat.node()))) {
                left.add(victim);
            }
        }
        return left;
    }

    private void evict(Gang victim, Gang gang, Plan plan, List<Decision> decisions) {
        if (victim.phase() == Gang.Phase.PLACED) {
            Reason reason =
                    Reason.reclaimed(gang.spec(), gang.grant().orElseThrow().tier());
            victim.refusedSince(Optional.empty());
            victim.enter(Gang.Phase.ROLLING_BACK);
            victim.tell(reason);
            line.touch(victim);
            decisions.add(new Decision.Evict(victim.id(), gang.id(), plan.deadline(), reason));
        }
    }

    /** All victims are gone: the seats are the gang's alone. */
    private void start(Gang gang, List<Decision> decisions) {
        gang.victimsAreGone();
        gang.enter(Gang.Phase.RECORDING);
        gang.tellNothing();
        line.touch(gang);
        decisions.add(new Decision.Record(gang.id(), gang.grant().orElseThrow(), gang.record(), Optional.empty()));
    }

    /** The gang is served anew, with the seats that it had as free as those who leave make them. */
    private void giveUp(Gang gang, List<Decision> decisions) {
        decisions.add(new Decision.PlanFailed(gang.id()));
        gang.plan(Optional.empty());
        gang.tellNothing();
        seating.giveBackFree(gang);
        gang.recordIsVoid();
        // Pods that are left of an earlier place of it may hold seats.
        gang.enter(gang.holdsPods() ? Gang.Phase.ROLLING_BACK : Gang.Phase.WAITING);
        line.touch(gang);
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return line.reclaiming().stream()
                .flatMap(gang -> gang.plan().stream())
                .map(plan -> plan.deadline().plus(PATIENCE))
                .min(Instant::compareTo);
    }
}
