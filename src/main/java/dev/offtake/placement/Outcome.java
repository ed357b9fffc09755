package dev.offtake.placement;

import java.util.List;
import java.util.Optional;

/** What became of a request for a place. */
public sealed interface Outcome {
    /**
     * The gang's seats are now counted.
     *
     * @param victims who has to go before the gang can start, and is still counted
     * @param why it is there; empty where nobody wants to know
     */
    record Placed(Claimant claimant, Assignment assignment, List<Evictables.Victim> victims, Optional<Rationale> why)
            implements Outcome {
        public Placed {
            victims = List.copyOf(victims);
        }
    }

    /**
     * Nothing changed.
     *
     * @param refusals of each account that was asked, in this order
     */
    record Refused(List<Refusal> refusals) implements Outcome {
        public Refused {
            refusals = List.copyOf(refusals);
        }

        public Refused(Refusal only) {
            this(List.of(only));
        }

        /** Of the first account. */
        public Refusal refusal() {
            return refusals.get(0);
        }
    }
}
