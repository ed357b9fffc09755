package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries moves out. The gang for which others are moved has its place and a plan that names them ({@link Reclaims} takes
 * them back); until they are gone, what they leave is counted as lent, and their next places are held for them.
 */
final class Moves {
    /** So long after the deadline a place is held for a gang that does not come back. */
    static final Duration HELD = Duration.ofMinutes(5);

    /** So long a gang that was moved is not moved again: having run for a short time, it would be the cheapest always. */
    static final Duration SPARED = Duration.ofHours(6);

    private final Cluster cluster;
    private final Placer placer;
    private final Lent lent;
    private final Accounts accounts;
    private final Roster roster;
    private final Line line;
    private final Seating seating;
    private final Upkeep upkeep;
    private final Yields yields;
    private final Map<GangId, Hold> holds = new TreeMap<>();
    private final Map<GangId, Instant> movedAt = new TreeMap<>();

    /**
     * The next place of a gang.
     *
     * @param counted whether it counts as the gang's own
     */
    private record Hold(Gang gang, List<Seat> seats, Instant until, boolean counted) {}

    Moves(
            Cluster cluster,
            Placer placer,
            Lent lent,
            Accounts accounts,
            Roster roster,
            Line line,
            Seating seating,
            Upkeep upkeep,
            Yields yields) {
        this.cluster = cluster;
        this.placer = placer;
        this.lent = lent;
        this.accounts = accounts;
        this.roster = roster;
        this.line = line;
        this.seating = seating;
        this.upkeep = upkeep;
        this.yields = yields;
    }

    /** Whether the gang is on its way, or has been moved so lately that it is spared. */
    boolean spares(Gang gang, Instant now) {
        @Nullable Instant moved = movedAt.get(gang.id());
        return holds.containsKey(gang.id())
                || (moved != null && now.isBefore(moved.plus(SPARED)))
                || Yields.isYielding(gang);
    }

    /** The next place of a gang, as far as it is counted as its own. */
    List<Seat> held(Gang gang) {
        @Nullable Hold hold = holds.get(gang.id());
        return hold != null && hold.gang() == gang && hold.counted() ? hold.seats() : List.of();
    }

    boolean anyUnderWay() {
        return !holds.isEmpty();
    }

    /** The plan is the gang's from now on; nobody is told to go before it is durable. */
    void begin(Repacking.Ask ask, Repacking.Found found, Instant now, List<Decision> decisions) {
        Gang gang = ask.gang();
        Duration notice = ask.choice().lending().notice();
        for (Repacking.Move move : found.moves()) {
            Duration own = accounts.notice(move.gang().grant().orElseThrow().commitment());
            notice = own.compareTo(notice) > 0 ? own : notice;
        }
        Instant deadline = now.plus(notice);
        movedAt.values().removeIf(at -> !now.isBefore(at.plus(SPARED)));
        found.moves().forEach(move -> yields.toBeMoved(move.gang(), gang));
        List<Seat> seats = Demands.seats(ask.demand(), found.claimant(), now);
        seats.forEach(seat -> count(seat, 1));
        seating.found(gang, seats);
        for (Repacking.Move move : found.moves()) {
            List<Seat> next = Demands.seats(move.demand(), move.to(), now);
            next.forEach(seat -> count(seat, 1));
            movedAt.put(move.gang().id(), now);
            holds.put(move.gang().id(), new Hold(move.gang(), next, deadline.plus(HELD), true));
        }
        gang.grant(ask.choice().grant(gang.spec(), now));
        gang.why(found.claimant().why());
        upkeep.settle(
                gang, found.claimant().victims(), deadline, 0, found.moves().size(), decisions);
    }

    /** Seats that are held for gangs to come back. */
    List<Seat> held() {
        return holds.values().stream()
                .filter(Hold::counted)
                .flatMap(hold -> hold.seats().stream())
                .toList();
    }

    private void count(Seat seat, int pods) {
        cluster.seat(seat.node(), seat.counted(), seat.shape(), pods);
    }

