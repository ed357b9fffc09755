package dev.offtake.contract;

import java.time.Instant;
import java.util.List;

/**
 * A quantity of a GPU class that is owed in tranches.
 *
 * @param unit {@code gpu}, {@code node} or a level of the pools of the class: the shape that is guaranteed
 * @param onDemandGpus the most GPUs that the tenant may use above the commitment, at least 0
 * @param lending what others may use of it
 * @param preempts whether work on it of higher priority evicts work on it of lower priority
 * @param moves whether work that runs on it may be moved to other nodes, with the notice of its lending
 */
public record Commitment(
        String name,
        String gpuClass,
        String unit,
        List<Tranche> tranches,
        int onDemandGpus,
        Lending lending,
        boolean preempts,
        boolean moves) {
    public Commitment {
        tranches = List.copyOf(tranches);
    }

    /** One on which nobody evicts others, and whose work stays where it is. */
    public Commitment(
            String name, String gpuClass, String unit, List<Tranche> tranches, int onDemandGpus, Lending lending) {
        this(name, gpuClass, unit, tranches, onDemandGpus, lending, false, false);
    }

    /** One that lends as commitments do that say nothing of it. */
    public Commitment(String name, String gpuClass, String unit, List<Tranche> tranches, int onDemandGpus) {
        this(name, gpuClass, unit, tranches, onDemandGpus, Lending.DEFAULT);
    }

    /** Cells due at or before {@code instant} and not ended. The term of the contract is the contract's business. */
    int committed(Instant instant) {
        int sum = 0;
        for (Tranche tranche : tranches) {
            if (tranche.due().contains(instant)) {
                sum += tranche.quantity();
            }
        }
        return sum;
    }
}
