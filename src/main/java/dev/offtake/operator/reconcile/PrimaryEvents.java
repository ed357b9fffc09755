package dev.offtake.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The objects of a cluster-scoped kind, and the way to have them reconciled again. */
final class PrimaryEvents<R extends HasMetadata> {
    private final SimpleInboundEventSource<R> source;
    private volatile Optional<Cache<R>> cache = Optional.empty();

    PrimaryEvents(String name) {
        source = new SimpleInboundEventSource<>(name);
    }

    List<EventSource<?, R>> sources(EventSourceContext<R> context) {
        cache = Optional.of(context.getPrimaryCache());
        return List.of(source);
    }

    Stream<R> all() {
        return cache.stream().flatMap(Cache::list);
    }

    Stream<String> names() {
        return all().map(r -> r.getMetadata().getName());
    }

    boolean has(String name) {
        return cache.filter(c -> c.contains(new ResourceID(name))).isPresent();
    }

    /** Nothing happens before the start and for objects that are not there. */
    void fire(String name) {
        if (source.isRunning()) {
            source.propagateEvent(new ResourceID(name));
        }
    }

    void fireAll() {
        names().toList().forEach(this::fire);
    }
}
