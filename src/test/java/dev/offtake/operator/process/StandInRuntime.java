package dev.offtake.operator.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A working part that does nothing but say what was asked of it. */
final class StandInRuntime implements OperatorRuntime {
    final Queue<String> calls = new ConcurrentLinkedQueue<>();
    volatile List<String> unsynced = List.of();
    volatile Optional<String> stalled = Optional.empty();
    volatile Runnable whenStopped = () -> {};
    volatile OperatorContext context;
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch leads = new CountDownLatch(1);

    /** The factory of this one. */
    OperatorRuntime in(OperatorContext given) {
        context = given;
        given.leadership().listen(new Leadership.Listener() {
            @Override
            public void onStartLeading() {
                calls.add("leading");
                leads.countDown();
            }

            @Override
            public void onStopLeading() {
                calls.add("not leading");
            }
        });
        return this;
    }

    @Override
    public void start() {
        calls.add("start");
        started.countDown();
    }

    @Override
    public void stop(Duration limit) {
        calls.add("stop, may write: " + context.leadership().mayWrite());
        whenStopped.run();
    }

    @Override
    public List<String> unsynced() {
        return unsynced;
    }

    @Override
    public Optional<String> stalled() {
        return stalled;
    }
}
