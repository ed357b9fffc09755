package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CacheMetersTest {
    @Test
    void aCacheAgesFromTheLastLookAtWhichItsWatchWasUp() {
        AtomicBoolean up = new AtomicBoolean(true);
        AtomicLong now = new AtomicLong(TimeUnit.HOURS.toNanos(1));
        CacheMeters.Age age = new CacheMeters.Age(up::get, now::get);
        now.addAndGet(TimeUnit.SECONDS.toNanos(30));
        assertThat(age.seconds()).isZero();
        up.set(false);
        now.addAndGet(TimeUnit.SECONDS.toNanos(45));
        assertThat(age.seconds()).isEqualTo(45);
        up.set(true);
        assertThat(age.seconds()).isZero();
    }
}
