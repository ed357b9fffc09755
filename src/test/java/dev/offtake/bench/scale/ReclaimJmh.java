package dev.offtake.bench.scale;

import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Row d: taking 64 GPUs back from a fleet that is lent, in gangs of 1 to 4 GPUs, down to the last one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx2g", "-XX:+UseSerialGC"})
public class ReclaimJmh {
    @Param({"1000"})
    private int nodes;

    private final Random random = new Random(42);

    @SuppressWarnings("NullAway.Init")
    private Landscape landscape;

    @SuppressWarnings("NullAway.Init")
    private Landscape.Work work;

    @Setup(Level.Trial)
    public void lend() {
        landscape = new Landscape(nodes);
        for (boolean placed = true; placed; ) {
            int gpus = new int[] {1, 2, 4}[random.nextInt(3)];
            Landscape.Work guest =
                    landscape.submit(landscape.gang(0, Tier.SPOT, gpus, Optional.empty(), Optional.empty()));
            landscape.decide();
            placed = landscape.scheduler.gang(guest.spec().id()).orElseThrow().placed();
            if (placed) {
                landscape.scheduler.recorded(guest.spec().id());
                landscape.decide();
            } else {
                landscape.withdraw(guest);
            }
        }
    }

    @Setup(Level.Invocation)
    public void come() {
        work = landscape.submit(
                landscape.gang(random.nextInt(4), Tier.RESERVED, 64, Optional.empty(), Optional.empty()));
    }

    @Benchmark
    public List<Decision> decide() {
        return landscape.decide();
    }

    /** Its plan is not durable yet, so that nobody has left. */
    @TearDown(Level.Invocation)
    public void leave() {
        if (landscape.scheduler.gang(work.spec().id()).orElseThrow().plan().isEmpty()) {
            throw new IllegalStateException("nothing was taken back");
        }
        landscape.withdraw(work);
        landscape.decide();
    }
}
