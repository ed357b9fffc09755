package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A client that is opened when it is used first, so that what is needed later does not delay what is needed now. For
 * any thread.
 */
final class LateClient implements Supplier<KubernetesClient>, AutoCloseable {
    private final Supplier<KubernetesClient> opening;
    private Optional<KubernetesClient> open = Optional.empty();
    private boolean closed;

    LateClient(Supplier<KubernetesClient> opening) {
        this.opening = opening;
    }

    /** @throws IllegalStateException if it was closed */
    @Override
    public synchronized KubernetesClient get() {
        if (closed) {
            throw new IllegalStateException("the client was closed");
        }
        KubernetesClient client = open.orElseGet(opening);
        open = Optional.of(client);
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        open.ifPresent(KubernetesClient::close);
    }
}
