package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Serves the queue: who has his turn, and in which order. Nobody has one in vain as far as that can be told before, and
 * what earlier gangs of an account wait for is kept from later ones.
 */
final class Cycle {
    private final Line line;
    private final Accounts accounts;
    private final Cluster cluster;
    private final Upkeep upkeep;
    private final Promotion promotion;
    private final Preemptions preemptions;
    private final Grants grants;
    private final Kept kept;
    private final Patience patience;
    private final Backfill backfill;
    private final Drains drains;
    private final Verdicts verdicts;
    private final Wishes wishes = new Wishes();
    private final StillRefused stillRefused;
    private final Standstill standstill;
    private Optional<Instant> nextChange = Optional.empty();
    private long passes;
    private long givenUp;

    Cycle(
            Line line,
            Accounts accounts,
            Cluster cluster,
            Placer placer,
            Upkeep upkeep,
            Promotion promotion,
            Preemptions preemptions,
            Grants grants,
            Kept kept,
            Patience patience,
            Backfill backfill,
            Drains drains,
            Verdicts verdicts) {
        this.line = line;
        this.accounts = accounts;
        this.cluster = cluster;
        this.upkeep = upkeep;
        this.promotion = promotion;
        this.preemptions = preemptions;
        this.grants = grants;
        this.kept = kept;
        this.patience = patience;
        this.backfill = backfill;
        this.drains = drains;
        this.verdicts = verdicts;
        stillRefused = new StillRefused(cluster, placer, accounts);
        standstill = new Standstill(accounts, placer, preemptions, stillRefused);
    }

    /** When what is kept for those who wait is another without an event. */
    Optional<Instant> nextChange() {
        return nextChange;
    }

    /** How often everybody had his turn so far. */
    long passes() {
        return passes;
    }

    /** From now on everybody has his turn also where that would change nothing; to compare. */
    void passAlways() {
        standstill.neverTell();
    }

    /**
     * Serves those that came; everybody who waits, if something may fit now that did not before or somebody came who
     * goes before others.
     *
     * @return whether it was everybody
     */
    boolean serve(boolean anew, Instant now, List<Decision> decisions) {
        List<Gang> arrived = line.takeArrived();
        List<Gang> borrowing = line.takeNewlyBorrowing();
        boolean all = anew
                || Ranks.competeByShare(arrived)
                || line.waiting().competeForLent(arrived)
                || arrived.stream().anyMatch(gang -> isLate(gang, now))
                || borrowing.stream().anyMatch(gang -> promotion.isDue(gang, now));
        if (all) {
            // In this order, so that each comes last in its row.
            arrived.sort(Queue.BY_AGE);
            arrived.forEach(gang -> join(gang, now, decisions));
        } else {
            long freed = cluster.freed();
            boolean anyPlaced = serveArrived(Queue.inOrder(arrived), now, decisions);
            all = isToGoOn(anyPlaced, freed);
        }
        if (all) {
            drains.keepForBorrowers(now);
        }
        boolean goOn = all;
        while (goOn) {
            List<Gang> running = promotion.due(line.borrowing(), now);
            if (running.isEmpty() && isStandstill(now, decisions)) {
                break;
            }
            long freed = cluster.freed();
            boolean anyPlaced = serveAll(running, now, decisions);
            goOn = isToGoOn(anyPlaced, freed);
            drains.keepForBorrowers(now);
        }
        if (all || !arrived.isEmpty()) {
            nextChange = backfill.nextChange(now);
        }
        return all;
    }

    /**
     * Whether all have their turn once more. What was bound or broken for one may have room for those who needed whole
     * cells before, and what is kept for those who borrow now, or was for those who have a place, is kept no longer.
     *
     * @param freed before the last turns
     */
    private boolean isToGoOn(boolean anyPlaced, long freed) {
        boolean isGivenUp = drains.givenUp() != givenUp;
        givenUp = drains.givenUp();
        boolean isAnyKept = kept.isForAny() || drains.isAny();
        return !line.waiting().isEmpty() && (isGivenUp || (anyPlaced && (cluster.freed() != freed || isAnyKept)));
    }

    /** Whether the gang goes before one for which something is kept. */
    private boolean isLate(Gang gang, Instant now) {
        Position there = line.waiting().positionOf(gang);
        for (Accounts.Choice choice : accounts.choices(gang, now)) {
            if (isLate(gang, there, choice.claimant())) {
                return true;
            }
        }
        return false;
    }

    private boolean isLate(Gang gang, Position there, Claimant claimant) {
        return kept.last(claimant)
                        .filter(before -> before != gang && Queue.isBefore(gang, before))
                        .isPresent()
                || drains.isAnyBehind(gang, claimant)
                || kept.on(claimant).stream().anyMatch(of -> of.kind().isBehindByShare(there));
    }

    /** Gives each kind of gang its turns until one is refused; answers whether any was placed, or has its seats of its own now. */
    private boolean serveAll(List<Gang> running, Instant now, List<Decision> decisions) {
        passes++;
        grants.begin();
        standstill.begin();
        kept.clear();
        drains.begin();
        int waited = line.waiting().size();
        line.waiting()
                .inOrder(
                        running,
                        patience.overdue(now),
                        tenant -> accounts.lentShare(tenant, cluster),
                        turn -> serve(turn, now, decisions),
                        (gang, position) -> promote(gang, position, now, decisions));
        kept.passed();
        return line.waiting().size() < waited || running.stream().anyMatch(gang -> !Promotion.isWanted(gang));
    }

