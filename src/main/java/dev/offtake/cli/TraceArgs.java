package dev.offtake.cli;

import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.input.Submission;
import dev.offtake.sim.input.Times;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is simulated, and for how long. */
final class TraceArgs extends OptionGroup {
    final Option<Path> manifests = option(
            Path.class,
            "--manifests",
            "<dir>",
            "GPUPools, TenantContracts and Nodes as YAML or JSON: a directory, or one file.");

    final Option<Path> trace =
            option(Path.class, "--trace", "<file>", "Gangs as CSV; docs/simulate.md has the formats.");

    final Option<Path> changes = option(
            Path.class, "--changes", "<file>", "Failures, cordons and changed contracts as CSV: at,change,target.");

    final Option<String> tenant = option(
            String.class,
            "--tenant",
            "<name>",
            "Takes the whole trace as the work of this tenant. Default: whom the trace names.");

    final Option<String> start = option(
            String.class,
            "--start",
            "<instant>",
            "When the trace begins. Moves a trace with instants, and the instants of --changes with it; terms of"
                    + " contracts stay. Default: its first submission where it has instants, else the first start"
                    + " of a contract's term.");

    final Option<String> until = option(
            String.class,
            "--until",
            "<length>",
            "How long after its begin the simulation ends at the latest. Default: when nothing happens any more.");

    final Option<String> interval = option(
            String.class,
            "--interval",
            "<length>",
            "Time between two samples of the series. Default: a round one that gives some hundreds of them, never more than 1001.");

    /** What is read, with what is said about it in words that make sense. */
    Scenario.Files files(CommandLine command, Path trace) {
        tenant.given().filter(name -> !Submission.isTenant(name)).ifPresent(name -> {
            throw new ParameterException(
                    command, "--tenant: '" + name + "' is no name of a tenant; use spec.tenant of a contract");
        });
        return new Scenario.Files(manifests.given(), trace, changes.given(), begin(command), tenant.given());
    }

    private Optional<Instant> begin(CommandLine command) {
        return start.given()
                .map(text -> Times.instant(text)
                        .orElseThrow(() -> new ParameterException(
                                command,
                                "--start: '" + text + "' is no instant; use for example 2026-01-01T00:00:00Z")));
    }

    /** One of the options as a length of time. */
    Optional<Duration> length(CommandLine command, Option<String> option) {
        String name = option == until ? "--until" : "--interval";
        return option.given()
                .map(text -> Times.length(text)
                        .filter(length -> !length.isZero())
                        .orElseThrow(() -> new ParameterException(
                                command, name + ": '" + text + "' is no length of time; use " + Times.LENGTHS)));
    }
}
