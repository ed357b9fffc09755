package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which kinds of gangs need not be asked again, as what they were refused last still holds: the account has less left
 * than they need, or nothing was freed since, or less is idle than they need.
 */
final class StillRefused {
    private final Cluster cluster;
    private final Placer placer;
    private final Accounts accounts;

    StillRefused(Cluster cluster, Placer placer, Accounts accounts) {
        this.cluster = cluster;
        this.placer = placer;
        this.accounts = accounts;
    }

    void remember(Waiting.Turn turn, Kind.Verdict verdict) {
        turn.kind().remember(isLent(turn), new Kind.Standing(verdict, cluster.freed(), cluster.structure()));
    }

    private static boolean isLent(Waiting.Turn turn) {
        return turn.borrows() || turn.kind().line().tier() == Tier.SPOT;
    }

    static boolean acceptsOnlySpot(Kind kind) {
        return kind.key().asked().tiers().stream().allMatch(tier -> tier == Tier.SPOT);
    }

    /** What still holds; empty where it is to be asked again. Who does not know yet why he waits is told as things stand. */
    Optional<Kind.Verdict> of(Waiting.Turn turn, Instant now) {
        Kind kind = turn.kind();
        boolean lent = isLent(turn);
        return kind.hasUntold() || (lent && !turn.borrows() && !acceptsOnlySpot(kind))
                ? Optional.empty()
                : kind.last(lent)
                        .filter(last -> lent ? isNotLent(turn, last, now) : isBeyondQuota(turn, last, now))
                        .map(Kind.Standing::verdict);
    }

    private boolean isNotLent(Waiting.Turn turn, Kind.Standing last, Instant now) {
        // What was kept for another may be kept no longer.
        boolean mayBeKept = last.verdict().reason().code() == Reason.Code.BEHIND_IN_QUEUE;
        return (last.freed() == cluster.freed() && !mayBeKept)
                || (last.isOf(Reason.Code.INSUFFICIENT_GPUS, cluster.structure()) && isMoreThanIdle(turn, now));
    }

    private boolean isMoreThanIdle(Waiting.Turn turn, Instant now) {
        for (Accounts.Choice choice : choices(turn, now)) {
            if (choice.claimant().tier() == Tier.SPOT
                    && cluster.mostIdleGpus(choice.claimant().account()) >= gpus(turn)) {
                return false;
            }
        }
        return true;
    }

    private boolean isBeyondQuota(Waiting.Turn turn, Kind.Standing last, Instant now) {
        if (!last.isOf(Reason.Code.QUOTA_REACHED, cluster.structure())) {
            return false;
        }
        for (Accounts.Choice choice : choices(turn, now)) {
            if (choice.claimant().tier() != Tier.SPOT && !placer.isBeyondQuota(choice.claimant(), gpus(turn))) {
                return false;
            }
        }
        return true;
    }

    private List<Accounts.Choice> choices(Waiting.Turn turn, Instant now) {
        return accounts.choices(turn.gang(), now);
    }

    /** GPUs of the smallest size in which the gang would start. */
    private static int gpus(Waiting.Turn turn) {
        List<Demands.Demand> demands = turn.gang().ask().orElseThrow().demands();
        return demands.get(demands.size() - 1).value().gpus();
    }
}
