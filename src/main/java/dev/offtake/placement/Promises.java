package dev.offtake.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The accounts as they stand: which pools serve them, what they claim, and what of their commitment can be kept. */
final class Promises {
    static final Promises NONE = of(List.of(), List.of(), Map.of());

    private final List<PoolState> pools;
    private final Map<String, Integer> owners;
    private final Map<String, Serving> serving;
    private final Entitlements entitlements;

    /** An account's commitment, and the pools of its class that know its unit. */
    private record Serving(int committed, List<Integer> pools) {}

    private Promises(
            List<PoolState> pools,
            Map<String, Integer> owners,
            Map<String, Serving> serving,
            Entitlements entitlements) {
        this.pools = pools;
        this.owners = owners;
        this.serving = serving;
        this.entitlements = entitlements;
    }

    /** Promises on pools that have served nobody before. */
    static Promises of(List<PoolState> pools, List<Account> inOrder, Map<String, Integer> owners) {
        return of(pools, inOrder, owners, (pool, account) -> 0);
    }

    /** Promises that take from each pool what they took from it before, as far as they can. */
    Promises again(List<PoolState> newPools, List<Account> inOrder, Map<String, Integer> newOwners) {
        return of(newPools, inOrder, newOwners, this::assigned);
    }

    /** How many units of an account a pool was to serve before. */
    private interface Before {
        int units(String pool, String account);
    }

    /** @param inOrder one whose part goes before others twice: with that part, and with all */
    private static Promises of(
            List<PoolState> pools, List<Account> inOrder, Map<String, Integer> owners, Before before) {
        Map<String, Serving> serving = new LinkedHashMap<>();
        List<Entitlements.Promise> promised = new ArrayList<>();
        for (Account account : inOrder) {
            int owner = owners.getOrDefault(account.name(), PoolState.OPEN);
            List<Integer> of = new ArrayList<>();
            List<Integer> units = new ArrayList<>();
            for (int p = 0; p < pools.size(); p++) {
                if (pools.get(p).unitRow(owner) >= 0) {
                    of.add(p);
                    units.add(before.units(pools.get(p).pool().name(), account.name()));
                }
            }
            serving.put(account.name(), new Serving(account.committed(), of));
            promised.add(new Entitlements.Promise(owner, account.committed(), of, units));
        }
        return new Promises(pools, Map.copyOf(owners), serving, new Entitlements(pools, owners.size() + 1, promised));
    }

    private int assigned(String pool, String account) {
        for (int p : pools(account)) {
            if (pools.get(p).pool().name().equals(pool)) {
                return entitlements.assigned(p, owner(account));
            }
        }
        return 0;
    }

    private int owner(String account) {
        return owners.getOrDefault(account, PoolState.OPEN);
    }

    /** The pools of the account's class that know its unit. */
    List<Integer> pools(String account) {
        Serving of = serving.get(account);
        return of == null ? List.of() : of.pools();
    }

    /** All pools of a class, whatever units they know. */
    List<Integer> ofClass(String gpuClass) {
        return IntStream.range(0, pools.size())
                .filter(p -> pools.get(p).pool().gpuClass().equals(gpuClass))
                .boxed()
                .toList();
    }

    PoolState pool(int index) {
        return pools.get(index);
    }

    /** What each account is entitled to. */
    Map<String, Integer> entitled() {
        Map<String, Integer> all = new LinkedHashMap<>();
        serving.keySet().forEach(account -> all.put(account, entitled(account)));
        return all;
    }

    /** Whether each of these accounts is entitled to at least so much. */
    boolean entitle(Map<String, Integer> least) {
        for (Map.Entry<String, Integer> of : least.entrySet()) {
            if (entitled(of.getKey()) < of.getValue()) {
                return false;
            }
        }
        return true;
    }

    int entitled(String account) {
        return entitlements.entitled(owner(account));
    }

    /** Units taken whole or bound, in all pools. */
    int claimed(String account) {
        int sum = 0;
        for (int p : pools(account)) {
            sum += pools.get(p).claimed(owner(account));
        }
        return sum;
    }

    /** Those of {@link #claimed} whose cell is usable. */
    int claimedUsable(String account) {
        int sum = 0;
        for (int p : pools(account)) {
            sum += pools.get(p).claimedUsable(owner(account));
        }
        return sum;
    }

    /**
     * Units that may be claimed beside those that are claimed now; negative where more is claimed than is committed by
     * now. A claim whose cell is not usable counts as unclaimed against the entitlement, but not against what was
     * committed.
     */
    int claimable(String account) {
        return Math.min(unclaimed(account), entitled(account) - claimedUsable(account));
    }

    /** Units that are committed by now and not claimed, whether or not there is supply for them; may be negative. */
    int unclaimed(String account) {
        Serving of = serving.get(account);
        int committed = of == null ? 0 : of.committed();
        return committed - claimed(account);
    }

    /** Takes over a change of claims, see {@link Entitlements#absorb}; {@code OPEN} claims nothing that was promised. */
    boolean absorb(PoolState pool, int owner, int units) {
        int p = pools.indexOf(pool);
        return p >= 0 && entitlements.absorb(p, owner, owner == PoolState.OPEN ? 0 : units);
    }

    /** Whether everybody has exactly what he was promised: it does not matter then who comes first. */
    boolean areKept() {
        return entitlements.areKept();
    }

    Entitlements entitlements() {
        return entitlements;
    }

    /** What is entitled and unclaimed. */
    Needs needs() {
        return entitlements.needs();
    }

    /** Free GPUs of a pool that are promised to nobody but an owner. */
    long openTo(PoolState pool, int owner) {
        return needs().openTo(pools.indexOf(pool), owner);
    }

    /** GPUs of a pool that have to stay idle for those who do not lend. */
    long unlentGpus(PoolState pool) {
        return needs().unlentGpus(pools.indexOf(pool));
    }
}
