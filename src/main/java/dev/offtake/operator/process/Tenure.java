package dev.offtake.operator.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this candidate leads, by its own monotonic clock, and who is told of it. Never talks to the API server, so
 * that a request that hangs delays nothing here.
 */
final class Tenure implements Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

    private final ElectionOptions options;
    private final FatalErrors fatal;
    /** Looks at the deadline and calls the listeners. */
    private final ScheduledExecutorService thread = Threads.singleScheduled("leadership");

    /** The two below are of that thread only. */
    private final List<Listener> listeners = new ArrayList<>();

    private boolean told;

    private volatile State state = State.FOLLOWER;
    private boolean closed;

    /** @param renewedAt when the last renewal that succeeded was sent, by {@link System#nanoTime()} */
    private record State(boolean leading, long renewedAt) {
        static final State FOLLOWER = new State(false, 0);

        boolean youngerThan(Duration limit) {
            return leading && System.nanoTime() - renewedAt < limit.toNanos();
        }
    }

    Tenure(ElectionOptions options, FatalErrors fatal) {
        this.options = options;
        this.fatal = fatal;
    }

    @Override
    public boolean isLeader() {
        return state.youngerThan(options.renewDeadline());
    }

    @Override
    public boolean mayWrite() {
        return state.youngerThan(options.writeFence());
    }

    @Override
    public void listen(Listener listener) {
        thread.execute(() -> {
            listeners.add(listener);
            // By what the others were told, not by what is true now: the end of it is still to come.
            if (told) {
                call(listener, Listener::onStartLeading);
            }
        });
    }

    /**
     * The lease was taken or renewed.
     *
     * @param sentAt when the request was sent: others may count from any instant after it
     */
    synchronized void held(long sentAt) {
        State renewed = new State(true, sentAt);
        if (closed || !renewed.youngerThan(options.renewDeadline())) {
            return;
        }
        boolean begins = !state.leading();
        state = renewed;
        if (begins) {
            LOG.atInfo().addKeyValue("identity", options.identity()).log("leading");
            thread.execute(() -> tell(true));
            watch(options.renewDeadline().toNanos());
        }
    }

    /** The lease is somebody else's, or was not renewed. */
    synchronized void lost(String why) {
        if (end()) {
            LOG.atWarn().addKeyValue("why", why).log("leading no more");
        }
    }

    /** Ends the leadership for good; the listeners are told on their thread. */
    synchronized void close() {
        if (end()) {
            LOG.info("leading no more: this process stops");
        }
        closed = true;
        thread.shutdown();
    }

    private boolean end() {
        boolean ends = state.leading();
        if (ends) {
            state = State.FOLLOWER;
            thread.execute(() -> tell(false));
        }
        return ends;
    }

    void awaitClosed(Duration limit) throws InterruptedException {
        if (!thread.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            thread.shutdownNow();
        }
    }

    private void watch(long nanos) {
        Threads.later(thread, nanos, this::checkDeadline);
    }

    private synchronized void checkDeadline() {
        if (closed || !state.leading()) {
            return;
        }
        long left = options.renewDeadline().toNanos() - (System.nanoTime() - state.renewedAt());
        if (left > 0) {
            watch(left);
        } else {
            lost("the lease was not renewed for " + options.renewDeadline().toMillis() + " ms");
        }
    }

    private void tell(boolean leads) {
        told = leads;
        listeners.forEach(listener -> call(listener, leads ? Listener::onStartLeading : Listener::onStopLeading));
    }

    private void call(Listener listener, Consumer<Listener> method) {
        try {
            method.accept(listener);
        } catch (RuntimeException | Error e) {
            fatal.report("a listener of the leadership failed", e);
        }
    }
}