    /**
     * Whether a pass would place nobody; then all is as after it: who is refused with other numbers now knows them.
     */
    private boolean isStandstill(Instant now, List<Decision> decisions) {
        Optional<List<Waiting.Turn>> toAsk = standstill.toAsk(now);
        if (toAsk.isEmpty()) {
            return false;
        }
        grants.begin();
        int news = 0;
        List<Kind.Verdict> verdicts = new ArrayList<>();
        for (Waiting.Turn turn : toAsk.get()) {
            Optional<Kind.Verdict> again =
                    grants.place(turn.gang(), tier -> tier == Tier.SPOT, Optional.of(turn.position()), now, decisions);
            if (again.isEmpty()) {
                // It has a place after all, so others may have one.
                return false;
            }
            Kind.Verdict verdict = again.get();
            stillRefused.remember(turn, verdict);
            verdicts.add(verdict);
            Reason.Code before = turn.kind().verdict().orElseThrow().reason().code();
            news += beside(turn.kind(), verdict).reason().code() == before ? 0 : 1;
        }
        if (news > 1) {
            // In which order they hear of it a pass decides, which finds these verdicts.
            return false;
        }
        for (int i = 0; i < verdicts.size(); i++) {
            Kind kind = toAsk.get().get(i).kind();
            Kind.Verdict verdict = beside(kind, verdicts.get(i));
            kind.hopeForLent();
            this.verdicts.refuse(kind, verdict, decisions);
        }
        kept.passedAgain();
        return true;
    }

    /** What a kind is told that is not lent a place either. */
    private static Kind.Verdict beside(Kind kind, Kind.Verdict lent) {
        return kind.unlent().map(own -> own.beside(lent)).orElse(lent);
    }

    private void serve(Waiting.Turn turn, Instant now, List<Decision> decisions) {
        Kind kind = turn.kind();
        boolean mayBorrow = kind.mayBorrowInstead();
        // Of those who ask for the same only some may have juniors to evict.
        Optional<Kind.Verdict> verdict =
                preemptions.mayHelp(turn.gang(), now) ? Optional.empty() : stillRefused.of(turn, now);
        if (verdict.isEmpty()) {
            verdict = grants.place(
                    turn.gang(),
                    tier -> !mayBorrow || turn.borrows() == (tier == Tier.SPOT),
                    Optional.of(turn.position()),
                    now,
                    decisions);
            verdict.ifPresent(v -> stillRefused.remember(turn, v));
        }
        if (verdict.isPresent()) {
            standstill.refused(turn);
        }
        if (verdict.isPresent() && mayBorrow && !turn.borrows()) {
            verdicts.refuseUnlent(kind, verdict.get());
        } else if (verdict.isPresent()) {
            verdicts.refuse(kind, beside(kind, verdict.get()), decisions);
        }
    }

    /** What a gang runs on becomes its own at its place in the order, as if it waited: who goes before it loses nothing. */
    private void promote(Gang gang, Position position, Instant now, List<Decision> decisions) {
        Optional<Position> there = Optional.of(position);
        if (promotion.promote(
                gang, claimant -> backfill.hold(gang, claimant, there, now).keep(), now)) {
            upkeep.settle(gang, decisions);
            line.touch(gang);
        }
    }

    /** Serves gangs of which none goes before one that waits; answers whether any was placed. */
    private boolean serveArrived(List<Gang> inOrder, Instant now, List<Decision> decisions) {
        boolean anyPlaced = false;
        for (Gang gang : inOrder) {
            // What was kept for it before is not kept from itself.
            line.waiting().remove(gang);
            drains.forget(gang);
            Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang, now));
            Optional<Kind.Verdict> verdict = ask.missing().isPresent()
                    ? Optional.empty()
                    : line.waiting()
                            .find(ask.kind().orElseThrow())
                            .filter(kind -> !preemptions.mayHelp(gang, now))
                            .flatMap(Kind::verdict)
                            .or(() -> grants.place(gang, tier -> true, Optional.empty(), now, decisions));
            if (gang.phase() == Gang.Phase.WAITING) {
                Optional<Kind> kind = join(gang, now, decisions);
                drains.forget(gang);
                verdict.ifPresent(v -> {
                    verdicts.refuse(kind.orElseThrow(), v, decisions);
                    v.kept().ifPresent(share -> kept.came(gang, share));
                });
            } else {
                anyPlaced = true;
            }
        }
        return anyPlaced;
    }

    /** Puts a gang into the queue by what it asks for now, or tells it what is missing. */
    private Optional<Kind> join(Gang gang, Instant now, List<Decision> decisions) {
        Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang, now));
        if (ask.missing().isPresent()
                && Readiness.isToBeTold(gang, ask.missing().get())) {
            Verdicts.tell(gang, ask.missing().get(), decisions);
        }
        ask.compactUntil().ifPresent(end -> line.compactWait().begin(gang, end));
        boolean isFirst = line.waiting().isEmpty();
        Optional<Kind> kind = line.waiting().put(gang, ask.kind());
        standstill.joined(gang, kind, isFirst);
        return kind;
    }

    private Gang.Ask ask(Gang gang, Instant now) {
        Optional<Reason> missing = Readiness.missing(gang);
        Optional<Gang.Ask> ask = missing.isPresent()
                ? missing.map(Gang.Ask::missing)
                : wishes.ask(gang, line.compactWait().until(gang, now));
        gang.ask(ask);
        return ask.orElseThrow();
    }
}
