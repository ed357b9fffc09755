package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Handover;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is to leave what is his own for another, and for whom: such seats are counted as lent until they are left, or as his
 * own again when nobody comes for them after all. What they are of the account is in use all the same: {@link #handovers}.
 */
final class Yields {
    private final Roster roster;
    private final Accounts accounts;
    private final Seating seating;
    private final Line line;
    private final Map<Gang, Yield> yields = new LinkedHashMap<>();
    /** Gangs that had a plan before this process. */
    private final Set<Gang> restored = new LinkedHashSet<>();

    /** Why a gang yields. */
    enum Cause {
        /** To higher priority on the same account. */
        PRIORITY,
        /** To be placed elsewhere. */
        MOVE
    }

    /** @param inParts whether the gang goes on without the seats that it yields */
    private record Yield(Gang claimant, Cause cause, boolean inParts) {}

    Yields(Roster roster, Accounts accounts, Seating seating, Line line) {
        this.roster = roster;
        this.accounts = accounts;
        this.seating = seating;
        this.line = line;
    }

    static boolean isYielding(Gang gang) {
        return gang.seats().stream().anyMatch(Seat::isYielding);
    }

    /** Why a gang yields to a claimant; empty if it does not, or does so to another. */
    Optional<Cause> causeOf(Gang gang, Gang claimant) {
        return Optional.ofNullable(yields.get(gang))
                .filter(y -> y.claimant() == claimant && isYielding(gang))
                .map(Yield::cause);
    }

    /** Whether it has a place that it cannot have yet, or not surely. */
    static boolean isComing(Gang gang) {
        return gang.phase() == Gang.Phase.RECORDING || gang.phase() == Gang.Phase.RECLAIMING;
    }

    /** A gang is to be moved for a claimant. */
    void toBeMoved(Gang gang, Gang claimant) {
        begin(gang, own(gang), new Yield(claimant, Cause.MOVE, false));
    }

    /** A gang is to go for one of higher priority; placement has counted what it has of the account as lent already. */
    void toPriority(Gang gang, Claimant account, Gang claimant) {
        seating.yielded(gang, on(gang, account));
        yields.put(gang, new Yield(claimant, Cause.PRIORITY, false));
    }

    /** A gang is to leave some seats to one of higher priority, and goes on; placement has counted them as lent already. */
    void partsToPriority(Gang gang, List<Seat> seats, Gang claimant) {
        seating.yielded(gang, seats);
        yields.put(gang, new Yield(claimant, Cause.PRIORITY, true));
    }

    /** Whether a gang that goes on has not left yet, by its durable record, what it yields to a claimant. */
    boolean isLeavingParts(Gang gang, Gang claimant) {
        return Optional.ofNullable(yields.get(gang))
                .filter(y -> y.inParts() && y.claimant() == claimant)
                .isPresent();
    }

    /**
     * Which seats pass from those who yield to those they yield to. Until they have left, what they have of an account is
     * in use, and what is to come is not yet.
     *
     * @param held what is counted as the next place of a gang that is moved
     */
    List<Handover> handovers(Function<Gang, List<Seat>> held) {
        if (yields.isEmpty()) {
            return List.of();
        }
        Map<Gang, Sides> byClaimant = new LinkedHashMap<>();
        yields.forEach((gang, yield) -> {
            Gang claimant = yield.claimant();
            Sides sides = byClaimant.computeIfAbsent(claimant, c -> new Sides(new ArrayList<>(), awaited(c)));
            sides.leaving().addAll(yielding(gang));
            sides.coming().addAll(held.apply(gang));
        });
        return byClaimant.values().stream().flatMap(Sides::handovers).toList();
    }

    private record Sides(List<Seat> leaving, List<Seat> coming) {
        Stream<Handover> handovers() {
            return leaving.stream()
                    .map(Seat::claimant)
                    .distinct()
                    .map(account -> new Handover(account, lying(leaving, account), lying(coming, account)));
        }

        private static List<Placer.Lying> lying(List<Seat> seats, Claimant account) {
            return seats.stream()
                    .filter(seat -> seat.claimant().equals(account))
                    .map(seat -> new Placer.Lying(seat.node(), seat.shape(), 1))
                    .toList();
        }
    }

    /** Where nobody of the gang comes before others have left. */
    private static List<Seat> awaited(Gang claimant) {
        return new ArrayList<>(claimant.seats().stream()
                .filter(seat -> seat.isFree() && !claimant.hasForSure(seat))
                .toList());
    }

    /** What it yields and has not left yet by its durable record. */
    private static List<Seat> yielding(Gang gang) {
        return Stream.concat(gang.seats().stream(), gang.leaving().stream())
                .filter(Seat::isYielding)
                .toList();
    }

    private void begin(Gang gang, List<Seat> seats, Yield yield) {
        seating.yielding(gang, seats, true);
        yields.put(gang, yield);
    }

    private static List<Seat> on(Gang gang, Claimant account) {
        return gang.seats().stream()
                .filter(seat -> seat.claimant().equals(account))
                .toList();
    }

    private static List<Seat> own(Gang gang) {
        return gang.seats().stream().filter(seat -> !SpotPart.isSpot(seat)).toList();
    }

    /** On which the claimant is to run. */
    private static Optional<Claimant> account(Gang claimant) {
        return claimant.seats().stream()
                .map(Seat::claimant)
                .filter(of -> of.tier() != Tier.SPOT)
                .findFirst();
    }

    /** A gang had a plan before this process; its victims may not be known yet. */
    void restored(Gang claimant) {
        restored.add(claimant);
    }

    /**
     * Gives seats back to those for whom nobody comes any more, and takes over what was so before this process; answers
     * whether anything was given back. Who is leaving already has what he leaves until he is gone, or others would draw on
     * it beside him.
     */
    boolean settle() {
        if (restored.isEmpty() && yields.isEmpty()) {
            return false;
        }
        // Who was to go for one may be in the plan of another as well, who found it leaving.
        restored.forEach(this::takeOverForPriority);
        restored.forEach(this::takeOverParts);
        restored.forEach(this::takeOverToBeMoved);
        restored.clear();
        boolean changed = false;
        for (Map.Entry<Gang, Yield> of : List.copyOf(yields.entrySet())) {
            Gang gang = of.getKey();
            List<Seat> seats = gang.seats().stream().filter(Seat::isYielding).toList();
            if (yielding(gang).isEmpty()) {
                yields.remove(gang);
            } else if (!isComing(of.getValue().claimant(), gang)) {
                seating.yielding(gang, seats, false);
                yields.remove(gang);
                line.touch(gang);
                changed = true;
            } else if (of.getValue().inParts() && gang.phase() == Gang.Phase.PLACED && seating.leaveYielded(gang)) {
                line.touch(gang);
            }
        }
        return changed;
    }

    private static boolean isComing(Gang claimant, Gang gang) {
        return isComing(claimant)
                && claimant.plan()
                        .filter(plan -> plan.everybody().contains(gang.id()))
                        .isPresent();
    }

    private void takeOverForPriority(Gang claimant) {
        Optional<Claimant> account = account(claimant);
        for (Gang gang : notTakenOver(claimant)) {
            List<Seat> shared = account.map(of -> on(gang, of)).orElse(List.of());
            if (!shared.isEmpty() && mayGoForPriority(gang, claimant)) {
                begin(gang, shared, new Yield(claimant, Cause.PRIORITY, false));
            }
        }
    }

    /**
     * A plan names the pods that go; the seats of those that are gone already are the gang's by its record. It has to
     * leave such seats where the claimant is to sit, and as many as the account cannot have beside the claimant.
     */
    private void takeOverParts(Gang claimant) {
        for (Plan.Part part : claimant.plan().map(Plan::parts).orElse(List.of())) {
            Optional<Gang> known = roster.find(part.gang())
                    .filter(gang -> !yields.containsKey(gang) && mayGoForPriority(gang, claimant));
            known.ifPresent(gang -> takeOverParts(gang, part, claimant));
        }
    }

    private void takeOverParts(Gang gang, Plan.Part part, Gang claimant) {
        Optional<Claimant> account = account(claimant);
        List<Seat> own = account.map(of -> on(gang, of)).orElse(List.of());
        Yield yield = new Yield(claimant, Cause.PRIORITY, true);
        List<Seat> listed = own.stream()
                .filter(seat -> seat.podUid().filter(part.pods()::contains).isPresent())
                .toList();
        if (!listed.isEmpty()) {
            begin(gang, listed, yield);
        }
        int spare = own.size() - listed.size() - OwnPart.least(gang);
        for (Seat seat : own) {
            boolean isInTheWay = seating.nodes().isOverused(seat.node()) || !seating.isWithinQuota(seat.claimant());
            if (seat.isFree() && spare > 0 && isInTheWay) {
                begin(gang, List.of(seat), yield);
                spare--;
            }
        }
    }

    private void takeOverToBeMoved(Gang claimant) {
        Set<String> awaited = claimant.seats().stream()
                .map(Seat::node)
                .distinct()
                .flatMap(node -> seating.nodes().nodesToLeave(node).stream())
                .collect(Collectors.toSet());
        for (Gang gang : notTakenOver(claimant)) {
            // Who has come back already sits elsewhere.
            boolean inTheWay = own(gang).stream().anyMatch(seat -> awaited.contains(seat.node()));
            if (inTheWay && mayBeMoved(gang)) {
                toBeMoved(gang, claimant);
            }
        }
    }

    private List<Gang> notTakenOver(Gang claimant) {
        return claimant.plan().map(Plan::victims).orElse(List.of()).stream()
                .flatMap(id -> roster.find(id).stream())
                .filter(gang -> !yields.containsKey(gang))
                .toList();
    }

    /** Anybody else in a plan was leaving for another when that was made. */
    private boolean mayBeMoved(Gang gang) {
        return !gang.id().isLonePod()
                && gang.grant()
                        .filter(grant -> accounts.moves(grant.commitment()))
                        .isPresent();
    }

    /** A plan does not say why a gang goes; on the claimant's account it may have been for the quota alone. */
    private boolean mayGoForPriority(Gang gang, Gang claimant) {
        return gang.grant()
                .map(Decision.Grant::commitment)
                .filter(id -> accounts.priority(gang.spec(), id.contract())
                        < accounts.priority(claimant.spec(), id.contract()))
                .filter(id -> accounts.preempts(id) || !accounts.moves(id))
                .isPresent();
    }
}
