package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Grants a gang whose turn it is a place, at the cost of others where that is their right: of its tiers and classes in the
 * first that has room, and of the accounts of one tier and class on the one that has the best place. What an equal demand
 * was refused since the state last changed for the better is not asked again.
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

        boolean isNotCompact() {
            return refusal.code() == Refusal.Code.NOT_COMPACT;
        }
    }

    /**
     * Places a gang if any of its accounts has room.
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
        Function<Claimant, Keep> toLeave =
                account -> backfill.hold(gang, account, there, now).keep();
        List<Rivals> all = Rivals.of(choices);
        List<Refused> told = new ArrayList<>();
        for (int from = 0, to; from < all.size(); from = to) {
            Tier tier = all.get(from).tier();
            for (to = from; to < all.size() && all.get(to).tier() == tier; to++) {
                if (tiers.test(tier) && isPlaced(gang, all.get(to), toLeave, told, now, decisions)) {
                    return Optional.empty();
                }
            }
            // Nobody goes for his lower priority before all accounts of the tier were asked.
            if (tiers.test(tier) && isPlacedByPriority(gang, all.subList(from, to), toLeave, now, decisions)) {
                return Optional.empty();
            }
        }
        Refused nearest = nearest(told);
        Kind.Verdict verdict = verdicts.of(gang, nearest.refusal(), nearest.claimant(), there, now);
        boolean notCompact = told.stream().anyMatch(Refused::isNotCompact);
        return Optional.of(notCompact && !nearest.isNotCompact() ? verdict.untilCompact() : verdict);
    }

    /** The first of those that there is something to wait for; else the first of those who refused for good. */
    private static Refused nearest(List<Refused> told) {
        return told.stream().filter(refused -> !refused.isForGood()).findFirst().orElse(told.get(0));
    }

    /**
     * Places a gang on the best of these accounts, as much of it as there is room for on any.
     *
     * @param toLeaveOf what of an account is kept for others
     * @param told what the least that it asks for was refused is added, by each account
     */
    private boolean isPlaced(
            Gang gang,
            Rivals rivals,
            Function<Claimant, Keep> toLeaveOf,
            List<Refused> told,
            Instant now,
            List<Decision> decisions) {
        int length = gang.template().length();
        List<Terms> accounts = rivals.terms(toLeaveOf, minRuntime -> lent.evictables(minRuntime, now, false));
        List<Demands.Demand> demands = gang.ask().orElseThrow().demands();
        Spared spared = Spared.NOBODY;
        for (Demands.Demand demand : demands) {
            List<Terms> toAsk = new ArrayList<>(accounts);
            toAsk.removeIf(account -> refusal(account, demand, length).isPresent());
            if (!toAsk.isEmpty()) {
                Lent.Looked<Outcome> looked = lent.look(
                        () -> placer.place(demand.value(), toAsk, !gang.id().isLonePod()));
                Outcome outcome = looked.found();
                if (outcome instanceof Outcome.Placed placed) {
                    Accounts.Choice choice = Rivals.choice(List.of(rivals), placed.claimant());
                    grant(gang, choice, demand.value(), placed, now, decisions);
                    return true;
                }
                spared = spared.and(looked.spared());
                List<Refusal> refusals = ((Outcome.Refused) outcome).refusals();
                for (int i = 0; i < toAsk.size(); i++) {
                    Terms account = toAsk.get(i);
                    boolean borrows = account.claimant().tier() == Tier.SPOT;
                    Refusal refusal = borrows ? refusals.get(i) : spared.explain(refusals.get(i));
                    askedBefore.refused(account.claimant(), demand.number(), length, account.keep(), refusal);
                }
            }
        }
        Demands.Demand least = demands.get(demands.size() - 1);
        for (Terms account : accounts) {
            told.add(new Refused(
                    account.claimant(), refusal(account, least, length).orElseThrow()));
        }
        return false;
    }

    private Optional<Refusal> refusal(Terms account, Demands.Demand demand, int length) {
        return askedBefore.refusal(account.claimant(), demand.number(), length, account.keep());
    }

    /** Places the least of a gang at the cost of lower priorities. */
    private boolean isPlacedByPriority(
            Gang gang, List<Rivals> ofTier, Function<Claimant, Keep> toLeaveOf, Instant now, List<Decision> decisions) {
        List<Demands.Demand> demands = gang.ask().orElseThrow().demands();
        GangDemand least = demands.get(demands.size() - 1).value();
        Optional<Outcome.Placed> placed = preemptions.place(gang, least, ofTier, toLeaveOf, now);
        placed.ifPresent(at -> grant(gang, Rivals.choice(ofTier, at.claimant()), least, at, now, decisions));
        return placed.isPresent();
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
