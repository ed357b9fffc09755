package dev.offtake.schedule;

import dev.offtake.contract.Lending;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Preemption;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Evicts work of lower priority on the same account, where its contract says so: finds who goes. */
final class Preemptions {
    /** So many gangs at most are looked at, those first with the least to lose. */
    private static final int MOST = 512;

    private final Preemption preemption;
    private final Accounts accounts;
    private final Lent lent;
    private final Holders holders;
    private final Yields yields;
    /** Who may be evicted for somebody that waits as soon as its record is durable. */
    private final Set<Gang> awaited = new LinkedHashSet<>();

    Preemptions(Cluster cluster, Placer placer, Accounts accounts, Lent lent, Holders holders, Yields yields) {
        preemption = new Preemption(cluster, placer);
        this.accounts = accounts;
        this.lent = lent;
        this.holders = holders;
        this.yields = yields;
    }

    /** Whether there may be work that this gang may evict and another one that asks for the same may not. */
    boolean mayHelp(Gang gang, Instant now) {
        boolean any = false;
        for (Accounts.Choice choice : accounts.choices(gang, now)) {
            any = any || mayHelp(gang, choice);
        }
        return any;
    }

    private boolean mayHelp(Gang gang, Accounts.Choice choice) {
        if (choice.preemption().isEmpty()) {
            return false;
        }
        boolean any = false;
        for (Gang other : holders.of(choice.claimant()).keySet()) {
            any |= isJunior(other, gang, choice);
            if (Yields.isComing(other) && isLower(other, gang, choice)) {
                awaited.add(other);
            }
        }
        return any;
    }

    /** How many gangs go for a place, or give parts of them, as their priority is lower. */
    static long in(Outcome.Placed placed) {
        if (placed.victims().isEmpty()) {
            return 0;
        }
        return placed.victims().stream()
                .filter(Preemption.Junior.class::isInstance)
                .map(Lent::gang)
                .distinct()
                .count();
    }

    private boolean isLower(Gang other, Gang gang, Accounts.Choice choice) {
        String contract = choice.commitment().contract();
        return accounts.priority(other.spec(), contract) < accounts.priority(gang.spec(), contract);
    }

    private boolean isJunior(Gang other, Gang gang, Accounts.Choice choice) {
        return isLower(other, gang, choice)
                && (other.phase() == Gang.Phase.PLACED || isLeaving(other))
                && !other.isReported()
                && !Yields.isYielding(other);
    }

    /** Whether it goes in any case, so that only who needs what it has waits for it. */
    private static boolean isLeaving(Gang gang) {
        return gang.phase() == Gang.Phase.ROLLING_BACK && gang.lateSince().isEmpty();
    }

    /**
     * A place for the least that a gang asks for at the cost of lower priorities, on the account on which that destroys
     * the least; or rather of a class that it names first. To be asked when all accounts of the tier have refused.
     *
     * @param ofTier by class
     * @param keptOn what of an account is kept for others
     */
    Optional<Outcome.Placed> place(
            Gang gang, GangDemand least, List<Rivals> ofTier, Function<Claimant, Keep> keptOn, Instant now) {
        Optional<Outcome.Placed> placed = Optional.empty();
        for (Rivals rivals : ofTier) {
            if (placed.isEmpty()) {
                placed = place(gang, least, rivals, keptOn, now);
            }
        }
        return placed;
    }

    private Optional<Outcome.Placed> place(
            Gang gang, GangDemand least, Rivals rivals, Function<Claimant, Keep> keptOn, Instant now) {
        List<Preemption.Side> sides = new ArrayList<>();
        for (Accounts.Choice choice : rivals.choices()) {
            List<Evictee.Junior> juniors = juniors(gang, choice, now);
            if (!juniors.isEmpty()) {
                Terms terms = new Terms(
                        choice.claimant(),
                        keptOn.apply(choice.claimant()),
                        lent.evictables(choice.lending().minRuntime(), now, false));
                sides.add(new Preemption.Side(terms, juniors));
            }
        }
        return sides.isEmpty()
                ? Optional.empty()
                : preemption.place(least, sides, !gang.id().isLonePod());
    }

