package dev.offtake.bench.scale;

import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import java.util.List;
import java.util.Optional;
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

/** Row e: telling a gang why it cannot be placed, after another one moved. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx2g", "-XX:+UseSerialGC"})
public class RefusalJmh {
    /** A gang that does not fit. */
    public enum Ask {
        TWICE_THE_FLEET,
        TWO_RACKS_IN_ONE,
        MORE_THAN_ITS_QUOTA,
        ON_DEMAND_WHERE_ALL_IS_SOLD,
        IDLE_GPUS_IN_ONE_BLOCK
    }

    @Param({"1000"})
    private int nodes;

    @Param
    @SuppressWarnings("NullAway.Init")
    private Ask ask;

    @SuppressWarnings("NullAway.Init")
    private Landscape landscape;

    @SuppressWarnings("NullAway.Init")
    private Landscape.Work work;

    @Setup(Level.Trial)
    public void fill() {
        landscape = new Landscape(nodes);
        landscape.fill();
    }

    @Setup(Level.Invocation)
    public void come() {
        // What leaves gives hope to everybody.
        Landscape.Work moved = landscape.arrive(landscape.depart());
        landscape.decide();
        landscape.scheduler.recorded(moved.spec().id());
        landscape.decide();
        landscape.running.add(moved);
        int gpus = landscape.nodes * Landscape.GPUS;
        work = landscape.submit(
                switch (ask) {
                    case TWICE_THE_FLEET ->
                        landscape.gang(0, Tier.RESERVED, gpus * 2, Optional.empty(), Optional.empty());
                    case TWO_RACKS_IN_ONE ->
                        landscape.gang(0, Tier.RESERVED, 128, Optional.of("rack"), Optional.empty());
                    case MORE_THAN_ITS_QUOTA ->
                        landscape.gang(0, Tier.RESERVED, gpus / 4, Optional.empty(), Optional.empty());
                    case ON_DEMAND_WHERE_ALL_IS_SOLD ->
                        landscape.gang(0, Tier.ON_DEMAND, 64, Optional.empty(), Optional.empty());
                    case IDLE_GPUS_IN_ONE_BLOCK ->
                        landscape.gang(0, Tier.SPOT, 1024, Optional.of("block"), Optional.empty());
                });
    }

    @Benchmark
    public List<Decision> decide() {
        return landscape.decide();
    }

    @TearDown(Level.Invocation)
    public void leave() {
        if (landscape.scheduler.gang(work.spec().id()).orElseThrow().placed()) {
            throw new IllegalStateException(ask + " was placed");
        }
        landscape.withdraw(work);
        landscape.decide();
    }
}
