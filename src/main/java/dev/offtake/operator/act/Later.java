package dev.offtake.operator.act;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Reports failures with a delay, so that what is tried again at once is not tried a thousand times a second. */
final class Later {
    private static final Executor DELAYED = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private Later() {}

    static void run(Runnable report) {
        DELAYED.execute(report);
    }
}
