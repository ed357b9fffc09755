package dev.offtake.schedule;

import java.util.List;
import java.util.Optional;

/**
 * All on which it depends what is asked of placement for a gang, and with which others it is tried: those that wish the
 * same ask for the same. Only of gangs that avoid no node.
 */
final class Wish {
    private final Rank rank;
    private final GangSpec spec;
    private final int pods;
    private final boolean compact;
    private final int length;
    private final int hash;

    /** @param compact whether it is to be compact where it is lent its place */
    Wish(Gang gang, boolean compact) {
        rank = gang.rank();
        spec = gang.spec();
        pods = Demands.mostPods(gang);
        this.compact = compact;
        length = Backfill.length(spec);
        hash = hash();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Wish wish && hash == wish.hash && isSame(wish);
    }

    private boolean isSame(Wish wish) {
        return pods == wish.pods
                && compact == wish.compact
                && length == wish.length
                && isOfSameSide(wish.rank)
                && drawsOnSame(wish.spec)
                && asksForSame(wish.spec)
                && equal(spec.podSets(), wish.spec.podSets());
    }

    /** Of one line where their tenants are the same as well. */
    private boolean isOfSameSide(Rank other) {
        return rank.line().tier() == other.line().tier()
                && rank.line().contract().equals(other.line().contract())
                && rank.subTenant().equals(other.subTenant());
    }

    /** Of {@link Accounts.Asked}. */
    private boolean drawsOnSame(GangSpec other) {
        return spec.tenant().equals(other.tenant())
                && spec.contract().equals(other.contract())
                && spec.gpuClasses().equals(other.gpuClasses())
                && spec.tiers().equals(other.tiers());
    }

    private boolean asksForSame(GangSpec other) {
        return spec.resource().equals(other.resource())
                && spec.required().equals(other.required())
                && spec.preferred().equals(other.preferred());
    }

    private static boolean equal(List<GangSpec.PodSet> some, List<GangSpec.PodSet> others) {
        boolean equal = some.size() == others.size();
        for (int i = 0; equal && i < some.size(); i++) {
            equal = some.get(i).equals(others.get(i));
        }
        return equal;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    private int hash() {
        int sum = 31 * (31 * pods + length) + (compact ? 1 : 0);
        sum = 31 * sum + rank.line().contract().hashCode();
        sum = 31 * sum + rank.line().tier().hashCode();
        sum = 31 * sum + hash(rank.subTenant());
        sum = 31 * sum + spec.tenant().hashCode();
        sum = 31 * sum + hash(spec.contract());
        sum = 31 * sum + spec.gpuClasses().hashCode();
        sum = 31 * sum + spec.tiers().size();
        sum = 31 * sum + hash(spec.required());
        sum = 31 * sum + hash(spec.preferred());
        return 31 * sum + hash(spec.podSets());
    }

    private static int hash(Optional<?> value) {
        return value.isEmpty() ? 0 : value.get().hashCode();
    }

    private static int hash(List<GangSpec.PodSet> podSets) {
        int sum = 0;
        for (int i = 0; i < podSets.size(); i++) {
            GangSpec.PodSet podSet = podSets.get(i);
            sum = 31 * sum + podSet.name().hashCode();
            sum = 31 * sum + podSet.count();
            sum = 31 * sum + podSet.minCount();
            sum = 31 * sum + podSet.shape().gpus();
            sum = 31 * sum + podSet.shape().requests().hashCode();
            sum = 31 * sum + podSet.filter().hashCode();
            sum = 31 * sum + hash(podSet.slice());
        }
        return sum;
    }
}
