package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;
import dev.offtake.placement.Rationale;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is to be done. The state has already taken it for granted; what fails comes back as an event. */
public sealed interface Decision {
    /** The gang that it is about. */
    GangId gang();

    /**
     * Write the whole placement of the gang; releases follow when that is durable.
     *
     * @param plan who has to go first; evictions follow instead of releases, and another record without it
     * @param why it is placed there; empty where that was said before, or is not known any more
     */
    record Record(GangId gang, Grant grant, List<Seats> seats, Optional<Plan> plan, Optional<Rationale> why)
            implements Decision {
        public Record {
            seats = List.copyOf(seats);
        }

        /** One of which the reason for the place was said before. */
        public Record(GangId gang, Grant grant, List<Seats> seats, Optional<Plan> plan) {
            this(gang, grant, seats, plan, Optional.empty());
        }
    }

    /** Pin the pod to the node and take off its gate. */
    record Release(GangId gang, String podUid, String podName, String node, Grant grant) implements Decision {}

    /** Note on a pod that runs on whose account it runs now: it was another when it was released. */
    record Claim(GangId gang, String podUid, Grant grant) implements Decision {}

    /** Tell why the gang waits, or pods of it for which a placed gang has no seat. Comes once per change of the code. */
    record Explain(GangId gang, Reason reason) implements Decision {}

    /** No pod of a placed gang waits any more, by no {@link Record} of it. */
    record WaitOver(GangId gang) implements Decision {}

    /**
     * Take the gang's pods back: the scheduler refused one of them. The gang waits again when they are gone.
     *
     * @param nodes that are avoided for the gang from now on
     */
    record RollBack(GangId gang, String words, List<String> nodes) implements Decision {
        public RollBack {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Take the gang's pods back: nodes of it are lost, it cannot go on where it is, and there is a place for all of it
     * elsewhere. The gang waits again when they are gone.
     *
     * @param reason what its user is told
     */
    record StartOver(GangId gang, Reason reason) implements Decision {}

    /**
     * Take the gang's pods back, as another needs its GPUs: notice starts now. The gang waits again when they are gone.
     *
     * @param claimant for whom; its plan is durable
     * @param deadline when they have to be gone
     * @param reason what its user is told
     */
    record Evict(GangId gang, GangId claimant, Instant deadline, Reason reason) implements Decision {}

    /**
     * Take single pods of the gang back, as another needs their GPUs: notice starts now. The gang goes on without them,
     * and leaves their seats when they are gone.
     *
     * @param pods their uids
     * @param claimant for whom; its plan is durable
     * @param deadline when they have to be gone
     * @param reason what their user is told
     */
    record Shrink(GangId gang, List<String> pods, GangId claimant, Instant deadline, Reason reason)
            implements Decision {
        public Shrink {
            pods = List.copyOf(pods);
        }
    }

    /** The plan of a gang ended without a place for it: its record is void, and it waits again. */
    record PlanFailed(GangId gang) implements Decision {}

    /** All pods that had a place are gone: what was suspended to take them back may go on. */
    record RolledBack(GangId gang) implements Decision {}

    /**
     * What would be decided about a gang that others place. Nothing of it is to be carried out. Comes when it changes.
     *
     * @param forecast that
     * @param runs whether all pods that it needs are on nodes, where others have put them
     */
    record Foresee(GangId gang, Forecast forecast, boolean runs) implements Decision {}

    /**
     * On whose account a gang runs.
     *
     * @param declaredEnd when it said it would end
     */
    record Grant(CommitmentId commitment, Tier tier, Instant since, Optional<Instant> declaredEnd) {}

    /**
     * Seats of one pod set, as runs of nodes with equally many each. Seat {@code j} of a run is on node
     * {@code j / podsPerNode}.
     *
     * @param since when the gang grew by them; empty for those that it has had since its place
     */
    record Seats(String podSet, Tier tier, int podsPerNode, List<String> nodes, Optional<Instant> since) {
        public Seats {
            nodes = List.copyOf(nodes);
        }

        /** Seats that the gang has had since its place. */
        public Seats(String podSet, Tier tier, int podsPerNode, List<String> nodes) {
            this(podSet, tier, podsPerNode, nodes, Optional.empty());
        }
    }
}
