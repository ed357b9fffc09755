package dev.offtake.placement;

import java.util.List;

/** What became of a request for a place. */
public sealed interface Outcome {
    /**
     * The gang's seats are now counted.
     *
     * @param victims who has to go before the gang can start, and is still counted
     */
    record Placed(Claimant claimant, Assignment assignment, List<Evictables.Victim> victims) implements Outcome {
        public Placed {
            victims = List.copyOf(victims);
        }
    }

    /** Nothing changed. */
    record Refused(Refusal refusal) implements Outcome {}
}
