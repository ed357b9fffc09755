package dev.offtake.operator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** How the decision loop is doing. */
public final class LoopMeters {
    private final MeterRegistry registry;
    private final Timer decisions;

    public LoopMeters(MeterRegistry registry) {
        this.registry = registry;
        decisions = Catalog.DECISION_DURATION.histogram(registry);
    }

    /**
     * Begins to watch a loop.
     *
     * @param depth events that wait
     * @param lastTurn when it last turned; {@link Instant#EPOCH} before its first turn
     */
    public void watch(IntSupplier depth, Supplier<Instant> lastTurn, InstantSource clock) {
        Catalog.LOOP_WAITING.gauge(registry, depth::getAsInt);
        Catalog.LOOP_IDLE.gauge(registry, () -> {
            Instant last = lastTurn.get();
            Duration idle = last.equals(Instant.EPOCH) ? Duration.ZERO : Duration.between(last, clock.instant());
            return Math.max(0, idle.toMillis()) / 1000.0;
        });
    }

    /** A turn has decided, and took so long for it. */
    public void decided(long nanos) {
        decisions.record(nanos, TimeUnit.NANOSECONDS);
    }
}
