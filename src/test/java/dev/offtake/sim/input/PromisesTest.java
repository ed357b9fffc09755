package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final String CONTRACT = """
            ---
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: %1$s}
            spec:
              tenant: %1$s
              term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
              commitments:
              - {name: base, gpuClass: %2$s, unit: %3$s, tranches: [%4$s]}
            """;

    @TempDir
    private Path directory;

    private final List<String> changes = new ArrayList<>(List.of("at,change,target"));

    @BeforeEach
    void threeRacks() throws IOException {
        Files.writeString(directory.resolve("pool.yaml"), """
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: h100}
                spec: {gpuClass: h100-sxm, topology: [{name: rack, keys: [rack], nodes: 4}]}
                """);
        nodes("gpu", 12, directory.resolve("nodes.yaml"));
    }

    private static void nodes(String name, int count, Path to) throws IOException {
        Files.writeString(to, """
                apiVersion: v1
                kind: Node
                metadata:
                  name: %1$s-{n}
                  annotations: {sim.offtake.dev/repeat: "%2$d"}
                  labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, rack: "%1$s-{n/4}"}
                status: {allocatable: {nvidia.com/gpu: "8"}}
                """.formatted(name, count));
    }

    private void contract(String name, String gpuClass, String unit, String... tranches) throws IOException {
        Files.writeString(
                directory.resolve(name + ".yaml"),
                CONTRACT.formatted(name, gpuClass, unit, String.join(", ", tranches)));
    }

    private static String tranche(String name, int quantity, String due) {
        return "{name: %s, quantity: %d, due: \"%s\"}".formatted(name, quantity, due);
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
        contract("acme", "h100-sxm", "rack", tranche("all", 2, "2026-01-01T00:00:00Z"));
        contract("beta", "h100-sxm", "gpu", tranche("all", 32, "2026-01-01T00:00:00Z"));
        changes.add("1h,fail,rack=gpu-0");

        assertThat(read().oversold()).isEmpty();
    }

    @Test
    void aTrancheThatIsNotThereIsToldFromItsDueDateToItsEnd() throws IOException {
        contract(
                "acme",
                "h100-sxm",
                "rack",
                tranche("first", 2, "2026-01-01T00:00:00Z"),
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
        contract("acme", "h100-sxm", "rack", tranche("all", 3, "2026-01-01T00:00:00Z"));
        contract("beta", "h100-sxm", "rack", tranche("all", 1, "2026-01-01T00:00:00Z"));
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
        contract("acme", "h200-sxm", "rack", tranche("all", 3, "2026-01-01T00:00:00Z"));

        assertThat(read().notes())
                .containsExactly(
                        directory.resolve("acme.yaml")
                                + ":2: TenantContract acme: spec.commitments[base].gpuClass: \"h200-sxm\" is the class of"
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
            contract("t" + i, "h100-sxm", "rack", tranche("all", 3, "2026-01-01T00:00:00Z"));
        }

        Scenario scenario = read();

        assertThat(scenario.oversold()).hasSize(14);
        assertThat(scenario.notes()).hasSize(12).last().isEqualTo("oversold: and 4 more; the summary has all of them");
    }
}
