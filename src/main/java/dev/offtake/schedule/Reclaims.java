package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries plans out: evicts the victims of a plan when it is durable, and lets the gang start that it is for when they are
 * gone. A plan ends like that, with its gang withdrawn or its account gone, or with a seat that is lost; then the gang is
 * served anew, and finds those who are leaving already at no cost.
 */
final class Reclaims {
    /** How long after the deadline a victim may take to be gone, before its node counts as lost. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Line line;
    private final Accounts accounts;
    private final Seating seating;
    private final InTheWay inTheWay;
    private final Yields yields;
    private final Notices notices;
    private final Upkeep upkeep;

    Reclaims(
            Line line,
            Accounts accounts,
            Seating seating,
            InTheWay inTheWay,
            Yields yields,
            Notices notices,
            Upkeep upkeep) {
        this.line = line;
        this.accounts = accounts;
        this.seating = seating;
        this.inTheWay = inTheWay;
        this.yields = yields;
        this.notices = notices;
        this.upkeep = upkeep;
    }

    /** Looks at every gang that waits for others to go; answers whether anything may fit now that did not. */
    boolean check(Instant now, List<Decision> decisions) {
        boolean changed = false;
        for (Gang gang : line.reclaiming()) {
            Plan plan = gang.plan().orElseThrow();
            InTheWay.Left left = inTheWay.of(gang, plan);
            Optional<Instant> later = notices.later(gang, plan, notToldYet(gang, plan, left), now);
            if (hasNoAccount(gang, now)) {
                giveUp(gang, decisions);
                changed = true;
            } else if (left.nobody() && !isLost(gang, left)) {
                start(gang, decisions);
            } else if (isLost(gang, left) || left.parts().stream().anyMatch(part -> !part.canBeSpared())) {
                giveUp(gang, decisions);
                changed = true;
            } else if (later.isPresent()) {
                gang.postpone(later.get());
                upkeep.settle(gang, decisions);
                line.touch(gang);
            } else if (isTooLate(plan.deadline(), now)) {
                // Others must not count on them either.
                left.wholes().stream()
                        .filter(victim -> victim.goesBy().isPresent() || !victim.hasPlace())
                        .forEach(victim -> victim.lateSince(Optional.of(plan.deadline())));
                left.parts()
                        .forEach(part -> part.pods()
                                .forEach(uid -> part.gang().departures().late(uid, plan.deadline())));
                giveUp(gang, decisions);
                changed = true;
            } else {
                left.wholes().forEach(victim -> evict(victim, gang, plan, now, decisions));
                left.parts().forEach(part -> shrink(part, gang, plan, now, decisions));
                left.seats().forEach(line::touch);
                // Told already, but for one that was restored.
                if (gang.told()
                        .filter(told -> told.code() == Reason.Code.RECLAIMING)
                        .isEmpty()) {
                    Verdicts.tell(gang, reclaiming(gang, plan, left), decisions);
                }
            }
        }
        return changed;
    }

    /**
     * Whether a gang that has not begun has no right any more that others go for it: its contract is gone or over, or its
     * user asks for something else.
     */
    private boolean hasNoAccount(Gang gang, Instant now) {
        Decision.Grant grant = gang.grant().orElseThrow();
        return !gang.runsWithPlan()
                && accounts.choices(gang, now).stream()
                        .noneMatch(choice -> choice.commitment().equals(grant.commitment())
                                && choice.claimant().tier() == grant.tier());
    }

    /** Whether nobody waits any more for who had to be gone by a deadline. */
    static boolean isTooLate(Instant deadline, Instant now) {
        return !now.isBefore(deadline.plus(PATIENCE));
    }

    /** Whether the gang cannot have its seats any more. */
    private boolean isLost(Gang gang, InTheWay.Left left) {
        return inTheWay.awaited(gang)
                .anyMatch(
                        seat -> !seating.nodes().mayCome(gang, seat) || (left.nobody() && isTaken(gang, seat.node())));
    }

    /** A gang that runs falls back to the seats that it had wherever more is used than there is. */
    private boolean isTaken(Gang gang, String node) {
        return gang.runsWithPlan()
                ? seating.nodes().isOverused(node)
                : seating.nodes().isTakenFrom(gang, node);
    }

    /**
     * Why a gang waits that has a plan.
     *
     * @param preempted how many of its victims go as their priority is lower
     * @param moved how many of its victims are to be placed elsewhere
     */
    static Reason reclaiming(Gang gang, Plan plan, long preempted, long moved) {
        Reason reason = Reason.of(
                Reason.Code.RECLAIMING,
                "gpus",
                String.valueOf(gpusComing(gang)),
                "victims",
                String.valueOf(plan.gangs()),
                Reason.DEADLINE,
                plan.deadline().toString());
        if (gang.runsWithPlan()) {
            return reason.with(Reason.RUNS, "true");
        }
        if (preempted > 0) {
            return reason.with(Reason.PRIORITY, String.valueOf(gang.rank().priority()));
        }
        return moved > 0 ? reason.with(Reason.MOVED, String.valueOf(moved)) : reason;
    }

    private Reason reclaiming(Gang gang, Plan plan, InTheWay.Left left) {
        Map<Yields.Cause, Long> causes = Stream.concat(
                        left.wholes().stream(), left.parts().stream().map(InTheWay.LeftPart::gang))
                .flatMap(victim -> yields.causeOf(victim, gang).stream())
                .collect(Collectors.groupingBy(cause -> cause, Collectors.counting()));
        return reclaiming(
                gang, plan, causes.getOrDefault(Yields.Cause.PRIORITY, 0L), causes.getOrDefault(Yields.Cause.MOVE, 0L));
    }