    /** Who may go for a gang on an account, as a whole or in parts. */
    private List<Evictee.Junior> juniors(Gang gang, Accounts.Choice choice, Instant now) {
        if (!mayHelp(gang, choice)) {
            return List.of();
        }
        Duration minRuntime = choice.preemption().orElseThrow().minRuntime();
        return holders.of(choice.claimant()).keySet().stream()
                .filter(other -> isJunior(other, gang, choice)
                        && (isLeaving(other) || !lent.isProtected(other, minRuntime, now)))
                .map(other -> junior(other, choice.claimant(), now))
                .sorted(Comparator.comparingDouble(Evictee.Junior::cost)
                        .thenComparing(j -> j.gang().id()))
                .limit(MOST)
                .toList();
    }

    private static Evictee.Junior junior(Gang gang, Claimant claimant, Instant now) {
        Map<String, Map<Shape, Integer>> pods = new TreeMap<>();
        Map<String, Map<Shape, Integer>> claimed = new TreeMap<>();
        for (Seat seat : gang.seats()) {
            add(seat, pods);
            if (seat.claimant().equals(claimant)) {
                add(seat, claimed);
            }
        }
        return new Evictee.Junior(
                gang,
                isLeaving(gang) ? 0 : LostWork.of(gang, now),
                Collections.unmodifiableMap(pods),
                Collections.unmodifiableMap(claimed),
                parts(gang, claimant, now));
    }

    /** Seats that may be taken one by one, cheapest first; of equal ones the last, as their order follows the topology. */
    private static List<Evictee.JuniorPart> parts(Gang gang, Claimant claimant, Instant now) {
        int spare = OwnPart.spare(gang);
        if (spare == 0) {
            return List.of();
        }
        List<Seat> seats = new ArrayList<>(OwnPart.staying(gang));
        seats.removeIf(seat -> !seat.claimant().equals(claimant));
        Collections.reverse(seats);
        Set<String> nodes = new TreeSet<>();
        seats.forEach(seat -> nodes.add(seat.node()));
        return seats.stream()
                .map(seat -> new Evictee.JuniorPart(gang, seat, LostWork.of(gang, seat, now), nodes, spare))
                .sorted(Comparator.comparingDouble(Evictee.JuniorPart::cost))
                .toList();
    }

    private static void add(Seat seat, Map<String, Map<Shape, Integer>> to) {
        to.computeIfAbsent(seat.node(), n -> new HashMap<>()).merge(seat.shape(), 1, Integer::sum);
    }

    /** A gang has a place for which these go; answers how long they are told ahead. */
    Duration taken(Gang gang, Accounts.Choice choice, Outcome.Placed placed) {
        Duration notice = choice.lending().notice();
        Map<Gang, List<Seat>> parts = new LinkedHashMap<>();
        for (var victim : placed.victims()) {
            if (victim instanceof Evictee.Junior junior) {
                yields.toPriority(junior.gang(), choice.claimant(), gang);
            } else if (victim instanceof Evictee.JuniorPart part) {
                parts.computeIfAbsent(part.gang(), g -> new ArrayList<>()).add(part.seat());
            }
        }
        parts.forEach((junior, seats) -> yields.partsToPriority(junior, seats, gang));
        Duration own = choice.preemption()
                .filter(terms -> in(placed) > 0)
                .map(Lending::notice)
                .orElse(Duration.ZERO);
        return notice.compareTo(own) < 0 ? own : notice;
    }

    /** Whether anybody can be evicted now who could not when somebody waited for that; forgotten by asking. */
    boolean takeArrived() {
        return awaited.removeIf(gang -> !Yields.isComing(gang) || gang.seats().isEmpty());
    }
}
