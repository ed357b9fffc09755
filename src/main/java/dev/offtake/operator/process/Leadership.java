package dev.offtake.operator.process;

/** Whether this process is the one that decides and writes. */
public interface Leadership {
    /** Whether it holds the lease, by its own clock. */
    boolean isLeader();

    /**
     * Whether a batch of writes may begin now: it leads, and the last successful renewal is so young that the writes
     * end before anybody else can lead. To be asked before each batch; costs no request.
     */
    boolean mayWrite();

    /**
     * Adds a listener. It is called on one thread, each start before its stop; if this process leads already, the
     * start follows at once.
     */
    void listen(Listener listener);

    /** Told of the begin and the end of this process's leadership. Calls should be short: hand over and return. */
    interface Listener {
        void onStartLeading();

        /** It leads no more: at the latest one lease duration after the last successful renewal was sent. */
        void onStopLeading();
    }
}
