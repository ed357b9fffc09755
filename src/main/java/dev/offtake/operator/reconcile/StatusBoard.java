package dev.offtake.operator.reconcile;

import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractView;
import dev.offtake.schedule.MoveProposal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the deciding thread last said about pools and contracts. One thread publishes, any thread reads; listeners hear
 * the names of exactly those that changed, on the publishing thread, and must return at once.
 */
public final class StatusBoard {
    private final CopyOnWriteArrayList<Consumer<String>> poolListeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Consumer<String>> contractListeners = new CopyOnWriteArrayList<>();
    /** Classes of pools of which nothing is used, by name. Guarded by itself. */
    private final Map<String, String> invalid = new TreeMap<>();

    private volatile Consumer<Map<String, String>> invalidListener = pools -> {};
    private volatile Map<String, PoolView> pools = Map.of();
    private volatile Map<String, ContractView> contracts = Map.of();
    private volatile Map<String, List<BesideKueue>> kueue = Map.of();
    private volatile Map<String, List<MoveProposal>> proposals = Map.of();

    /**
     * Replaces everything that was published before.
     *
     * @param besideKueue by contract, where there is something to tell
     * @param moves that are proposed
     */
    public void publish(
            Views views,
            Map<String, ContractView> contractViews,
            Map<String, List<BesideKueue>> besideKueue,
            List<MoveProposal> moves) {
        Map<String, PoolView> poolsBefore = pools;
        Map<String, ContractView> contractsBefore = contracts;
        pools = views.pools();
        contracts = Map.copyOf(contractViews);
        Map<String, List<BesideKueue>> kueueBefore = kueue;
        kueue = Map.copyOf(besideKueue);
        Set<String> changedContracts = changed(contractsBefore, contracts);
        changedContracts.addAll(changed(kueueBefore, kueue));
        Map<String, List<MoveProposal>> proposalsBefore = proposals;
        proposals = moves.stream().collect(Collectors.groupingBy(MoveProposal::pool));
        Set<String> changedPools = changed(poolsBefore, pools);
        changedPools.addAll(changed(proposalsBefore, proposals));
        tell(poolListeners, changedPools);
        tell(contractListeners, changedContracts);
    }

    private static <V> Set<String> changed(Map<String, V> before, Map<String, V> now) {
        TreeSet<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(name -> Optional.ofNullable(before.get(name)).equals(Optional.ofNullable(now.get(name))));
        return changed;
    }

    private static void tell(Iterable<Consumer<String>> listeners, Set<String> changed) {
        for (Consumer<String> listener : listeners) {
            changed.forEach(listener);
        }
    }

    /** All pools by name, as one consistent picture. */
    public Map<String, PoolView> pools() {
        return pools;
    }

    /** All admitted contracts by name, as one consistent picture. */
    public Map<String, ContractView> contracts() {
        return contracts;
    }

    /**
     * Who is told which pools make no sense, now and after each change.
     *
     * @param listener hears their classes by their names, on any thread
     */
    public void onInvalidPools(Consumer<Map<String, String>> listener) {
        synchronized (invalid) {
            invalidListener = listener;
            listener.accept(Map.copyOf(invalid));
        }
    }

    /** A pool makes no sense. */
    void invalidPool(String name, String gpuClass) {
        changeInvalid(() -> !gpuClass.equals(invalid.put(name, gpuClass)));
    }

    /** A pool makes sense, or is gone. */
    void validPool(String name) {
        changeInvalid(() -> invalid.remove(name) != null);
    }

    /** Only these pools are there. */
    void retainInvalid(Predicate<String> exists) {
        changeInvalid(() -> invalid.keySet().removeIf(exists.negate()));
    }

    private void changeInvalid(BooleanSupplier change) {
        synchronized (invalid) {
            if (change.getAsBoolean()) {
                invalidListener.accept(Map.copyOf(invalid));
            }
        }
    }

    Optional<PoolView> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    Optional<ContractView> contract(String name) {
        return Optional.ofNullable(contracts.get(name));
    }

    /** What would have to be moved in a pool for gangs that wait. */
    List<MoveProposal> moveProposals(String pool) {
        return proposals.getOrDefault(pool, List.of());
    }

    /** Namespaces of a contract in which Kueue manages work. */
    List<BesideKueue> besideKueue(String contract) {
        return kueue.getOrDefault(contract, List.of());
    }

    void onPoolChange(Consumer<String> listener) {
        poolListeners.add(listener);
    }

    void onContractChange(Consumer<String> listener) {
        contractListeners.add(listener);
    }
}
