package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.SubTenant;
import dev.offtake.contract.Tranche;
import java.util.List;

/**
 * A contract as others see it.
 *
 * @param contract the terms that the numbers belong to
 * @param tranches in the order of the terms
 * @param subTenants in the order of the terms, then the others if they use anything; empty where the tenant is one
 * @param shortages commitments that cannot be kept now; empty while the guarantee is met
 */
public record ContractView(
        Contract contract,
        Gpus gpus,
        List<TrancheView> tranches,
        List<SubTenantView> subTenants,
        List<Shortage> shortages) {
    public ContractView {
        tranches = List.copyOf(tranches);
        subTenants = List.copyOf(subTenants);
        shortages = List.copyOf(shortages);
    }

    /**
     * GPUs of the contract now, over all commitments.
     *
     * @param committed owed now
     * @param entitled of {@code committed}, what can be kept
     * @param used by Reserved work
     * @param onDemand charged above the commitments
     * @param waiting that work asks for which waits; it counts for the commitment that it would draw on first
     * @param beyond of work that others have put on nodes, and for which the contract has no room; it is among what waits,
     *     unless it would be elsewhere
     */
    public record Gpus(long committed, int entitled, int used, int onDemand, int waiting, int beyond) {}

    /**
     * A tranche; tranches that are due are filled in the order of their due dates. Counts are in cells of the unit where
     * they do not say GPUs.
     */
    public record TrancheView(
            String commitment, Tranche tranche, int entitled, int claimed, int bound, int boundIdleGpus) {}

    /**
     * A sub-tenant.
     *
     * @param used GPUs of its own over all commitments
     * @param share GPUs of those that the contract is entitled to, by weight
     */
    public record SubTenantView(SubTenant subTenant, int used, int share) {}

    /**
     * A commitment of which less can be kept than is owed.
     *
     * @param waitingGpus GPUs of Reserved work that waits on it
     */
    public record Shortage(
            CommitmentId commitment, String gpuClass, String unit, int committed, int entitled, int waitingGpus) {}
}
