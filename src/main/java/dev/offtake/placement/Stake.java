package dev.offtake.placement;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Pods of a junior that draw on an account, by node and shape, counted as the account's or as lent. Mutable. */
final class Stake {
    private final Map<String, Map<Shape, Integer>> pods = new TreeMap<>();

    static Stake of(Preemption.Junior junior) {
        Stake stake = new Stake();
        junior.left().forEach(node -> stake.pods.put(node, new HashMap<>(junior.claimed(node))));
        return stake;
    }

    /** Leaves out what is also another's. */
    void remove(Stake other) {
        other.pods.forEach((node, there) -> {
            Map<Shape, Integer> rest = pods.getOrDefault(node, new HashMap<>());
            there.forEach((shape, count) -> rest.merge(shape, -count, Integer::sum));
        });
    }

    int gpus() {
        int gpus = 0;
        for (Map<Shape, Integer> there : pods.values()) {
            for (Map.Entry<Shape, Integer> of : there.entrySet()) {
                gpus += of.getKey().gpus() * of.getValue();
            }
        }
        return gpus;
    }

    /** What counts as the account's counts as lent. */
    void lend(Cluster cluster, Claimant account) {
        move(cluster, account, new Claimant(account.account(), Tier.SPOT));
    }

    /** What counts as lent counts as the account's. */
    void giveBack(Cluster cluster, Claimant account) {
        move(cluster, new Claimant(account.account(), Tier.SPOT), account);
    }

    private void move(Cluster cluster, Claimant from, Claimant to) {
        pods.forEach((node, there) -> there.forEach((shape, count) -> {
            if (count > 0) {
                cluster.seat(node, from, shape, -count);
                cluster.seat(node, to, shape, count);
            }
        }));
    }
}
