package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether everybody in the queue would be refused again, as far as that can be told without giving anybody a turn. While
 * many wait most events are like that, and to see it costs a small part of a pass in which each kind has its turn.
 *
 * <p>It knows who was refused in the last pass, and stands for that pass as long as no other kind has come since. Where
 * turns depend on more than that, as on priorities or on shares of sub-tenants, it says no.
 */
final class Standstill {
    private final Accounts accounts;
    private final Placer placer;
    private final Preemptions preemptions;
    private final StillRefused stillRefused;
    private final List<Refused> refused = new ArrayList<>();
    private boolean isComplete;
    /** That all had who waited since the queue was empty, if they had the same. */
    private OptionalInt priority = OptionalInt.empty();

    private boolean isMixed;
    private boolean isSilent;

    /** A kind that had its turn for what is lent, or for the rest. */
    private record Refused(Kind kind, boolean borrows) {
        Waiting.Turn again() {
            Row row = kind.rows().values().iterator().next();
            return new Waiting.Turn(row.first(), kind, row.positionOfFirst(), borrows);
        }
    }

    Standstill(Accounts accounts, Placer placer, Preemptions preemptions, StillRefused stillRefused) {
        this.accounts = accounts;
        this.placer = placer;
        this.preemptions = preemptions;
        this.stillRefused = stillRefused;
    }

    /** It says no from now on. */
    void neverTell() {
        isSilent = true;
    }

    /** A pass begins. */
    void begin() {
        refused.clear();
        isComplete = true;
    }

    /** It was the turn of a kind, and it was refused. */
    void refused(Waiting.Turn turn) {
        refused.add(new Refused(turn.kind(), turn.borrows()));
    }

    /**
     * A gang has its place in the queue.
     *
     * @param kind empty where it is not ready
     * @param isFirst whether nobody else waits
     */
    void joined(Gang gang, Optional<Kind> kind, boolean isFirst) {
        int its = gang.rank().priority();
        isMixed = !isFirst && (isMixed || priority.orElse(its) != its);
        priority = OptionalInt.of(its);
        // A kind without a verdict has had no turn yet.
        isComplete &= kind.isEmpty() || kind.get().verdict().isPresent();
    }

    /**
     * Those of the last pass who have to be asked only for the numbers, as they would be refused for certain.
     *
     * @return empty if somebody may be given a place, or asked for another reason
     */
    Optional<List<Waiting.Turn>> toAsk(Instant now) {
        if (isSilent || !isComplete || isMixed || accounts.anySubTenants()) {
            return Optional.empty();
        }
        List<Waiting.Turn> ask = new ArrayList<>();
        for (Refused of : refused) {
            if (!of.kind().isEmpty()) {
                Waiting.Turn turn = of.again();
                if (preemptions.mayHelp(turn.gang(), now)) {
                    return Optional.empty();
                }
                if (stillRefused.of(turn, now).isEmpty()) {
                    if (of.kind().hasUntold() || !isNotLent(turn, now)) {
                        return Optional.empty();
                    }
                    ask.add(turn);
                }
            }
        }
        return Optional.of(ask);
    }

    /** Whether it is about what is lent only, and that has no room for the gang wherever it is. */
    private boolean isNotLent(Waiting.Turn turn, Instant now) {
        boolean asksForLent =
                turn.borrows() && (turn.kind().mayBorrowInstead() || StillRefused.acceptsOnlySpot(turn.kind()));
        if (!asksForLent) {
            return false;
        }
        for (Accounts.Choice choice : accounts.choices(turn.gang(), now)) {
            if (choice.claimant().tier() == Tier.SPOT && !hasNoRoom(turn.gang(), choice.claimant())) {
                return false;
            }
        }
        return true;
    }

    private boolean hasNoRoom(Gang gang, Claimant claimant) {
        for (Demands.Demand demand : gang.ask().orElseThrow().demands()) {
            if (!placer.hasNoRoom(demand.value(), claimant)) {
                return false;
            }
        }
        return true;
    }
}
