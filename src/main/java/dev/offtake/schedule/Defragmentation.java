package dev.offtake.schedule;

import dev.offtake.placement.Assignment;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What would have to be moved for Reserved gangs that wait for whole cells although there are GPUs enough: found when one
 * has waited for a minute, looked at again every five, told as {@link MoveProposal}s, and done only where every gang that
 * would be moved runs on a commitment that lets it.
 */
final class Defragmentation {
    /** So long a gang waits before others are moved for it, or that is proposed. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Gangs for which something is proposed at a time, the first in the queue. */
    static final int MOST = 8;

    private final Line line;
    private final Roster roster;
    private final Accounts accounts;
    private final Backfill backfill;
    private final Repacking repacking;
    private final Moves moves;
    private final Map<GangId, Stuck> stuck = new LinkedHashMap<>();
    private boolean proposes = true;

    /** A gang that waits for whole cells. */
    private static final class Stuck {
        private final Instant since;
        private Instant due;
        /** When it is due once what is proposed is not true any more. */
        private Instant dueIfUntrue;

        private Optional<MoveProposal> proposal = Optional.empty();

        Stuck(Instant now) {
            since = now;
            due = now.plus(PATIENCE);
            dueIfUntrue = due;
        }

        void looked(Gang gang, Instant now) {
            due = Again.after(Patience.queuedSince(gang), now);
            dueIfUntrue = now.plus(Again.FIRST);
        }
    }

    Defragmentation(Line line, Roster roster, Accounts accounts, Backfill backfill, Repacking repacking, Moves moves) {
        this.line = line;
        this.roster = roster;
        this.accounts = accounts;
        this.backfill = backfill;
        this.repacking = repacking;
        this.moves = moves;
    }

    /** Nobody asks what is proposed: only moves are sought that would be carried out. */
    void proposeNothing() {
        proposes = false;
    }

    /** What is proposed now, in the order of the queue. */
    List<MoveProposal> proposals() {
        return stuck.values().stream().flatMap(s -> s.proposal.stream()).toList();
    }

    /**
     * Looks who is stuck; answers whether one of them got a place.
     *
     * @param anew whether all had their turn, so that others may be stuck than before
     * @param decisions of this round; gets what is to be done
     */
    boolean look(boolean anew, Instant now, List<Decision> decisions) {
        boolean anyDue = !stuck.isEmpty() && stuck.values().stream().anyMatch(s -> !now.isBefore(due(s)));
        if (!anew && !anyDue && decisions.stream().noneMatch(Defragmentation::isNews)) {
            return false;
        }
        List<Waiting.Refused> waiting = line.waiting().refused(Defragmentation::isByShape).stream()
                .limit(MOST)
                .toList();
        stuck.keySet()
                .retainAll(waiting.stream().map(refused -> refused.gang().id()).toList());
        boolean anyNew = waiting.stream()
                .anyMatch(refused -> !stuck.containsKey(refused.gang().id()));
        if (anyNew && roster.all().stream().noneMatch(this::isOfInterest)) {
            stuck.clear();
            return false;
        }
        boolean any = false;
        for (Waiting.Refused refused : waiting) {
            Stuck of = stuck.computeIfAbsent(refused.gang().id(), id -> new Stuck(now));
            if (!now.isBefore(due(of))) {
                of.looked(refused.gang(), now);
                any |= consider(refused, of, now, decisions);
            }
        }
        return any;
    }

    /** Whether a gang waits that did not. */
    private static boolean isNews(Decision decision) {
        return decision instanceof Decision.Explain;
    }

    /** Whether it is the shape of what is free that stands in the way, and not how much there is. */
    private static boolean isByShape(Kind.Verdict verdict) {
        Reason reason = verdict.reason();
        boolean shape =
                reason.code() == Reason.Code.OWN_FRAGMENTATION || reason.code() == Reason.Code.INSUFFICIENT_WHOLE_CELLS;
        return shape && !reason.numbers().containsKey("entitled");
    }

