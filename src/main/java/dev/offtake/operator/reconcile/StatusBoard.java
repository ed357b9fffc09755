package dev.offtake.operator.reconcile;

import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What the deciding thread last said about pools and contracts. One thread publishes, any thread reads; listeners hear
 * the names of exactly those that changed, on the publishing thread, and must return at once.
 */
public final class StatusBoard {
    private final CopyOnWriteArrayList<Consumer<String>> poolListeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Consumer<String>> contractListeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, PoolView> pools = Map.of();
    private volatile Map<String, ContractView> contracts = Map.of();
    private volatile Map<String, List<BesideKueue>> kueue = Map.of();

    /**
     * Replaces everything that was published before.
     *
     * @param besideKueue by contract, where there is something to tell
     */
    public void publish(
            Views views, Map<String, ContractView> contractViews, Map<String, List<BesideKueue>> besideKueue) {
        Map<String, PoolView> poolsBefore = pools;
        Map<String, ContractView> contractsBefore = contracts;
        pools = views.pools();
        contracts = Map.copyOf(contractViews);
        Map<String, List<BesideKueue>> kueueBefore = kueue;
        kueue = Map.copyOf(besideKueue);
        Set<String> changedContracts = changed(contractsBefore, contracts);
        changedContracts.addAll(changed(kueueBefore, kueue));
        tell(poolListeners, changed(poolsBefore, pools));
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

    Optional<PoolView> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    Optional<ContractView> contract(String name) {
        return Optional.ofNullable(contracts.get(name));
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
