package dev.offtake.operator.decide;

import dev.offtake.operator.metrics.LoopMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides. Others only queue events; it applies all that are there, then decides once.
 */
public final class DecisionLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionLoop.class);
    private static final Duration LONGEST_SLEEP = Duration.ofMillis(500);
    private static final int BATCH = 4_096;

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Desk desk;
    private final LoopMeters meters;
    private final InstantSource clock;
    private final Consumer<Instant> afterTurn;
    private final Thread thread;
    private volatile Instant lastTurn = Instant.EPOCH;

    /**
     * @param afterTurn called on the loop's thread when it has decided
     * @param onFailure called when the loop cannot go on
     */
    public DecisionLoop(
            Desk desk,
            LoopMeters meters,
            InstantSource clock,
            Consumer<Instant> afterTurn,
            Consumer<Throwable> onFailure) {
        this.desk = desk;
        this.meters = meters;
        this.clock = clock;
        this.afterTurn = afterTurn;
        thread = new Thread(() -> run(onFailure), "decide");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Queues a change for the loop's thread. */
    public void submit(Runnable event) {
        events.add(event);
    }

    private void run(Consumer<Throwable> onFailure) {
        try {
            while (!closed.get()) {
                turn();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failure) {
            LOG.error("the decision loop failed", failure);
            onFailure.accept(failure);
        }
    }

    private void turn() throws InterruptedException {
        Instant now = clock.instant();
        lastTurn = now;
        Duration sleep =
                desk.nextWake().map(wake -> Duration.between(now, wake)).orElse(LONGEST_SLEEP);
        long millis = Math.max(0, Math.min(sleep.toMillis() + 1, LONGEST_SLEEP.toMillis()));
        Runnable first = events.poll(millis, TimeUnit.MILLISECONDS);
        List<Runnable> batch = new ArrayList<>();
        if (first != null) {
            batch.add(first);
            events.drainTo(batch, BATCH);
        }
        batch.forEach(Runnable::run);
        Instant decidedAt = clock.instant();
        long begun = System.nanoTime();
        desk.decide(decidedAt);
        if (!batch.isEmpty() && desk.decider().isPresent()) {
            meters.decided(System.nanoTime() - begun);
        }
        afterTurn.accept(decidedAt);
    }

    /** Events that wait to be applied. */
    public int depth() {
        return events.size();
    }

    /** When the loop last turned; it does so at least twice a second. */
    public Instant lastTurn() {
        return lastTurn;
    }

    @Override
    public void close() {
        closed.set(true);
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
