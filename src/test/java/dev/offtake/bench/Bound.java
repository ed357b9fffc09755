package dev.offtake.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts the pods of a namespace as they are bound: the API server tells of each once, when it has its node. */
final class Bound implements Watcher<Pod>, AutoCloseable {
    private final Watch watch;
    private int count;
    private long lastNanos;
    private boolean ended;

    Bound(KubernetesClient client, String namespace) {
        watch = client.pods()
                .inNamespace(namespace)
                .withoutField("spec.nodeName", "")
                .watch(this);
    }

    @Override
    public synchronized void eventReceived(Action action, Pod pod) {
        if (action == Action.ADDED) {
            count++;
            lastNanos = System.nanoTime();
            notifyAll();
        }
    }

    @Override
    public synchronized void onClose(WatcherException cause) {
        ended = true;
        notifyAll();
    }

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
                if (left <= 0 || ended) {
                    throw new IllegalStateException("only " + count + " of " + wanted + " pods were bound"
                            + (ended ? ": the watch has ended" : ""));
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        return lastNanos;
    }

    @Override
    public void close() {
        watch.close();
    }
}
