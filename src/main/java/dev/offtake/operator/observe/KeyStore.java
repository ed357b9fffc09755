package dev.offtake.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The store of an informer that keeps of each object only what the informer itself needs, as we keep the rest. */
final class KeyStore<T extends HasMetadata> implements ItemStore<T> {
    private final Map<String, T> items = new ConcurrentHashMap<>();
    private final UnaryOperator<T> shrink;

    KeyStore(UnaryOperator<T> shrink) {
        this.shrink = shrink;
    }

    @Override
    public String getKey(T item) {
        return Cache.metaNamespaceKeyFunc(item);
    }

    @Override
    @SuppressWarnings("NullAway") // Fabric8 declares no nullness; null is what it expects for "was not there"
    public T put(String key, T item) {
        return items.put(key, shrink.apply(item));
    }

    @Override
    @SuppressWarnings("NullAway")
    public T remove(String key) {
        return items.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return items.values().stream();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    @SuppressWarnings("NullAway")
    public T get(String key) {
        return items.get(key);
    }

    /** Otherwise the first list would be told from here, where nothing but keys is left of it. */
    @Override
    public boolean isFullState() {
        return false;
    }
}