    /**
     * Gives gangs that have come back the places that are held for them, and ends what is not to be any more; answers
     * whether anything may fit now that did not.
     */
    boolean check(Instant now, List<Decision> decisions) {
        boolean changed = false;
        for (Hold hold : List.copyOf(holds.values())) {
            Gang gang = hold.gang();
            boolean there = roster.get(gang.id()) == gang && gang.phase() != Gang.Phase.CLOSING;
            boolean waits = there && gang.phase() == Gang.Phase.WAITING;
            if (waits && isReady(gang, hold)) {
                holds.remove(gang.id());
                take(gang, hold, now, decisions);
                // Who waits may be of higher priority.
                changed = true;
            } else if (!there
                    || !now.isBefore(hold.until())
                    || (runs(gang) && !Yields.isYielding(gang))
                    || !isAsked(gang, hold)) {
                holds.remove(gang.id());
                uncount(hold);
                changed = true;
            } else if (waits && !hold.counted()) {
                holds.remove(gang.id());
                hold(gang, hold, now);
            } else if (!waits && hold.counted() && !Yields.isYielding(gang)) {
                // Nobody comes any more for what it is leaving, which counts as its own until it is gone.
                uncount(hold);
                holds.put(gang.id(), new Hold(gang, hold.seats(), hold.until(), false));
                changed = true;
            }
        }
        return changed;
    }

    private void uncount(Hold hold) {
        if (hold.counted()) {
            hold.seats().forEach(seat -> count(seat, -1));
        }
    }

    /** Holds a place again for a gang that has gone, if there is one: it was not its own wish to go. */
    private void hold(Gang gang, Hold before, Instant now) {
        GangDemand demand = Demands.again(gang, before.seats());
        Optional<Outcome> outcome = choice(gang, before, now).map(choice -> placer.place(demand, choice.claimant(), 0));
        if (outcome.isPresent() && outcome.get() instanceof Outcome.Placed placed) {
            holds.put(gang.id(), new Hold(gang, Demands.seats(demand, placed, now), before.until(), true));
        }
    }

    private Optional<Accounts.Choice> choice(Gang gang, Hold hold, Instant now) {
        Claimant claimant = hold.seats().get(0).claimant();
        return accounts.choices(gang.spec(), now).stream()
                .filter(c -> c.claimant().equals(claimant))
                .findFirst();
    }

    private static boolean runs(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED || gang.phase() == Gang.Phase.RECORDING;
    }

    private static boolean isReady(Gang gang, Hold hold) {
        return Readiness.missing(gang).isEmpty()
                && gang.seats().isEmpty()
                && !hold.seats().isEmpty();
    }

    /** Whether the gang still asks for what is held, and may come there. */
    private boolean isFine(Gang gang, Hold hold) {
        return hold.seats().stream().allMatch(seat -> seating.nodes().mayCome(gang, seat)) && isAsked(gang, hold);
    }

    private static boolean isAsked(Gang gang, Hold hold) {
        return hold.seats().stream()
                .allMatch(seat -> gang.spec()
                        .podSet(seat.podSet())
                        .filter(set -> set.shape().equals(seat.shape()))
                        .isPresent());
    }

    /**
     * The gang has come back: it gets the place that is held for it, or, where lent work still sits on that, one that
     * such work leaves for it; ahead of the queue, as it was not its own wish to go. If there is none, it waits as others.
     */
    private void take(Gang gang, Hold hold, Instant now, List<Decision> decisions) {
        Optional<Accounts.Choice> known = choice(gang, hold, now);
        boolean isFree = hold.counted()
                && isFine(gang, hold)
                && hold.seats().stream().map(Seat::node).noneMatch(seating.nodes()::isBlocked)
                && known.isPresent()
                && cluster.quotas().isWithinQuota(known.get().claimant());
        if (isFree) {
            seating.found(
                    gang, hold.seats().stream().map(seat -> seat.heldSince(now)).toList());
            gang.grant(known.get().grant(gang.spec(), now));
            gang.tellNothing();
            upkeep.settle(gang, decisions);
            line.touch(gang);
            return;
        }
        uncount(hold);
        if (known.isEmpty() || !isAsked(gang, hold)) {
            return;
        }
        Accounts.Choice choice = known.get();
        GangDemand demand = Demands.again(gang, hold.seats());
        Outcome outcome = placer.place(
                demand,
                choice.claimant(),
                Keep.NOTHING,
                lent.evictables(choice.lending().minRuntime(), now, false),
                true);
        if (outcome instanceof Outcome.Placed placed) {
            seating.found(gang, Demands.seats(demand, placed, now));
            gang.why(placed.why());
            gang.grant(choice.grant(gang.spec(), now));
            gang.tellNothing();
            upkeep.settle(gang, placed.victims(), now.plus(choice.lending().notice()), 0, 0, decisions);
            line.touch(gang);
        }
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return holds.values().stream().map(Hold::until).min(Instant::compareTo);
    }
}
