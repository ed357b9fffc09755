package dev.offtake.placement;

/** What became of a request for a place. */
public sealed interface Outcome {
    /** The gang's seats are now counted. */
    record Placed(Claimant claimant, Assignment assignment) implements Outcome {}

    /** Nothing changed. */
    record Refused(Refusal refusal) implements Outcome {}
}
