package dev.offtake.demo;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Looks at every version of every object of a kind, one after the other on a thread of its own. */
final class StandIn<T extends HasMetadata> implements AutoCloseable {
    private final ExecutorService thread;
    private final SharedIndexInformer<T> informer;

    /** @param act must do nothing where there is nothing to do: what it writes comes back to it */
    StandIn(String name, Informable<T> objects, Consumer<T> act) {
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
        informer = objects.inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                submit(object, act);
            }

            @Override
            public void onUpdate(T before, T object) {
                submit(object, act);
            }

            @Override
            public void onDelete(T object, boolean finalStateUnknown) {
                // Nothing in the story is deleted.
            }
        });
    }

    private void submit(T object, Consumer<T> act) {
        if (!thread.isShutdown()) {
            thread.execute(() -> {
                try {
                    act.accept(object);
                } catch (KubernetesClientException e) {
                    if (!thread.isShutdown()) {
                        throw e;
                    }
                }
            });
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        informer.close();
    }
}
