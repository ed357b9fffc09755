package dev.offtake.bench.year;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.bench.Table;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Simulation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many decisions a simulation makes per second, and which part of its time placement takes. */
@Tag("bench")
class SimulateBench {
    private static final Path YEAR = Path.of("target", "bench", "year");

    private final Table table = new Table(
            "simulations",
            "",
            "gangs",
            "decisions",
            "seconds",
            "CPU seconds",
            "decisions per CPU second",
            "searches per CPU second",
            "placement %",
            "fleet, contract %",
            "schedule %",
            "sim %");

    @Test
    void ofTracesAndOfAYear() throws IOException {
        for (Path trace : traces()) {
            run(
                    trace.toAbsolutePath().getParent().getFileName().toString(),
                    new Scenario.Files(Optional.empty(), trace, Optional.empty(), Optional.empty(), Optional.empty()),
                    Optional.empty());
        }
        Year.write(YEAR, Integer.getInteger("bench.gangs", 250_000));
        run(
                "year of 10,000 GPUs",
                new Scenario.Files(
                        Optional.of(YEAR),
                        YEAR.resolve("trace.csv"),
                        Optional.of(YEAR.resolve("changes.csv")),
                        Optional.empty(),
                        Optional.empty()),
                Optional.ofNullable(Integer.getInteger("bench.days")).map(Duration::ofDays));
        table.print();
    }

    private static List<Path> traces() throws IOException {
        String given = System.getProperty("bench.traces", "").strip();
        if (given.isEmpty()) {
            System.out.println("[bench] without traces of the gang benchmark: name their directory by -Dbench.traces");
            return List.of();
        }
        try (Stream<Path> directories = Files.list(Path.of(given))) {
            return directories
                    .map(directory -> directory.resolve("jobs.csv"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private void run(String name, Scenario.Files files, Optional<Duration> until) {
        Scenario scenario = Scenario.read(files);
        Simulation simulation = new Simulation(
                scenario, new Simulation.Settings(until, Optional.empty(), WaitRules.DEFAULT), Journal.NONE);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = System.nanoTime();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        Sampler sampler = new Sampler();
        Result result;
        try (sampler) {
            result = simulation.run((at, submitted, decisions) -> {});
        }
        double cpu = (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e9;
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(result.gangs()).as(name).isNotEmpty();
        table.row(
                name,
                String.valueOf(result.gangs().size()),
                String.valueOf(result.decisionCount()),
                Table.number(seconds),
                Table.number(cpu),
                Table.number(result.decisionCount() / cpu),
                Table.number(result.searches() / cpu),
                Table.number(sampler.share("placement")),
                Table.number(sampler.share("fleet") + sampler.share("contract")),
                Table.number(sampler.share("schedule")),
                Table.number(sampler.share("sim")));
    }
}
