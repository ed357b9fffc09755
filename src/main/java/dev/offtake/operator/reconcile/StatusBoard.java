package dev.offtake.operator.reconcile;

import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractView;
import java.util.Map;
import java.util.Optional;
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

    /** Replaces everything that was published before. */
    public void publish(Views views, Map<String, ContractView> contractViews) {
        Map<String, PoolView> poolsBefore = pools;
        Map<String, ContractView> contractsBefore = contracts;
        pools = views.pools();
        contracts = Map.copyOf(contractViews);
        tell(poolListeners, poolsBefore, pools);
        tell(contractListeners, contractsBefore, contracts);
    }

    private static <V> void tell(Iterable<Consumer<String>> listeners, Map<String, V> before, Map<String, V> now) {
        TreeSet<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(name -> Optional.ofNullable(before.get(name)).equals(Optional.ofNullable(now.get(name))));
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

    void onPoolChange(Consumer<String> listener) {
        poolListeners.add(listener);
    }

    void onContractChange(Consumer<String> listener) {
        contractListeners.add(listener);
    }
}
