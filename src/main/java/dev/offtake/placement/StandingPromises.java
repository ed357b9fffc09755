package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What is promised as of now: filled anew where a change cannot be taken over, and no sooner than somebody asks. */
final class StandingPromises {
    private final Collection<PoolState> pools;
    private final Map<String, Account> accounts;
    private final Map<String, Integer> owners;
    private Promises promises = Promises.NONE;
    /** What is promised before all else, while something is tried. */
    private List<Account> first = List.of();

    private boolean stale = true;

    /**
     * All of them as they change.
     *
     * @param accounts by name, in the order in which entitlements are filled
     * @param owners the numbers of accounts
     */
    StandingPromises(Collection<PoolState> pools, Map<String, Account> accounts, Map<String, Integer> owners) {
        this.pools = pools;
        this.accounts = accounts;
        this.owners = owners;
    }

    /** They are to be filled anew. */
    void outdate() {
        stale = true;
    }

    /** Takes over that an owner claims so many units more of a pool, fewer where negative, as far as that is possible. */
    void absorb(PoolState pool, int owner, int units) {
        stale = stale || !promises.absorb(pool, owner, units);
    }

    boolean isOutdated() {
        return stale;
    }

    Promises now() {
        if (stale) {
            promises = filled();
            stale = false;
        }
        return promises;
    }

    /** The same if that is known without filling anything. */
    Optional<Promises> ifKnown() {
        return stale ? Optional.empty() : Optional.of(promises);
    }

    /** The same for a look: nothing is remembered of it. */
    Promises look() {
        return stale ? filled() : promises;
    }

    /** The same from scratch, whatever is known. */
    Promises filled() {
        List<Account> inOrder = new ArrayList<>(first);
        inOrder.addAll(accounts.values());
        return promises.again(List.copyOf(pools), inOrder, owners);
    }

    /** See {@link Cluster#keepingRank}. */
    <T> T keepingRank(Set<String> names, Supplier<T> search) {
        if (now().areKept()) {
            return search.get();
        }
        first = accounts.values().stream()
                .filter(account -> names.contains(account.name()))
                .map(this::asClaimed)
                .toList();
        try {
            return search.get();
        } finally {
            first = List.of();
            stale = true;
        }
    }

    private Account asClaimed(Account of) {
        int claimed = Math.min(of.committed(), now().claimedUsable(of.name()));
        return new Account(of.name(), of.gpuClass(), of.unit(), claimed, of.onDemandGpus(), of.lends());
    }
}
