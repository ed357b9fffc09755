package dev.offtake.operator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** How old the caches are that decisions are made from. */
public final class CacheMeters {
    private CacheMeters() {}

    /**
     * Begins to watch the cache of one resource.
     *
     * @param watching whether its watch is up right now
     */
    public static void watch(MeterRegistry registry, String resource, BooleanSupplier watching) {
        Age age = new Age(watching, System::nanoTime);
        Catalog.CACHE_AGE.gauge(registry, age::seconds, resource);
    }

    /** Since when a watch is not up, as far as somebody looked. */
    static final class Age {
        private final BooleanSupplier watching;
        private final LongSupplier nanos;
        private final AtomicLong up;

        Age(BooleanSupplier watching, LongSupplier nanos) {
            this.watching = watching;
            this.nanos = nanos;
            up = new AtomicLong(nanos.getAsLong());
        }

        double seconds() {
            long now = nanos.getAsLong();
            if (watching.getAsBoolean()) {
                up.set(now);
                return 0;
            }
            return (double) (now - up.get()) / TimeUnit.SECONDS.toNanos(1);
        }
    }
}
