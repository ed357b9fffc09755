package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;
import dev.offtake.placement.Tier;
import java.util.Optional;

/**
 * A gang as others see it.
 *
 * @param placed whether it has seats
 * @param plan who has to go before it can start
 * @param seats number of its seats
 * @param seatsTaken number of those that hold a pod
 * @param waiting why it waits, or pods of it wait for which it has no seat, as last told
 * @param waitingGpus GPUs that it waits for: of all seats, or of pods for which it has none
 * @param unchargedGpus GPUs of its pods that others have put on nodes, and for which no account has room
 * @param reported whether others place it: what is said of it would be, and nothing is given or kept from it
 */
public record GangView(
        GangSpec spec,
        boolean placed,
        boolean rollingBack,
        Optional<Plan> plan,
        int seats,
        int seatsTaken,
        int gpus,
        Optional<CommitmentId> commitment,
        Optional<Tier> tier,
        Optional<Reason> waiting,
        int waitingGpus,
        int unchargedGpus,
        boolean reported) {
    static GangView of(Gang gang) {
        int taken = 0;
        int gpus = 0;
        for (Seat seat : gang.seats()) {
            taken += seat.isFree() ? 0 : 1;
            gpus += seat.shape().gpus();
        }
        boolean placed = !gang.seats().isEmpty();
        return new GangView(
                gang.spec(),
                placed,
                gang.phase() == Gang.Phase.ROLLING_BACK,
                gang.plan(),
                gang.seats().size(),
                taken,
                gpus,
                placed ? gang.grant().map(Decision.Grant::commitment) : Optional.empty(),
                placed ? gang.grant().map(Decision.Grant::tier) : Optional.empty(),
                gang.told(),
                placed ? gpusWithoutSeat(gang) : gang.spec().gpus(),
                0,
                false);
    }

    /** The same of a gang that others place. */
    GangView reported(int waits, int uncharged) {
        return new GangView(
                spec,
                placed,
                rollingBack,
                plan,
                seats,
                seatsTaken,
                gpus,
                commitment,
                tier,
                waiting,
                waits,
                uncharged,
                true);
    }

    /** A pod for which there is a seat, but not yet, asks for no more GPUs than the gang has. */
    private static int gpusWithoutSeat(Gang gang) {
        boolean asksForMore = gang.told()
                .filter(r -> r.code() != Reason.Code.SEATS_TAKEN && r.code() != Reason.Code.OTHER_GATES)
                .isPresent();
        return asksForMore
                ? gang.spec().podSets().stream()
                        .mapToInt(p -> gang.pods().countUnseated(p) * p.shape().gpus())
                        .sum()
                : 0;
    }
}
