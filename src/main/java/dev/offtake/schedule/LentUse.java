package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import java.util.List;

/**
 * What is lent to a tenant, by which it is compared with others.
 *
 * @param lent GPUs
 * @param committed GPUs that are committed to it
 */
record LentUse(long lent, long committed) {
    /** The share of one to whom nothing is committed: he comes last. */
    private static final double NOTHING_COMMITTED = 1e9;
    /** By so little a share may be off by rounding. */
    private static final double ROUNDING = 1e-6;

    static LentUse of(List<String> accounts, Cluster cluster) {
        long lent = 0;
        long committed = 0;
        for (String account : accounts) {
            lent += cluster.quotas().spotUsed(account);
            committed += cluster.quotas().committedGpus(account);
        }
        return new LentUse(lent, committed);
    }

    /** GPUs lent for each one committed. */
    double share() {
        return committed > 0 ? (double) lent / committed : NOTHING_COMMITTED + lent;
    }

    /** GPUs that may be lent to it until its share is larger; negative where it is. */
    long upTo(double share) {
        double most = committed > 0 ? share * committed : share - NOTHING_COMMITTED;
        return (long) Math.floor(most + ROUNDING) - lent;
    }
}