    /** Who yields to another gang goes for that one; this one only waits for it. */
    private void evict(Gang victim, Gang gang, Plan plan, Instant now, List<Decision> decisions) {
        if (isToGo(victim, gang)) {
            Reason reason = reclaimed(victim, gang);
            Instant deadline = notices.deadline(gang, plan, victim, toldBefore(victim, plan), now);
            victim.goesBy(Optional.of(deadline));
            victim.refusedSince(Optional.empty());
            victim.enter(Gang.Phase.ROLLING_BACK);
            victim.tell(reason);
            line.touch(victim);
            decisions.add(new Decision.Evict(victim.id(), gang.id(), deadline, reason));
        }
    }

    /** Who is ending already needs no notice: perhaps it was told by who decided before this process. */
    private static Optional<Instant> toldBefore(Gang victim, Plan plan) {
        return victim.goesBy().or(() -> victim.isEnding() ? Optional.of(plan.deadline()) : Optional.empty());
    }

    private boolean isToGo(Gang victim, Gang gang) {
        boolean yieldsToIt = yields.causeOf(victim, gang).isPresent();
        return victim.phase() == Gang.Phase.PLACED && (yieldsToIt || !Yields.isYielding(victim));
    }

    /** Who is to hear now for the first time that it, or a part of it, has to go. */
    private List<Gang> notToldYet(Gang gang, Plan plan, InTheWay.Left left) {
        Stream<Gang> wholes = left.wholes().stream()
                .filter(victim ->
                        isToGo(victim, gang) && toldBefore(victim, plan).isEmpty());
        Stream<Gang> parts = left.parts().stream()
                .filter(part -> part.gang().hasPlace()
                        && part.notToldYet().stream()
                                .anyMatch(uid ->
                                        part.gang().departures().goesBy(uid).isEmpty()))
                .map(InTheWay.LeftPart::gang);
        return Stream.concat(wholes, parts).toList();
    }

    /** Its seats are left when its pods are gone: a seat that is still its by then, nobody has come onto. */
    private void shrink(InTheWay.LeftPart part, Gang gang, Plan plan, Instant now, List<Decision> decisions) {
        Gang victim = part.gang();
        List<String> pods = part.notToldYet();
        Optional<Instant> told = pods.stream()
                .flatMap(uid -> victim.departures().goesBy(uid).stream())
                .max(Instant::compareTo);
        Instant deadline = notices.deadline(gang, plan, victim, told, now);
        boolean runs = victim.phase() == Gang.Phase.PLACED || victim.phase() == Gang.Phase.RECORDING;
        if (runs && !pods.isEmpty()) {
            pods.forEach(uid -> victim.departures().begin(uid, deadline));
            Reason reason = reclaimed(victim, gang).with("pods", String.valueOf(pods.size()));
            decisions.add(new Decision.Shrink(victim.id(), pods, gang.id(), deadline, reason));
        }
    }

    private Reason reclaimed(Gang victim, Gang gang) {
        Reason reason =
                Reason.reclaimed(gpusComing(gang), gang.grant().orElseThrow().tier());
        Optional<Yields.Cause> cause = yields.causeOf(victim, gang);
        if (cause.equals(Optional.of(Yields.Cause.MOVE))) {
            return reason.with(Reason.MOVED, "true");
        }
        if (SpotPart.isElastic(victim.spec()) && !victim.spec().sparesPods()) {
            reason = reason.with(Reason.SPARES_PODS, "false");
        }
        return cause.isPresent()
                ? reason.with(Reason.PRIORITY, String.valueOf(gang.rank().priority()))
                : reason;
    }

    /** GPUs for which others go: of the whole gang, or of the seats that it gets beside those that it has. */
    private static int gpusComing(Gang gang) {
        return gang.runsWithPlan()
                ? gang.seats().stream()
                        .filter(seat -> seat.isFree() && !gang.hasForSure(seat))
                        .mapToInt(seat -> seat.shape().gpus())
                        .sum()
                : gang.spec().gpus();
    }

    /**
     * All victims are gone whose nodes take work: the seats there are the gang's alone. It does not get those that it
     * would have had on others, where nobody waited for anybody.
     */
    private void start(Gang gang, List<Decision> decisions) {
        if (gang.runsWithPlan()) {
            seating.fallBack(gang);
        }
        gang.victimsAreGone();
        gang.enter(Gang.Phase.RECORDING);
        gang.tellNothing();
        line.touch(gang);
        decisions.add(new Decision.Record(gang.id(), gang.grant().orElseThrow(), SeatRuns.of(gang), Optional.empty()));
    }

    /**
     * The gang is served anew, with the seats that it had as free as those who leave make them. One that runs goes on, and
     * others are sought for those that it cannot have ({@link Growth}).
     */
    private void giveUp(Gang gang, List<Decision> decisions) {
        if (gang.runsWithPlan()) {
            seating.fallBack(gang);
            gang.plan(Optional.empty());
            upkeep.settle(gang, decisions);
            line.touch(gang);
            return;
        }
        gang.plan(Optional.empty());
        decisions.add(new Decision.PlanFailed(gang.id()));
        gang.tellNothing();
        seating.giveBackFree(gang);
        gang.recordIsVoid();
        // Pods that are left of an earlier place of it may hold seats.
        gang.enter(gang.pods().isAnyPlaced() ? Gang.Phase.ROLLING_BACK : Gang.Phase.WAITING);
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
