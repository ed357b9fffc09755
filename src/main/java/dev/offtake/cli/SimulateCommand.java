package dev.offtake.cli;

import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.InputException;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.input.Submission;
import dev.offtake.sim.replay.Replay;
import dev.offtake.sim.report.Report;
import dev.offtake.sim.report.Summary;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Simulation;
import dev.offtake.sim.run.TooManySamplesException;
import dev.offtake.translate.journal.JournalWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code offtake simulate}: plays a trace, or does again what an operator has recorded. */
final class SimulateCommand implements Callable<Integer> {
    private static final String REPLAY = "--replay";
    private static final int DIFFERENT = 1;
    private static final long MOST_SAMPLES = 1_000_000;

    private final TraceArgs input = new TraceArgs();
    private final WaitArgs waits = new WaitArgs();
    private final OutputArgs output = new OutputArgs();
    private final CommandSpec spec;

    SimulateCommand() {
        spec = CommandSpecs.of(
                "simulate", this, "Runs the operator's decisions in virtual time over a trace. Needs no cluster.");
        spec.usageMessage()
                .footer(
                        "  offtake simulate --manifests examples/simulate --trace examples/simulate/trace.csv --out report",
                        "      pools, contracts and nodes of a directory; report/report.html has the charts",
                        "  offtake simulate --replay events.jsonl",
                        "      what 'offtake operator --record events.jsonl' saw, and whether the same is decided",
                        "",
                        "Lengths are written as seconds (90) or as 36h, 90m, 1h30m. The summary goes to standard output.",
                        "Exit codes: 1 a file or standard output cannot be used, or a replay decides otherwise; 2 bad option.");
        input.addTo(spec);
        waits.addTo(spec);
        output.addTo(spec);
        CommandSpecs.addHelpAndVersion(spec);
    }

    /** What is written, and what is played again. */
    private static final class OutputArgs extends OptionGroup {
        private final Option<Path> out = option(
                Path.class,
                "--out",
                "<dir>",
                "Directory for report.html, summary.txt and CSV files. Default: only the summary is printed.");

        private final Option<Path> journal = option(
                Path.class,
                "--journal",
                "<file>",
                "Writes what the simulated operator sees and decides into this file, for --replay.");

        private final Option<Path> replay = option(
                Path.class, REPLAY, "<file>", "Does again what was recorded, and compares; takes no other option.");
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        try {
            Optional<Path> recorded = output.replay.given();
            return recorded.isPresent() ? replay(command, recorded.get()) : simulate(command);
        } catch (InputException problem) {
            command.getErr().println("offtake: " + problem.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (FileSystemException e) {
            command.getErr().println("offtake: cannot write: " + e.getFile() + ": " + InputException.reason(e));
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException | UncheckedIOException e) {
            command.getErr().println("offtake: cannot write: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int simulate(CommandLine command) throws IOException {
        Path trace = input.trace
                .given()
                .orElseThrow(() -> new ParameterException(
                        command, "--trace is missing: name a CSV file with gangs, or --replay a file"));
        WaitRules rules = rules(command);
        Simulation.Settings settings = new Simulation.Settings(
                input.length(command, input.until), input.length(command, input.interval), rules);
        Scenario.Files files = input.files(command, trace);
        checkOutputs(command, trace);
        Scenario scenario = Scenario.read(files);
        checkInterval(command, scenario, settings);
        PrintWriter err = command.getErr();
        scenario.notes().forEach(note -> err.println("note: " + note));
        long began = System.nanoTime();
        Result result;
        try (ProgressLine progress =
                ProgressLine.on(err, scenario.trace().submissions().size())) {
            result = run(scenario, settings, progress, err);
        } catch (TooManySamplesException e) {
            throw new ParameterException(
                    command,
                    "--interval: '" + input.interval.given().orElse("") + "' gives more than " + e.most()
                            + " samples, the most here, by " + e.after().toSeconds()
                            + " seconds after the begin; use a longer one, or end before by --until",
                    e);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        // First what cannot fail: the disk may be full after hours.
        command.getOut().print(Summary.of(result));
        command.getOut().flush();
        Optional<Path> out = output.out.given();
        if (out.isPresent()) {
            Report.write(result, "Simulation of " + trace.getFileName(), out.get());
        }
        tellWhatCameTooLate(err, scenario, result);
        tellSpeed(err, result.decisionCount(), seconds);
        return CommandLine.ExitCode.OK;
    }

    /** So many samples fit into no memory and on no screen. */
    private void checkInterval(CommandLine command, Scenario scenario, Simulation.Settings settings) {
        List<Submission> gangs = scenario.trace().submissions();
        long span = settings.until()
                .map(Duration::toMillis)
                .orElse(gangs.get(gangs.size() - 1).submit());
        long samples = settings.interval()
                .map(Duration::toMillis)
                .map(interval -> span / interval)
                .orElse(0L);
        if (samples > MOST_SAMPLES) {
            throw new ParameterException(
                    command,
                    "--interval: '" + input.interval.given().orElse("") + "' gives " + samples + " samples, more than "
                            + MOST_SAMPLES + "; use a longer one");
        }
    }

    /** What a trace or a file of changes has after the end is in no figure. */
    private static void tellWhatCameTooLate(PrintWriter err, Scenario scenario, Result result) {
        int gangs = scenario.trace().submissions().size() - result.gangs().size();
        long changes = scenario.changes().stream()
                .filter(change -> change.at() > result.end())
                .count();
        if (gangs + changes > 0) {
            err.println("note: after the end, and left out: " + gangs + " gangs of the trace, " + changes + " changes");
        }
    }

    /** Before anything is read, so that no input is lost and nobody waits for nothing. */
    private void checkOutputs(CommandLine command, Path trace) throws IOException {
        List<Path> inputs = Stream.of(Optional.of(trace), input.changes.given(), input.manifests.given())
                .flatMap(Optional::stream)
                .filter(Files::exists)
                .toList();
        Optional<Path> out = output.out.given();
        Optional<String> problem = out.isEmpty() ? Optional.empty() : OutputCheck.directory(out.get(), inputs);
        Optional<Path> journal = output.journal.given();
        if (problem.isEmpty() && journal.isPresent()) {
            problem = OutputCheck.journal(journal.get());
        }
        if (problem.isPresent()) {
            throw new ParameterException(command, problem.get());
        }
    }

    private WaitRules rules(CommandLine command) {
        try {
            return waits.rules();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private Result run(Scenario scenario, Simulation.Settings settings, Simulation.Progress progress, PrintWriter err)
            throws IOException {
        Optional<Path> journal = output.journal.given();
        if (journal.isEmpty()) {
            return new Simulation(scenario, settings, Journal.NONE).run(progress);
        }
        Files.deleteIfExists(journal.get());
        // Recorded instants are virtual as well: the same simulation gives the same file.
        try (JournalWriter writer = new JournalWriter(
                journal.get(),
                scenario::start,
                failure -> err.println("offtake: the recording has ended: " + failure))) {
            return new Simulation(scenario, settings, writer).run(progress);
        }
    }

    private int replay(CommandLine command, Path recorded) {
        // What the environment says is said to every command.
        String others = command.getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals(REPLAY))
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            throw new ParameterException(
                    command,
                    "--replay: does again what '" + recorded + "' has, with the settings in it; omit " + others);
        }
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
}
