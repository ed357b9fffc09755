package dev.offtake.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts the pods of a namespace as they are bound: the API server tells of each once, when it has its node. */
final class Bound implements ResourceEventHandler<Pod>, AutoCloseable {
    private final SharedIndexInformer<Pod> informer;
    private int count;
    private long lastNanos;

    Bound(KubernetesClient client, String namespace) {
        informer = client.pods()
                .inNamespace(namespace)
                .withoutField("spec.nodeName", "")
                .inform(this);
    }

    @Override
    public synchronized void onAdd(Pod pod) {
        count++;
        lastNanos = System.nanoTime();
        notifyAll();
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {}

    @Override
    public void onDelete(Pod pod, boolean unknownState) {}

    /**
     * Waits until so many were seen.
     *
     * @return when the last one was, by {@link System#nanoTime}
     * @throws IllegalStateException if none came for as long as {@code patience}
     */
    synchronized long await(int wanted, Duration patience) throws InterruptedException {
        while (count < wanted) {
            int before = count;
            long end = System.nanoTime() + patience.toNanos();
            while (count == before) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException("only " + count + " of " + wanted + " pods were bound");
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        return lastNanos;
    }

    @Override
    public void close() {
        informer.close();
    }
}
