package dev.offtake.sim.replay;

import static dev.offtake.sim.SiteManifests.commitment;
import static dev.offtake.sim.SiteManifests.contract;
import static dev.offtake.sim.SiteManifests.documents;
import static dev.offtake.sim.SiteManifests.nodes;
import static dev.offtake.sim.SiteManifests.racks;
import static dev.offtake.sim.SiteManifests.tranche;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.run.Simulation;
import dev.offtake.translate.journal.JournalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody reads in a simulation which moves are proposed; a replay of it has to know that. */
class MovesTest {
    @TempDir
    private Path directory;

    @Test
    void movesThatAreAllowedLaterAreFoundWhenTheyWere() throws IOException {
        // Half of each node is idle, and the gangs there must not be moved until minute 122.
        String base = commitment("h100-sxm", "gpu", tranche(16));
        write("site.yaml", documents(racks(2), nodes("gpu", 2, 2), contract("acme", base)));
        write("movable.yaml", contract("acme", base.replace("unit: gpu", "unit: gpu, moves: WithNotice")));
        write("trace.csv", """
                submit,gang,tenant,gpus,duration
                0,left,acme,4,100h
                0,first,acme,4,1h
                0,right,acme,4,100h
                0,second,acme,4,1h
                1h,whole,acme,8,1h
                """);
        write("changes.csv", """
                at,change,target
                122m,delete,contract/acme
                122m,apply,movable.yaml
                """);
        Path journal = directory.resolve("events.jsonl");
        Scenario scenario = Scenario.read(new Scenario.Files(
                Optional.of(directory.resolve("site.yaml")),
                directory.resolve("trace.csv"),
                Optional.of(directory.resolve("changes.csv")),
                Optional.empty(),
                Optional.empty()));
        try (JournalWriter writer = new JournalWriter(journal, scenario::start, failure -> {})) {
            new Simulation(
                            scenario,
                            new Simulation.Settings(Optional.empty(), Optional.empty(), WaitRules.DEFAULT),
                            writer)
                    .run((at, submitted, decisions) -> {});
        }

        assertThat(journal).content().containsOnlyOnce("\"kind\":\"Evict\"");
        assertThat(Replay.of(journal).difference()).isEmpty();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
