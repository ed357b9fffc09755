package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long ahead gangs are told that they have to go. A notice begins when they are told, which is when the plan is
 * durable: what that takes is not theirs to lose, nor what a successor finds that nobody has been told yet.
 */
final class Notices {
    /** By so much the last of them may be gone after the deadline that is written down. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Accounts accounts;
    private final Yields yields;

    Notices(Accounts accounts, Yields yields) {
        this.accounts = accounts;
        this.yields = yields;
    }

    /**
     * Until when a victim may stay that is told now.
     *
     * @param told until when it was told before
     */
    Instant deadline(Gang claimant, Plan plan, Gang victim, Optional<Instant> told, Instant now) {
        Instant end = told.orElseGet(() -> now.plus(of(claimant, victim)));
        return end.isAfter(plan.deadline()) ? end : plan.deadline();
    }

    /**
     * Another deadline of a plan, where it is too late to tell these of the one that is written down; with as much time to
     * write it as this one took.
     */
    Optional<Instant> later(Gang claimant, Plan plan, List<Gang> notToldYet, Instant now) {
        return notToldYet.stream()
                .map(victim -> deadline(claimant, plan, victim, Optional.empty(), now))
                .max(Instant::compareTo)
                .filter(end -> end.isAfter(plan.deadline().plus(SLACK)))
                .map(end -> end.plus(Duration.between(plan.deadline(), end)));
    }

    /** By the rules of the lender, and by its own for who goes though nothing is lent to it. */
    private Duration of(Gang claimant, Gang victim) {
        Decision.Grant grant = claimant.grant().orElseThrow();
        Duration lender = accounts.lending(grant.commitment(), grant.tier()).notice();
        Duration own = yields.causeOf(victim, claimant)
                .flatMap(cause -> victim.grant())
                .map(of -> accounts.notice(of.commitment()))
                .orElse(Duration.ZERO);
        return lender.compareTo(own) < 0 ? own : lender;
    }
}
