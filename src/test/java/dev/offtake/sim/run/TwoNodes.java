package dev.offtake.sim.run;

import static dev.offtake.sim.SiteManifests.commitment;
import static dev.offtake.sim.SiteManifests.contract;
import static dev.offtake.sim.SiteManifests.contractOf;
import static dev.offtake.sim.SiteManifests.documents;
import static dev.offtake.sim.SiteManifests.nodes;
import static dev.offtake.sim.SiteManifests.onDemand;
import static dev.offtake.sim.SiteManifests.racks;
import static dev.offtake.sim.SiteManifests.tranche;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.SiteManifests;
import dev.offtake.sim.input.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two nodes of eight GPUs, or more in racks of two, all of them acme's; what acme leaves idle is lent to beta. A notice is
 * two minutes.
 */
final class TwoNodes {
    static final Instant START = Instant.parse(SiteManifests.BEGIN);
    static final long MINUTE = 60_000;
    /** No test has as many, so nothing comes to an end there. */
    private static final int MOST_INSTANTS = 10_000;

    private final Path directory;
    final List<Decision> decisions = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    private int instants;

    TwoNodes(Path directory) throws IOException {
        this(directory, 2);
    }

    TwoNodes(Path directory, int nodes) throws IOException {
        this.directory = directory;
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(
                site.resolve("site.yaml"),
                documents(
                        racks(2),
                        nodes("gpu", nodes, 2),
                        contract("acme", commitment("h100-sxm", "node", tranche(nodes))),
                        contract("beta", onDemand("h100-sxm", 8))));
    }

    /** A tenant to whom a node is promised from then on. */
    void later(String tenant, String from) throws IOException {
        Files.writeString(
                directory.resolve("site").resolve(tenant + ".yaml"),
                contractOf(
                        tenant, from, "2028-01-01T00:00:00Z", commitment("h100-sxm", "gpu", tranche("all", 1, from))));
    }

    /** Plays a trace with these rows of changes, or none, to its end. */
    Result run(String changes, String... trace) throws IOException {
        return runWith("submit,gang,tenant,gpus,duration,tier,checkpoint", changes, trace);
    }

    /** Plays a trace of gangs that may be elastic. */
    Result runElastic(String... trace) throws IOException {
        return runWith("submit,gang,tenant,gpus,duration,tier,checkpoint,min_pods", "", trace);
    }

    /** Plays a trace with this header. */
    Result runWith(String header, String changes, String... trace) throws IOException {
        Path rows = directory.resolve("trace.csv");
        Files.writeString(rows, header + "\n" + String.join("\n", trace) + "\n");
        Optional<Path> changed = Optional.empty();
        if (!changes.isEmpty()) {
            changed = Optional.of(directory.resolve("changes.csv"));
            Files.writeString(changed.get(), "at,change,target\n" + changes);
        }
        Scenario scenario = Scenario.read(new Scenario.Files(
                Optional.of(directory.resolve("site")), rows, changed, Optional.of(START), Optional.empty()));
        return new Simulation(
                        scenario,
                        new Simulation.Settings(Optional.empty(), Optional.empty(), WaitRules.DEFAULT),
                        new Remembering())
                .run((at, submitted, count) -> mustEnd(at));
    }

    private void mustEnd(long at) {
        if (++instants > MOST_INSTANTS) {
            throw new AssertionError("it does not end: " + Duration.ofMillis(at));
        }
    }

    private final class Remembering implements Journal {
        @Override
        public void begun() {}

        @Override
        public void applied(Event event) {
            events.add(event);
        }

        @Override
        public void decided(Instant now, List<Decision> decided) {
            decisions.addAll(decided);
        }
    }
}
