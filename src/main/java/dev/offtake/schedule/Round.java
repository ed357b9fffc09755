package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One round of decisions: what is due at this instant; who has left, or has to ({@link Leavers}); seats for pods that
 * came, and other ones for those that are lost ({@link Upkeep}, {@link Stranded}); the queue in order ({@link Cycle}); what could be moved
 * ({@link Defragmentation}); growth of elastic gangs ({@link Upkeep}); at last what is only told ({@link Reported}).
 */
final class Round {
    private final Cluster cluster;
    private final Accounts accounts;
    private final Ranks ranks;
    private final Roster roster;
    private final Line line;
    private final Lent lent;
    private final Leavers leavers;
    private final Upkeep upkeep;
    private final Stranded stranded;
    private final Backfill backfill;
    private final Cycle cycle;
    private final Defragmentation defragmentation;
    private final Reported reported;
    private final SelfCheck check;
    private Optional<Instant> unprotected = Optional.empty();
    private boolean anew = true;
    private long changes;

    Round(
            Cluster cluster,
            Accounts accounts,
            Ranks ranks,
            Roster roster,
            Line line,
            Lent lent,
            Leavers leavers,
            Upkeep upkeep,
            Stranded stranded,
            Backfill backfill,
            Cycle cycle,
            Defragmentation defragmentation,
            Reported reported,
            SelfCheck check) {
        this.cluster = cluster;
        this.accounts = accounts;
        this.ranks = ranks;
        this.roster = roster;
        this.line = line;
        this.lent = lent;
        this.leavers = leavers;
        this.upkeep = upkeep;
        this.stranded = stranded;
        this.backfill = backfill;
        this.cycle = cycle;
        this.defragmentation = defragmentation;
        this.reported = reported;
        this.check = check;
    }

    /** Something may fit now that did not, or the order is another: everybody is served in the next round. */
    void changed() {
        anew = true;
        changes++;
    }

    /** Another number after anything by which a gang may have a place that had none. */
    private long news() {
        return cluster.freed() + line.happened() + changes;
    }

    /** Decides everything that can be decided at {@code now}. */
    List<Decision> decide(Instant now) {
        List<Decision> decisions = new ArrayList<>();
        takeWhatIsDue(now);
        if (leavers.check(now, decisions)) {
            changed();
        }
        reported.charge(now);
        check.begin(now);
        line.compactWait().over(now).forEach(line::touch);
        for (Gang gang : line.takeSeatable()) {
            upkeep.seatOrRecord(gang, decisions);
        }
        boolean everybody = anew;
        anew = false;
        List<Gang> hungry = Queue.inOrder(line.takeHungry(everybody));
        // Nodes may take work again on which they have seats.
        hungry.forEach(gang -> upkeep.seatOrRecord(gang, decisions));
        everybody |= upkeep.repair(hungry, now, decisions);
        stranded.hear(news(), now);
        stranded.check(hungry, now, decisions);
        everybody = cycle.serve(everybody, now, decisions);
        if (defragmentation.look(everybody, now, decisions)) {
            changed();
        }
        if (upkeep.grow(
                everybody ? Queue.inOrder(line.takeHungry(true)) : hungry,
                (gang, claimant) ->
                        backfill.hold(gang, claimant, Optional.empty(), now).keep(),
                now,
                decisions)) {
            changed();
        }
        unprotected = Earliest.of(unprotected, lent.takeNextUnprotected());
        for (Decision decision : decisions) {
            if (decision instanceof Decision.Record) {
                roster.find(decision.gang()).ifPresent(line::touch);
            }
        }
        stranded.hear(news(), now);
        reported.foresee(everybody, now, decisions);
        check.end(now, decisions);
        return decisions;
    }

    /** What becomes another by the mere passing of time. */
    private void takeWhatIsDue(Instant now) {
        if (isOver(accounts.due(), now)) {
            cluster.setAccounts(accounts.at(now));
            ranks.accountsChanged();
            changed();
        }
        ranks.settle(now);
        if (isOver(unprotected, now)) {
            unprotected = Optional.empty();
            changed();
        }
        if (isOver(cycle.nextChange(), now)) {
            changed();
        }
    }

    private static boolean isOver(Optional<Instant> end, Instant now) {
        return end.isPresent() && !now.isBefore(end.get());
    }

    /** The earliest instant at which there is something to decide without an event. */
    Optional<Instant> due() {
        return Earliest.of(known(), defragmentation.due());
    }

    /** The same without looks that are only taken again. */
    Optional<Instant> known() {
        return Stream.of(
                        accounts.due(),
                        leavers.due(),
                        stranded.due(),
                        unprotected,
                        cycle.nextChange(),
                        reported.due(),
                        line.compactWait().due())
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }
}
