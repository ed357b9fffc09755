package dev.offtake.operator.policy;

import dev.offtake.api.Enforcement;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether the admission policies are as they were installed. By asking and not by watching: who
 * takes the label or the right away must not be able to hide a change.
 */
public final class PolicyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final PolicyReader reader;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "policy-watch");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile PolicyState state = PolicyState.unread("not read yet");
    private volatile boolean read;

    private PolicyWatch(PolicyReader reader) {
        this.reader = reader;
    }

    /**
     * Looks once, then every ten seconds, against the manifest on the class path.
     *
     * @param namespace of the operator
     * @param enforcement that the operator was told
     */
    public static PolicyWatch start(KubernetesClient client, String namespace, Enforcement enforcement) {
        return start(PolicyReader.ofShipped(client, namespace, Optional.of(enforcement)), EVERY);
    }

    /** Looks once, then at this interval. */
    static PolicyWatch start(PolicyReader reader, Duration every) {
        PolicyWatch watch = new PolicyWatch(reader);
        watch.look();
        ScheduledFuture<?> unused = watch.thread.scheduleWithFixedDelay(
                watch::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    /** What was seen last. */
    public PolicyState state() {
        return state;
    }

    /** Called after each change of the state, on the thread of the watch. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void look() {
        PolicyState before = state;
        try {
            state = reader.read();
            read = true;
        } catch (KubernetesClientException e) {
            // An API server that is away for a moment has changed nothing; one that refuses might hide a change.
            boolean refused = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                    || e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
            if (refused || !read) {
                state = PolicyState.unread(String.valueOf(e.getMessage()));
            }
            LOG.debug("the admission policies could not be read", e);
        } catch (RuntimeException e) {
            // It would be looked at no more, and nobody would know.
            state = PolicyState.unread(e.toString());
            if (!state.equals(before)) {
                LOG.warn("the admission policies could not be read", e);
            }
        }
        if (!state.equals(before)) {
            tell();
        }
    }

    private void tell() {
        PolicyState now = state;
        if (now.inForce()) {
            LOG.info("the admission policies are as installed");
        } else {
            now.verdict(Optional.empty()).ifPresent(v -> LOG.warn("admission policies: {}", v.message()));
        }
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.warn("a change of the admission policies could not be told", e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
