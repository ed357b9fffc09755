package dev.offtake.sim.input;

import static dev.offtake.sim.SiteManifests.commitment;
import static dev.offtake.sim.SiteManifests.racks;
import static dev.offtake.sim.SiteManifests.tranche;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.sim.SiteManifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three racks of four nodes with eight GPUs. */
class PromisesTest {
    @TempDir
    private Path directory;

    private final List<String> changes = new ArrayList<>(List.of("at,change,target"));

    @BeforeEach
    void threeRacks() throws IOException {
        Files.writeString(directory.resolve("pool.yaml"), racks(4));
        nodes("gpu", 12, directory.resolve("nodes.yaml"));
    }

    private static void nodes(String name, int count, Path to) throws IOException {
        Files.writeString(to, SiteManifests.nodes(name, count, 4));
    }

    private void contract(String name, String gpuClass, String unit, String... tranches) throws IOException {
        Files.writeString(
                directory.resolve(name + ".yaml"), SiteManifests.contract(name, commitment(gpuClass, unit, tranches)));
    }

    private Scenario read() throws IOException {
        return read("30d");
    }

    /** @param last when the last gang comes */
    private Scenario read(String last) throws IOException {
        Files.writeString(
                directory.resolve("trace.csv"),
                "submit,gang,tenant,gpus,duration\n0,a,acme,8,60\n" + last + ",b,acme,8,60\n");
        Files.write(directory.resolve("changes.csv"), changes);
        return Scenario.read(new Scenario.Files(
                Optional.of(directory),
                directory.resolve("trace.csv"),
                Optional.of(directory.resolve("changes.csv")),
                Optional.empty(),
                Optional.empty()));
    }

    @Test
    void contractsThatAreKeptAreNotToldOf() throws IOException {
        contract("acme", "h100-sxm", "rack", tranche(2));
        contract("beta", "h100-sxm", "gpu", tranche(32));
        changes.add("1h,fail,rack=gpu-0");

        assertThat(read().oversold()).isEmpty();
    }

    @Test
    void aTrancheThatIsNotThereIsToldFromItsDueDateToItsEnd() throws IOException {
        contract(
                "acme",
                "h100-sxm",
                "rack",
                tranche("first", 2, SiteManifests.BEGIN),
                tranche("second", 2, "2026-03-01T00:00:00Z"));

        assertThat(read("60d").oversold())
                .extracting(o -> o.shortage().committed() + " " + o.shortage().entitled() + " " + o.promisedGpus() + " "
                        + o.presentGpus().orElse(-1L) + " " + o.from() + " "
                        + o.until().orElseThrow())
                .containsExactly("4 3 128 96 2026-03-01T00:00:00Z 2027-01-01T00:00:00Z");
        assertThat(read("58d").oversold()).as("the trace is over before").isEmpty();
    }

    @Test
    void whatIsDeliveredLaterIsThereFromThen() throws IOException {
        contract("acme", "h100-sxm", "rack", tranche(3));
        contract("beta", "h100-sxm", "rack", tranche(1));
        nodes("new", 4, Files.createDirectory(directory.resolve("later")).resolve("nodes.yaml"));
        changes.add("2026-02-01T00:00:00Z,apply,later/nodes.yaml");

        assertThat(read().notes())
                .containsExactly(
                        "oversold: contract beta: commitment base can have 0 of 1 committed cells of unit rack of"
                                + " class h100-sxm from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z; of the class, 128 GPUs are"
                                + " promised and 96 there");
    }

    @Test
    void aClassOfNoPoolIsNotRefusedAndCanHaveNothing() throws IOException {
        contract("acme", "h200-sxm", "rack", tranche(3));

        assertThat(read().notes())
                .containsExactly(
                        directory.resolve("acme.yaml")
                                + ":1: TenantContract acme: spec.commitments[base].gpuClass: \"h200-sxm\" is the class of"
                                + " no GPUPool (did you mean h100-sxm?); use one of h100-sxm, or apply a GPUPool of the"
                                + " class; the operator would leave the contract a proposal until there is one; here it"
                                + " is admitted, and can have nothing of it",
                        "oversold: contract acme: commitment base can have 0 of 3 committed cells of unit rack of class"
                                + " h200-sxm from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z; of the class, there is no"
                                + " GPUPool");
    }

    @Test
    void whereEverythingIsOversoldNotAllIsToldAtOnce() throws IOException {
        for (int i = 10; i < 25; i++) {
            contract("t" + i, "h100-sxm", "rack", tranche(3));
        }

        Scenario scenario = read();

        assertThat(scenario.oversold()).hasSize(14);
        assertThat(scenario.notes()).hasSize(12).last().isEqualTo("oversold: and 4 more; the summary has all of them");
    }
}
