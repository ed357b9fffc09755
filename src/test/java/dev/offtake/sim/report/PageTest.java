package dev.offtake.sim.report;

import static dev.offtake.sim.SiteManifests.commitment;
import static dev.offtake.sim.SiteManifests.contract;
import static dev.offtake.sim.SiteManifests.documents;
import static dev.offtake.sim.SiteManifests.nodes;
import static dev.offtake.sim.SiteManifests.racks;
import static dev.offtake.sim.SiteManifests.tranche;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.sim.input.Scenario;
import dev.offtake.sim.run.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    private static final Pattern DATA = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path directory;

    /** One node that is acme's. */
    private JsonNode data(String interval, String... trace) throws IOException {
        Path site = directory.resolve("site.yaml");
        Files.writeString(
                site,
                documents(racks(1), nodes("gpu", 1, 1), contract("acme", commitment("h100-sxm", "node", tranche(1)))));
        Path rows = directory.resolve("trace.csv");
        Files.writeString(rows, "submit,gang,tenant,gpus,duration\n" + String.join("\n", trace) + "\n");
        Scenario scenario = Scenario.read(
                new Scenario.Files(Optional.of(site), rows, Optional.empty(), Optional.empty(), Optional.empty()));
        Simulation.Settings settings =
                new Simulation.Settings(Optional.empty(), Optional.of(Duration.parse(interval)), WaitRules.DEFAULT);
        Matcher data = DATA.matcher(
                new Page(new Simulation(scenario, settings, Journal.NONE).run((at, submitted, decisions) -> {}), "test")
                        .html());
        assertThat(data.find()).isTrue();
        return new ObjectMapper().readTree(data.group(1));
    }

    @Test
    void whoseGangsNeverStartedHasNoLineOfWaits() throws IOException {
        JsonNode waits = data("PT1H", "0,runs,acme,8,1h", "0,never,beta,8,1h").get("waits");

        assertThat(waits.findValuesAsText("name")).containsExactly("(all)", "acme");
    }

    @Test
    void whereNobodyStartedThereIsNoLine() throws IOException {
        assertThat(data("PT1H", "0,never,beta,8,1h").get("waits")).isEmpty();
    }

    @Test
    void instantsAreNotCutToSeconds() throws IOException {
        JsonNode times = data("PT0.25S", "0,runs,acme,8,1").get("time");

        double start = times.get(0).asDouble();
        assertThat(times).extracting(time -> time.asDouble() - start).containsExactly(0.0, 0.25, 0.5, 0.75, 1.0);
    }
}
