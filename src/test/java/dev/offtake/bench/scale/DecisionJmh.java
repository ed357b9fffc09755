package dev.offtake.bench.scale;

import dev.offtake.schedule.Decision;
import java.util.List;
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

/** Row g: one decision on a gang for which there is room, on a sold-out fleet that is 90 % full. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx2g", "-XX:+UseSerialGC"})
public class DecisionJmh {
    @Param({"10000", "325000"})
    private int nodes;

    /** The most GPUs of the gang; it has more than an eighth of that. */
    @Param({"8", "64", "512"})
    private int gpus;

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
        Landscape.Work gone = landscape.depart(gpus == 8 ? 1 : gpus / 8 + 1, gpus);
        landscape.decide();
        work = landscape.arrive(gone);
    }

    @Benchmark
    public List<Decision> decide() {
        return landscape.decide();
    }

    @TearDown(Level.Invocation)
    public void run() {
        if (landscape.scheduler.gang(work.spec().id()).orElseThrow().placed()) {
            landscape.scheduler.recorded(work.spec().id());
            landscape.running.add(work);
        } else {
            landscape.withdraw(work);
        }
        landscape.decide();
    }
}