    private boolean consider(Waiting.Refused refused, Stuck of, Instant now, List<Decision> decisions) {
        Gang gang = refused.gang();
        Optional<Accounts.Choice> choice = accounts.choices(gang.spec(), now).stream()
                .filter(c -> c.claimant().tier() == Tier.RESERVED)
                .findFirst();
        List<Demands.Demand> demands = gang.ask().map(Gang.Ask::demands).orElse(List.of());
        if (choice.isEmpty() || demands.isEmpty()) {
            of.proposal = Optional.empty();
            return false;
        }
        Repacking.Ask ask = new Repacking.Ask(
                gang,
                choice.get(),
                demands.get(0).value(),
                backfill.hold(gang, choice.get().claimant(), Optional.of(refused.position()), now)
                        .keep());
        List<Gang> movable = roster.all().stream()
                .filter(other -> isOfInterest(other) && !moves.spares(other, now))
                .toList();
        List<Gang> allowed = movable.stream().filter(this::isAllowed).toList();
        Optional<Repacking.Found> found = find(ask, allowed, now);
        if (found.isPresent() && !moves.anyUnderWay()) {
            stuck.remove(gang.id());
            moves.begin(ask, found.get(), now, decisions);
            return true;
        }
        if (!proposes) {
            return false;
        }
        Optional<MoveProposal> proposal = found.or(() -> find(ask, movable, now))
                .map(f -> proposal(ask, f, refused.verdict().reason().code(), of.since));
        boolean same = proposal.isPresent()
                && of.proposal.filter(proposal.get()::isLike).isPresent();
        of.proposal = same ? of.proposal : proposal;
        return false;
    }

    private Optional<Repacking.Found> find(Repacking.Ask ask, Collection<Gang> movable, Instant now) {
        return movable.isEmpty() ? Optional.empty() : repacking.find(ask, movable, now);
    }

    /** Whether it could go on elsewhere: all of it is its own, is there, and comes back when it is taken back. */
    private static boolean isMovable(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && !gang.isReported()
                && !gang.id().isLonePod()
                && gang.spec().comesBack()
                && !gang.seats().isEmpty()
                && gang.seats().stream().noneMatch(SpotPart::isSpot)
                && gang.leaving().isEmpty()
                && gang.grant().isPresent();
    }

    private boolean isOfInterest(Gang gang) {
        return isMovable(gang) && (proposes || isAllowed(gang));
    }

    private boolean isAllowed(Gang gang) {
        return gang.grant().filter(grant -> accounts.moves(grant.commitment())).isPresent();
    }

    private MoveProposal proposal(Repacking.Ask ask, Repacking.Found found, Reason.Code reason, Instant since) {
        List<MoveProposal.Move> proposed = new ArrayList<>();
        for (Repacking.Move move : found.moves()) {
            Gang gang = move.gang();
            proposed.add(new MoveProposal.Move(
                    gang.id(),
                    gang.grant().orElseThrow().commitment(),
                    isAllowed(gang),
                    gang.seats().stream().mapToInt(seat -> seat.shape().gpus()).sum(),
                    nodes(gang),
                    nodes(move.to()),
                    Math.round(move.cost())));
        }
        List<Evictables.Victim> victims = found.victims();
        long evicted = victims.stream().map(Lent::gang).distinct().count()
                - found.moves().size();
        double lost = victims.stream().mapToDouble(Evictables.Victim::cost).sum();
        return new MoveProposal(
                ask.gang().id(),
                ask.choice().commitment(),
                reason,
                ask.demand().gpus(),
                found.claimant().assignment().pool(),
                nodes(found.claimant()),
                since,
                proposed,
                (int) evicted,
                Math.round(lost));
    }

    private static List<String> nodes(Outcome.Placed placed) {
        return placed.assignment().nodes().stream()
                .flatMap(List::stream)
                .map(Assignment.NodePods::node)
                .distinct()
                .toList();
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return stuck.values().stream().map(this::due).min(Instant::compareTo);
    }

    private Instant due(Stuck of) {
        return of.proposal.map(this::isTrue).orElse(true) ? of.due : of.dueIfUntrue;
    }

    /** Whether those who would be moved are still where they were. */
    private boolean isTrue(MoveProposal proposal) {
        return proposal.moves().stream()
                .allMatch(move -> roster.find(move.gang())
                        .filter(gang -> isMovable(gang)
                                && isAllowed(gang) == move.allowed()
                                && nodes(gang).equals(move.from()))
                        .isPresent());
    }

    private static List<String> nodes(Gang gang) {
        return gang.seats().stream().map(Seat::node).distinct().toList();
    }
}
