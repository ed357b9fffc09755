package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Grants a gang whose turn it is a place on the first of its accounts that has room, at the cost of others where that is
 * their right. What an equal demand was refused since the state last changed for the better is not asked again.
 */
final class Grants {
    private final Placer placer;
    private final Accounts accounts;
    private final Line line;
    private final Seating seating;
    private final Upkeep upkeep;
    private final Lent lent;
    private final Preemptions preemptions;
    private final Backfill backfill;
    private final Verdicts verdicts;
    private final AskedBefore askedBefore;
    private long tries;

    Grants(
            Cluster cluster,
            Placer placer,
            Accounts accounts,
            Line line,
            Seating seating,
            Upkeep upkeep,
            Lent lent,
            Preemptions preemptions,
            Backfill backfill,
            Verdicts verdicts) {
        this.placer = placer;
        this.accounts = accounts;
        this.line = line;
        this.seating = seating;
        this.upkeep = upkeep;
        this.lent = lent;
        this.preemptions = preemptions;
        this.backfill = backfill;
        this.verdicts = verdicts;
        askedBefore = new AskedBefore(cluster);
    }

    /** How often a place was sought for a gang so far. */
    long tries() {
        return tries;
    }

    /** Everybody is served anew, so that what was refused may be asked again. */
    void begin() {
        askedBefore.begin();
    }

    /** What a gang was refused on an account. */
    private record Refused(Claimant claimant, Refusal refusal) {
        /** Whether there is nothing of this account to wait for: another one that may serve the gang says more. */
        boolean isForGood() {
            return claimant.tier() == Tier.SPOT
                    || switch (refusal.code()) {
                        case NO_POOL_OF_CLASS, CONSTRAINTS_MATCH_NO_NODE, NEVER_FITS -> true;
                        case QUOTA_REACHED -> Kept.share(refusal, claimant).isEmpty();
                        default -> false;
                    };
        }
    }

    /**
     * Places a gang on the first account that has room.
     *
     * @param tiers that are given out now
     * @param there where it stands among those who wait; empty for behind them
     * @return why it has to wait; empty if it is placed
     */
    Optional<Kind.Verdict> place(
            Gang gang, Predicate<Tier> tiers, Optional<Position> there, Instant now, List<Decision> decisions) {
        tries++;
        List<Accounts.Choice> choices = accounts.choices(gang, now);
        if (choices.isEmpty()) {
            return Optional.of(Kind.Verdict.of(accounts.none(gang.spec(), now)));
        }
        int length = gang.template().length();
        ToIntFunction<Claimant> toLeave =
                account -> backfill.hold(gang, account, there, now).units();
        Optional<Refused> told = Optional.empty();
        boolean notCompact = false;
        for (int c = 0; c < choices.size(); c++) {
            Accounts.Choice choice = choices.get(c);
            if (!tiers.test(choice.claimant().tier())) {
                continue;
            }
            Optional<Refusal> least = place(gang, choices.subList(c, choices.size()), length, toLeave, now, decisions);
            if (least.isEmpty()) {
                return Optional.empty();
            }
            notCompact |= least.get().code() == Refusal.Code.NOT_COMPACT;
            Refused refused = new Refused(choice.claimant(), least.get());
            told = told.filter(before -> !before.isForGood() || refused.isForGood())
                    .or(() -> Optional.of(refused));
            Optional<Preemptions.Found> found = preemptions.place(gang, choices, c, toLeave, now);
            if (found.isPresent()) {
                grant(
                        gang,
                        found.get().choice(),
                        found.get().demand(),
                        found.get().placed(),
                        now,
                        decisions);
                return Optional.empty();
            }
        }
        Refusal refusal = told.orElseThrow().refusal();
        Kind.Verdict verdict = verdicts.of(gang, refusal, told.get().claimant(), there, now);
        return Optional.of(notCompact && refusal.code() != Refusal.Code.NOT_COMPACT ? verdict.untilCompact() : verdict);
    }

    /**
     * Places a gang on the first of these accounts, as much of it as there is room for. Where others would have to go for
     * that, it is placed on one of those that are as good, if it is idle there.
     *
     * @param length see {@link Backfill#length}
     * @param toLeaveOf what of an account is kept for others
     * @return what the least that it asks for was refused; empty if it is placed
     */
    private Optional<Refusal> place(
            Gang gang,
            List<Accounts.Choice> choices,
            int length,
            ToIntFunction<Claimant> toLeaveOf,
            Instant now,
            List<Decision> decisions) {
        Accounts.Choice choice = choices.get(0);
        Claimant claimant = choice.claimant();
        int toLeave = toLeaveOf.applyAsInt(claimant);
        Evictables evictables = lent.evictables(choice.lending().minRuntime(), now, false);
        List<Accounts.Choice> alike = evictables == Evictables.NONE || claimant.tier() == Tier.SPOT
                ? List.of()
                : choices.stream().filter(choice::isAlike).toList();
        Optional<Refusal> least = Optional.empty();
        for (Demands.Demand demand : gang.ask().orElseThrow().demands()) {
            least = askedBefore.refusal(claimant, demand.number(), length, toLeave);
            if (least.isEmpty()) {
                for (Accounts.Choice idle : alike.size() > 1 ? alike : List.<Accounts.Choice>of()) {
                    Outcome outcome = place(gang, demand, idle, toLeaveOf.applyAsInt(idle.claimant()), Evictables.NONE);
                    if (outcome instanceof Outcome.Placed placed) {
                        grant(gang, idle, demand.value(), placed, now, decisions);
                        return Optional.empty();
                    }
                }
                Outcome outcome = place(gang, demand, choice, toLeave, evictables);
                if (outcome instanceof Outcome.Placed placed) {
                    grant(gang, choice, demand.value(), placed, now, decisions);
                    return Optional.empty();
                }
                least = Optional.of(((Outcome.Refused) outcome).refusal());
                askedBefore.refused(claimant, demand.number(), length, toLeave, least.get());
            }
        }
        return least;
    }

    private Outcome place(
            Gang gang, Demands.Demand demand, Accounts.Choice choice, int toLeave, Evictables evictables) {
        return placer.place(
                demand.value(),
                choice.claimant(),
                toLeave,
                evictables,
                !gang.id().isLonePod());
    }

    private void grant(
            Gang gang,
            Accounts.Choice choice,
            GangDemand demand,
            Outcome.Placed placed,
            Instant now,
            List<Decision> decisions) {
        seating.found(gang, Demands.seats(demand, placed, now));
        gang.grant(choice.grant(gang.spec(), now));
        gang.why(placed.why());
        gang.tellNothing();
        Instant deadline = now.plus(preemptions.taken(gang, choice, placed));
        upkeep.settle(gang, placed.victims(), deadline, Preemptions.in(placed), 0, decisions);
        line.touch(gang);
    }
}
