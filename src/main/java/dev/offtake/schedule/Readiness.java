package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a gang can be placed at all yet: written well, not at rest, with enough pods that only our gate holds. */
final class Readiness {
    private Readiness() {}

    /** What it waits for, other than its place. */
    static Optional<Reason> missing(Gang gang) {
        if (gang.spec().problem().isPresent()) {
            return Optional.of(Reason.of(
                    Reason.Code.INVALID, "problem", gang.spec().problem().get()));
        }
        if (gang.refusals().isResting()) {
            return Optional.of(gang.refusals().reason());
        }
        int needed = 0;
        int gated = 0;
        boolean ready = true;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int free = gang.pods().countUnseated(podSet);
            ready &= free >= podSet.minCount();
            needed += podSet.minCount();
            gated += free;
        }
        return ready ? Optional.empty() : Optional.of(heldOrMissing(gang, needed, gated));
    }

    private static Reason heldOrMissing(Gang gang, int needed, int gated) {
        int held = held(gang).size();
        return otherGates(gang)
                .filter(gates -> gated + held >= needed)
                .orElseGet(() -> Reason.of(
                        Reason.Code.PODS_NOT_CREATED,
                        "created",
                        String.valueOf(gated + held),
                        "needed",
                        String.valueOf(needed)));
    }

    /** Whether some of its pods wait for others to take their gates off. */
    static Optional<Reason> otherGates(Gang gang) {
        List<PodFacts> held = held(gang);
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(Reason.of(
                        Reason.Code.OTHER_GATES,
                        "pods",
                        String.valueOf(held.size()),
                        "gates",
                        held.get(held.size() - 1).words()));
    }

    /** While the pods of a gang that was taken back are made anew, the cause of that is still why it waits. */
    static boolean isToBeTold(Gang gang, Reason missing) {
        return missing.code() != Reason.Code.PODS_NOT_CREATED
                || gang.told()
                        .filter(told -> switch (told.code()) {
                            case REFUSED_BY_SCHEDULER, RECLAIMED, NODES_LOST -> true;
                            default -> false;
                        })
                        .isEmpty();
    }

    private static List<PodFacts> held(Gang gang) {
        List<PodFacts> held = new ArrayList<>();
        for (PodFacts pod : gang.pods().all()) {
            if (pod.state() == PodFacts.State.HELD) {
                held.add(pod);
            }
        }
        return held;
    }
}
