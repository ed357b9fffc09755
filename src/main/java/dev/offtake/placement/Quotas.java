package dev.offtake.placement;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What accounts may have, and have, as of now. */
public final class Quotas {
    private final Cluster cluster;
    private Supplier<List<Handover>> handovers = List::of;

    Quotas(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Units of the account (GPUs on demand) that are not in use and may be; negative where more is in use than may be. What
     * is lent has no limit of its own.
     */
    public int unused(Claimant claimant) {
        String account = claimant.account();
        return switch (claimant.tier()) {
            case RESERVED ->
                cluster.promises().claimable(account) - handovers(claimant).units();
            case ON_DEMAND ->
                onDemandLimit(account)
                        - onDemandUsed(account)
                        - handovers(claimant).units();
            case SPOT -> Integer.MAX_VALUE;
        };
    }

    /** Whether what is in use as the claimant's is within what it may have. */
    public boolean isWithinQuota(Claimant claimant) {
        return unused(claimant) >= 0;
    }

    /** Units of each account's commitment that can be kept. */
    public Map<String, Integer> entitled() {
        return cluster.promises().entitled();
    }

    /** Whether at least so many units of each of these accounts' commitments can be kept. */
    public boolean isEntitledTo(Map<String, Integer> least) {
        return cluster.promises().entitle(least);
    }

    /** GPUs of what is due of an account's commitment; 0 where no pool knows its unit. */
    public long committedGpus(String account) {
        return (long) cluster.account(account).map(Account::committed).orElse(0) * unitGpus(account);
    }

    /** GPUs of a unit of an account's commitment; 0 where no pool knows it. */
    public int unitGpus(String account) {
        List<Integer> pools = cluster.promises().pools(account);
        return pools.isEmpty() ? 0 : Views.unitGpus(cluster.promises().pool(pools.get(0)), cluster.owner(account));
    }

    /** GPUs that may be used above a commitment. */
    public int onDemandLimit(String account) {
        return cluster.account(account).map(Account::onDemandGpus).orElse(0);
    }

    /** GPUs in use above a commitment. */
    public int onDemandUsed(String account) {
        return cluster.usedBeside(new Claimant(account, Tier.ON_DEMAND));
    }

    /** GPUs that are lent to an account. */
    public int spotUsed(String account) {
        return cluster.usedBeside(new Claimant(account, Tier.SPOT));
    }

    /** Sets who tells at any time which seats are passing from some to others. */
    public void handovers(Supplier<List<Handover>> told) {
        handovers = told;
    }

    Handovers handovers(Claimant claimant) {
        return new Handovers(cluster, claimant, handovers.get());
    }
}
