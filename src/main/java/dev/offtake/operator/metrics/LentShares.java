package dev.offtake.operator.metrics;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On whose idle GPUs Spot work runs. A GPU does not say whose it is, so this is a convention: of each class first what
 * is not sold, then the commitments that lend, in the reverse of the order in which entitlements are filled.
 */
final class LentShares {
    private LentShares() {}

    static Map<CommitmentId, Integer> of(Collection<Contract> contracts, Views views) {
        Map<String, Integer> lent = new HashMap<>();
        Map<String, Integer> idle = new HashMap<>();
        for (PoolView pool : views.pools().values()) {
            lent.merge(pool.pool().gpuClass(), pool.lentGpus(), Integer::sum);
            idle.merge(pool.pool().gpuClass(), pool.lentGpus() + pool.freeGpus(), Integer::sum);
        }
        List<Contract> latestFirst =
                contracts.stream().sorted(Contract.BY_ADMISSION.reversed()).toList();
        for (Contract contract : latestFirst) {
            for (Commitment commitment : contract.commitments()) {
                idle.merge(commitment.gpuClass(), -idle(contract.id(commitment), views), Integer::sum);
            }
        }
        // What is left of the idle GPUs is not sold.
        lent.replaceAll((gpuClass, gpus) -> Math.max(0, gpus - Math.max(0, idle.getOrDefault(gpuClass, 0))));
        Map<CommitmentId, Integer> shares = new HashMap<>();
        for (Contract contract : latestFirst) {
            contract.commitments().stream()
                    .filter(c -> c.lending().allowed())
                    .sorted(Comparator.comparing(Commitment::name).reversed())
                    .forEach(commitment -> {
                        CommitmentId id = contract.id(commitment);
                        int left = lent.getOrDefault(commitment.gpuClass(), 0);
                        int share = Math.min(left, idle(id, views));
                        shares.put(id, share);
                        lent.put(commitment.gpuClass(), left - share);
                    });
        }
        return shares;
    }

    /** GPUs that the commitment could have and does not use. */
    private static int idle(CommitmentId id, Views views) {
        @Nullable AccountView account = views.accounts().get(id.toString());
        return account == null
                ? 0
                : Math.max(0, account.entitled() - account.claimed()) * account.unitGpus() + account.boundIdleGpus();
    }
}
