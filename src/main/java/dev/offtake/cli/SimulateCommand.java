package dev.offtake.cli;

import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.InputException;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.input.Times;
import dev.offtake.sim.replay.Replay;
import dev.offtake.sim.report.Report;
import dev.offtake.sim.report.Summary;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Simulation;
import dev.offtake.translate.journal.JournalWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code offtake simulate}: plays a trace, or does again what an operator has recorded. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = "Runs the operator's decisions in virtual time over a trace. Needs no cluster.",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offtake simulate --manifests examples/simulate --trace examples/simulate/trace.csv --out report",
            "      pools, contracts and nodes of a directory; report/report.html has the charts",
            "  offtake simulate --replay events.jsonl",
            "      what 'offtake operator --record events.jsonl' saw, and whether the same is decided",
            "",
            "Lengths are written as seconds (90) or as 36h, 90m, 1h30m. The summary goes to standard output.",
            "Exit codes: 1 a file cannot be used, or a replay decides otherwise; 2 bad option."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int DIFFERENT = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--manifests",
            paramLabel = "<dir>",
            description = {
                "GPUPools, TenantContracts and Nodes as YAML or JSON: a directory, or one file.",
                "Environment: OFFTAKE_MANIFESTS"
            })
    private @Nullable Path manifests;

    @Option(
            names = "--trace",
            paramLabel = "<file>",
            description = {"Gangs as CSV; docs/simulate.md has the formats.", "Environment: OFFTAKE_TRACE"})
    private @Nullable Path trace;

    @Option(
            names = "--changes",
            paramLabel = "<file>",
            description = {
                "Failures, cordons and changed contracts as CSV: at,change,target.",
                "Environment: OFFTAKE_CHANGES"
            })
    private @Nullable Path changes;

    @Option(
            names = "--tenant",
            paramLabel = "<name>",
            description = {
                "Takes the whole trace as the work of this tenant. Default: whom the trace names.",
                "Environment: OFFTAKE_TENANT"
            })
    private @Nullable String tenant;

    @Option(
            names = "--start",
            paramLabel = "<instant>",
            description = {
                "When the trace begins. Default: its first submission where it has instants, else the first start of"
                        + " a contract's term.",
                "Environment: OFFTAKE_START"
            })
    private @Nullable String start;

    @Option(
            names = "--until",
            paramLabel = "<length>",
            description = {
                "How long after its begin the simulation ends at the latest. Default: when nothing happens any more.",
                "Environment: OFFTAKE_UNTIL"
            })
    private @Nullable String until;

    @Option(
            names = "--interval",
            paramLabel = "<length>",
            description = {
                "Time between two samples of the series. Default: a round one that gives up to 500 of them.",
                "Environment: OFFTAKE_INTERVAL"
            })
    private @Nullable String interval;

    @Mixin
    private WaitArgs waitArgs = new WaitArgs();

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            description = {
                "Directory for report.html, summary.txt and CSV files. Default: only the summary is printed.",
                "Environment: OFFTAKE_OUT"
            })
    private @Nullable Path out;

    @Option(
            names = "--journal",
            paramLabel = "<file>",
            description = {
                "Writes what the simulated operator sees and decides into this file, for --replay.",
                "Environment: OFFTAKE_JOURNAL"
            })
    private @Nullable Path journal;

    @Option(
            names = "--replay",
            paramLabel = "<file>",
            description = {
                "Does again what was recorded, and compares; no other option is needed.",
                "Environment: OFFTAKE_REPLAY"
            })
    private @Nullable Path replay;

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        try {
            return replay == null ? simulate(command) : replay(command, replay);
        } catch (InputException problem) {
            command.getErr().println("offtake: " + problem.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException | UncheckedIOException e) {
            command.getErr().println("offtake: cannot write: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int simulate(CommandLine command) throws IOException {
        if (trace == null) {
            throw new ParameterException(command, "--trace is missing: name a CSV file with gangs, or --replay a file");
        }
        WaitRules waits = rules(command);
        Scenario scenario = Scenario.read(new Scenario.Files(
                Optional.ofNullable(manifests),
                trace,
                Optional.ofNullable(changes),
                instant(command, "--start", start),
                Optional.ofNullable(tenant)));
        Simulation.Settings settings = new Simulation.Settings(
                length(command, "--until", until), length(command, "--interval", interval), waits);
        PrintWriter err = command.getErr();
        scenario.notes().forEach(note -> err.println("note: " + note));
        long began = System.nanoTime();
        Result result;
        try (ProgressLine progress =
                ProgressLine.on(err, scenario.trace().submissions().size())) {
            result = run(scenario, settings, progress, err);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (out != null) {
            Report.write(result, "Simulation of " + trace.getFileName(), out);
        }
        command.getOut().print(Summary.of(result));
        command.getOut().flush();
        tellSpeed(err, result.decisionCount(), seconds);
        return CommandLine.ExitCode.OK;
    }

    private WaitRules rules(CommandLine command) {
        try {
            return waitArgs.rules();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private Result run(Scenario scenario, Simulation.Settings settings, Simulation.Progress progress, PrintWriter err)
            throws IOException {
        if (journal == null) {
            return new Simulation(scenario, settings, Journal.NONE).run(progress);
        }
        Files.deleteIfExists(journal);
        // Recorded instants are virtual as well: the same simulation gives the same file.
        try (JournalWriter writer = new JournalWriter(
                journal, scenario::start, failure -> err.println("offtake: the recording has ended: " + failure))) {
            return new Simulation(scenario, settings, writer).run(progress);
        }
    }

    private static int replay(CommandLine command, Path recorded) {
        long began = System.nanoTime();
        Replay.Outcome outcome = Replay.of(recorded);
        double seconds = (System.nanoTime() - began) / 1e9;
        PrintWriter to = command.getOut();
        to.println(outcome.events() + " events, " + outcome.cycles() + " cycles, " + outcome.decisions() + " decisions"
                + (outcome.difference().isEmpty() ? ", all as recorded." : "."));
        outcome.difference().ifPresent(difference -> {
            to.println(recorded + ":" + difference.line() + ": other decisions than recorded.");
            difference.recorded().stream()
                    .filter(d -> !difference.now().contains(d))
                    .forEach(d -> to.println("- " + d));
            difference.now().stream()
                    .filter(d -> !difference.recorded().contains(d))
                    .forEach(d -> to.println("+ " + d));
        });
        to.flush();
        tellSpeed(command.getErr(), outcome.decisions(), seconds);
        return outcome.difference().isEmpty() ? CommandLine.ExitCode.OK : DIFFERENT;
    }

    private static void tellSpeed(PrintWriter err, long decisions, double seconds) {
        err.printf(
                Locale.ROOT,
                "%d decisions in %.1f s: %.0f per second%n",
                decisions,
                seconds,
                decisions / Math.max(seconds, 1e-3));
        err.flush();
    }

    private static Optional<Instant> instant(CommandLine command, String option, @Nullable String text) {
        return Optional.ofNullable(text)
                .map(t -> Times.instant(t)
                        .orElseThrow(() -> new ParameterException(
                                command,
                                option + ": '" + t + "' is no instant; use for example 2026-01-01T00:00:00Z")));
    }

    private static Optional<Duration> length(CommandLine command, String option, @Nullable String text) {
        return Optional.ofNullable(text)
                .map(t -> Times.length(t)
                        .filter(length -> !length.isZero())
                        .orElseThrow(() -> new ParameterException(
                                command, option + ": '" + t + "' is no length of time; use " + Times.LENGTHS)));
    }
}
