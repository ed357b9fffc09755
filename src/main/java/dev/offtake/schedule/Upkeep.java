package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.Keep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What gangs need that have a place: seats for pods that come, other ones for seats that are lost, more of them for
 * elastic gangs, and a reason for those pods for which there is none.
 */
final class Upkeep {
    private final Seating seating;
    private final Repair repair;
    private final GrowthTurns growth;
    private final Accounts accounts;
    private final Line line;

    Upkeep(Seating seating, Repair repair, GrowthTurns growth, Accounts accounts, Line line) {
        this.seating = seating;
        this.repair = repair;
        this.growth = growth;
        this.accounts = accounts;
        this.line = line;
    }

    /** Releases for the pods of a placed gang that have come, or its record first, where that is out of date. */
    void seatOrRecord(Gang gang, List<Decision> decisions) {
        if (gang.phase() == Gang.Phase.RECLAIMING) {
            decisions.addAll(seating.seat(gang));
        } else if (gang.phase() == Gang.Phase.PLACED) {
            seating.leaveSurplus(gang);
            seating.leaveOverused(gang);
            if (gang.seats().equals(gang.durable()) || gang.isClaimEnough()) {
                decisions.addAll(seating.seat(gang));
                tellIfNoneLacksASeat(gang, decisions);
            } else {
                settle(gang, decisions);
            }
        }
    }

    private static void tellIfNoneLacksASeat(Gang gang, List<Decision> decisions) {
        if (!Growth.isWanted(gang)) {
            Optional<Reason> gates = Readiness.otherGates(gang);
            if (gates.isPresent()) {
                tell(gang, gates.get(), decisions);
            } else if (gang.told().isPresent()) {
                gang.tellNothing();
                if (gang.id().isLonePod()) {
                    // Its release says so.
                    return;
                }
                decisions.add(new Decision.WaitOver(gang.id()));
            }
        }
    }

    /** Other seats for gangs whose seats are on nodes that take no work; answers whether any were found. */
    boolean repair(Collection<Gang> placed, Instant now, List<Decision> decisions) {
        boolean any = false;
        for (Gang gang : placed) {
            if (Growth.isWanted(gang)) {
                Found found = repair.repair(gang, now);
                if (found.any()) {
                    settle(gang, found, now, decisions);
                    any = true;
                } else if (found.refusal().isPresent()) {
                    tell(gang, gang.reason(found.refusal().get()), decisions);
                }
            }
        }
        return any;
    }

    /**
     * More seats for gangs that run already; answers whether any were found.
     *
     * @param placed in the order of {@link Queue}
     * @param kept what of an account is kept from a gang for others
     */
    boolean grow(
            Collection<Gang> placed, BiFunction<Gang, Claimant, Keep> kept, Instant now, List<Decision> decisions) {
        List<Gang> wanting = new ArrayList<>(placed);
        wanting.removeIf(gang -> !Growth.isWanted(gang));
        if (wanting.isEmpty()) {
            return false;
        }
        boolean any = false;
        Map<Gang, Found> grown = growth.grow(wanting, kept, now);
        for (Map.Entry<Gang, Found> of : grown.entrySet()) {
            Gang gang = of.getKey();
            Found found = of.getValue();
            if (found.any()) {
                settle(gang, found, now, decisions);
                any = true;
            } else if (!repair.wantsRepair(gang)) {
                Optional<Reason> reason = found.refusal().map(refusal -> Growth.reason(gang, refusal));
                tell(gang, reason.or(() -> Growth.sliceIncomplete(gang)).orElseGet(() -> seatsTaken(gang)), decisions);
            }
        }
        return any;
    }

    private static Reason seatsTaken(Gang gang) {
        long terminating = gang.pods().all().stream()
                .filter(pod -> pod.state() == PodFacts.State.TERMINATING
                        && gang.pods().seatOf(pod.uid()).isPresent())
                .count();
        return Reason.of(
                Reason.Code.SEATS_TAKEN,
                "seats",
                String.valueOf(gang.seats().size()),
                "terminating",
                String.valueOf(terminating));
    }

    private static void tell(Gang gang, Reason reason, List<Decision> decisions) {
        if (gang.tell(reason)) {
            decisions.add(new Decision.Explain(gang.id(), reason));
        }
    }

    private void settle(Gang gang, Found found, Instant now, List<Decision> decisions) {
        Decision.Grant grant = gang.grant().orElseThrow();
        Duration notice = accounts.lending(grant.commitment(), grant.tier()).notice();
        settle(gang, found.victims(), now.plus(notice), 0, 0, decisions);
    }

    /**
     * The same for a gang some of whose seats others may have to leave first; nobody is told to go before that is durable.
     *
     * @param deadline when the last of them has to be gone
     * @param preempted how many of them go as their priority is lower
     * @param moved how many of them are to be placed elsewhere
     */
    void settle(
            Gang gang,
            List<Evictables.Victim> victims,
            Instant deadline,
            long preempted,
            long moved,
            List<Decision> decisions) {
        if (victims.isEmpty()) {
            settle(gang, decisions);
            return;
        }
        Plan plan = Lent.plan(victims, deadline);
        gang.plan(Optional.of(plan));
        // They may have free seats to leave, too.
        victims.stream().map(Lent::gang).distinct().forEach(line::touch);
        settle(gang, decisions);
        tell(gang, Reclaims.reclaiming(gang, plan, preempted, moved), decisions);
        line.touch(gang);
    }

    /**
     * A lone pod is released at once, its claim being its record, unless there is another one already; others when their
     * record is durable.
     */
    void settle(Gang gang, List<Decision> decisions) {
        if (gang.isClaimEnough() && gang.plan().isEmpty()) {
            gang.enter(Gang.Phase.PLACED);
            gang.recorded();
            decisions.addAll(seating.seat(gang));
        } else {
            gang.enter(Gang.Phase.RECORDING);
            if (gang.plan().isEmpty()
                    && !seating.lacksSeats(gang)
                    && Readiness.otherGates(gang).isEmpty()) {
                gang.tellNothing();
            }
            decisions.add(new Decision.Record(
                    gang.id(), gang.grant().orElseThrow(), SeatRuns.of(gang), gang.plan(), gang.takeWhy()));
        }
    }
}
