package dev.offtake.schedule;

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
            return Optional.of(gang.refusedByScheduler());
        }
        int needed = 0;
        int gated = 0;
        boolean ready = true;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int free = gang.unseated(podSet.name()).size();
            ready &= free >= podSet.minCount();
            needed += podSet.minCount();
            gated += free;
        }
        return ready ? Optional.empty() : Optional.of(heldOrMissing(gang, needed, gated));
    }

    private static Reason heldOrMissing(Gang gang, int needed, int gated) {
        int held = 0;
        String gates = "";
        for (PodFacts pod : gang.pods().values()) {
            if (pod.state() == PodFacts.State.HELD) {
                held++;
                gates = pod.words();
            }
        }
        return held > 0 && gated + held >= needed
                ? Reason.of(Reason.Code.OTHER_GATES, "pods", String.valueOf(held), "gates", gates)
                : Reason.of(
                        Reason.Code.PODS_NOT_CREATED,
                        "created",
                        String.valueOf(gated + held),
                        "needed",
                        String.valueOf(needed));
    }
}
