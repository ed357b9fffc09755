package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Gives gangs that run on lent seats a right to them where an account that they rather run on has room for them again.
 * Nothing moves: the seats must be such as the account could claim right there. Seats that a plan is about are left alone.
 */
final class Promotion {
    private final Placer placer;
    private final Accounts accounts;
    private final Seating seating;
    private final Line line;

    Promotion(Placer placer, Accounts accounts, Seating seating, Line line) {
        this.placer = placer;
        this.accounts = accounts;
        this.seating = seating;
        this.line = line;
    }

    /** Whether the gang has seats on loan that it would rather have of its own. */
    static boolean isWanted(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED && gang.spec().tiers().get(0) != Tier.SPOT && hasSpot(gang);
    }

    private static boolean hasSpot(Gang gang) {
        for (Seat seat : gang.seats()) {
            if (SpotPart.isSpot(seat)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there may be room for the gang, or a part of it: what can be told without looking at nodes. */
    boolean isDue(Gang gang, Instant now) {
        return isDue(gang, placer::mostClaimable, now);
    }

    /** Those of the gangs for which that is so, in their order. */
    List<Gang> due(Collection<Gang> gangs, Instant now) {
        // Many gangs borrow beside few accounts.
        Map<Claimant, Integer> known = new HashMap<>();
        ToIntFunction<Claimant> mostClaimable = claimant -> known.computeIfAbsent(claimant, placer::mostClaimable);
        List<Gang> due = new ArrayList<>();
        for (Gang gang : gangs) {
            if (isDue(gang, mostClaimable, now)) {
                due.add(gang);
            }
        }
        return due;
    }

    private boolean isDue(Gang gang, ToIntFunction<Claimant> mostClaimable, Instant now) {
        return isWanted(gang) && mayHaveRoom(gang, mostClaimable, now) && isAtRest(gang);
    }

    private boolean mayHaveRoom(Gang gang, ToIntFunction<Claimant> mostClaimable, Instant now) {
        boolean firm = SpotPart.isFirm(gang);
        int least = firm ? smallestSpot(gang) : gang.spec().leastGpus();
        List<Accounts.Choice> better = firm ? choices(gang, now) : accounts.choices(gang, now);
        for (Accounts.Choice choice : better) {
            if (choice.claimant().tier() == Tier.SPOT) {
                return false;
            }
            if (least <= mostClaimable.applyAsInt(choice.claimant())) {
                return true;
            }
        }
        return false;
    }

    private static int smallestSpot(Gang gang) {
        return gang.seats().stream()
                .filter(SpotPart::isSpot)
                .mapToInt(seat -> seat.shape().gpus())
                .min()
                .orElse(0);
    }

    /** Whether all of its pods are where they belong, and none was told to go: claims of others may be under way. */
    private static boolean isAtRest(Gang gang) {
        return !gang.pods().isAnyRefused()
                && gang.refusedSince().isEmpty()
                && gang.seats().stream()
                        .allMatch(seat ->
                                seat.podUid().map(uid -> isSeated(gang, uid)).orElse(true));
    }

    private static boolean isSeated(Gang gang, String podUid) {
        return Optional.ofNullable(gang.pods().get(podUid))
                        .filter(pod -> pod.state().isPlaced())
                        .isPresent()
                && !SpotPart.isLeaving(gang, podUid);
    }

    /** The accounts on which it would rather run than where it does, best first. */
    private List<Accounts.Choice> choices(Gang gang, Instant now) {
        List<Accounts.Choice> better = new ArrayList<>();
        Optional<Decision.Grant> own = gang.grant().filter(grant -> SpotPart.isFirm(gang));
        for (Accounts.Choice choice : accounts.choices(gang, now)) {
            if (choice.claimant().tier() == Tier.SPOT) {
                break;
            }
            boolean isOwn = own.filter(grant -> grant.commitment().equals(choice.commitment())
                            && grant.tier() == choice.claimant().tier())
                    .isPresent();
            if (own.isEmpty() || isOwn) {
                better.add(choice);
            }
        }
        return better;
    }

    /**
     * Makes lent seats of the gang its own: all of them, or as many of an elastic one as there is room for.
     *
     * @param keptOn what of an account is kept for others
     * @return whether any is its own now, so that its record has to be written anew
     */
    boolean promote(Gang gang, Function<Claimant, Keep> keptOn, Instant now) {
        if (!isDue(gang, now) || line.isInAnyPlan(gang)) {
            return false;
        }
        List<Accounts.Choice> choices = choices(gang, now);
        if (SpotPart.isFirm(gang)) {
            return choices.stream()
                    .map(Accounts.Choice::claimant)
                    .anyMatch(own -> claimOneByOne(gang, own, keptOn.apply(own)));
        }
        return Rivals.of(choices).stream().anyMatch(rivals -> begin(gang, rivals, keptOn));
    }

    /**
     * Makes as many seats of a gang that is lent as a whole its own as it needs at least, rather all; on the account that
     * has room for most.
     */
    private boolean begin(Gang gang, Rivals rivals, Function<Claimant, Keep> keptOn) {
        List<Seat> seats = List.copyOf(gang.seats());
        // What is left over must be such as can be taken back pod by pod.
        boolean inParts = SpotPart.isElastic(gang.spec()) && gang.spec().sparesPods();
        int least = inParts ? gang.spec().podSets().get(0).minCount() : seats.size();
        Map<Claimant, Keep> kept = new HashMap<>();
        for (int count = seats.size(); count >= least; count = Demands.next(count, least, 1)) {
            List<Seat> own = seats.subList(0, count);
            for (Accounts.Choice choice : rivals.choices()) {
                if (claim(gang, own, choice.claimant(), kept.computeIfAbsent(choice.claimant(), keptOn))) {
                    Decision.Grant lent = gang.grant().orElseThrow();
                    gang.grant(new Decision.Grant(
                            choice.commitment(), choice.claimant().tier(), lent.since(), lent.declaredEnd()));
                    Claimant rest = new Claimant(choice.claimant().account(), Tier.SPOT);
                    seats.subList(count, seats.size()).forEach(seat -> seating.lend(gang, seat, rest));
                    return true;
                }
            }
        }
        return false;
    }

    private boolean claimOneByOne(Gang gang, Claimant claimant, Keep keep) {
        boolean any = false;
        Set<String> failed = new HashSet<>();
        for (Seat seat : List.copyOf(gang.seats())) {
            if (SpotPart.isSpot(seat) && !failed.contains(seat.node())) {
                boolean claimed = claim(gang, List.of(seat), claimant, keep);
                any |= claimed;
                if (!claimed) {
                    failed.add(seat.node());
                }
            }
        }
        return any;
    }

    private boolean claim(Gang gang, List<Seat> seats, Claimant claimant, Keep keep) {
        Map<Map.Entry<String, Shape>, Integer> pods = new LinkedHashMap<>();
        seats.forEach(seat -> pods.merge(Map.entry(seat.node(), seat.shape()), 1, Integer::sum));
        List<Placer.Lying> lying = pods.entrySet().stream()
                .map(e -> new Placer.Lying(e.getKey().getKey(), e.getKey().getValue(), e.getValue()))
                .toList();
        Claimant lent = seats.get(0).claimant();
        boolean claimed = placer.claim(lying, lent, claimant, gang.spec().resource(), keep);
        if (claimed) {
            seats.forEach(seat -> seating.claimed(gang, seat, claimant));
        }
        return claimed;
    }
}
