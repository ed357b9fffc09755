package dev.offtake.operator.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The only replica: leads from its start to its end, without a lease. */
final class AlwaysLeader implements Candidate {
    private final List<Listener> listeners = new ArrayList<>();
    private boolean leading;

    @Override
    public synchronized void compete() {
        leading = true;
        listeners.forEach(Listener::onStartLeading);
    }

    @Override
    public synchronized boolean isLeader() {
        return leading;
    }

    @Override
    public boolean mayWrite() {
        return isLeader();
    }

    @Override
    public synchronized void listen(Listener listener) {
        listeners.add(listener);
        if (leading) {
            listener.onStartLeading();
        }
    }

    @Override
    public synchronized void resign() {
        if (leading) {
            leading = false;
            listeners.forEach(Listener::onStopLeading);
        }
    }

    @Override
    public void release(Duration limit) {
        // There is no lease.
    }
}
