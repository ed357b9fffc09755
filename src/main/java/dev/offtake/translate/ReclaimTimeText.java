package dev.offtake.translate;

import dev.offtake.contract.Lending;
import dev.offtake.contract.ReclaimTime;

/** Lent GPUs that may come back too late, in words. */
public final class ReclaimTimeText {
    private ReclaimTimeText() {}

    /** What takes too long, for which promise, and what to agree on. Another tenant's contract is not named. */
    public static String of(ReclaimTime late) {
        Lending lending = late.lender().lending();
        String promised = GoDurations.format(late.timeToPlace());
        String longest = GoDurations.format(late.longest());
        return "spec.commitments[" + late.lender().name() + "].lending: minRuntime "
                + GoDurations.format(lending.minRuntime()) + " and notice " + GoDurations.format(lending.notice())
                + " are " + longest + " until lent GPUs of class "
                + late.lender().gpuClass()
                + " are back, and the smallest timeToPlace of the class is " + promised
                + (late.agreedByLender() ? ", that of this contract" : ", that of another contract")
                + "; in a new contract agree on at most " + promised + " for both together, on policy Never, or on a"
                + " timeToPlace of at least " + longest + (late.agreedByLender() ? "" : " there");
    }
}
