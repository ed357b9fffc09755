package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pools of eight and of four GPUs per node; acme's first commitment is of the former, beta's only one of the latter. */
class PodSplitTest {
    private static final String CONTRACT = """
            ---
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: %1$s}
            spec:
              tenant: %1$s
              term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
              commitments:
            """;
    private static final String COMMITMENT = "  - {name: %1$s, gpuClass: %1$s, unit: gpu, onDemand: {gpus: 16}}\n";
    private static final String GB200 = """
            ---
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: gb200}
            spec: {gpuClass: gb200-nvl72}
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void twoPools() throws IOException {
        write(
                "site.yaml",
                GB200.replace("gb200-nvl72", "h100-sxm").replace("gb200", "h100")
                        + GB200
                        + CONTRACT.formatted("acme")
                        + COMMITMENT.formatted("h100-sxm")
                        + COMMITMENT.formatted("gb200-nvl72")
                        + CONTRACT.formatted("beta")
                        + COMMITMENT.formatted("gb200-nvl72"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private String pods(Optional<Path> changes, String row) throws IOException {
        Path trace = write("trace.csv", "submit,gang,tenant,gpus,duration,class\n0,g," + row + "\n");
        Ask ask = Scenario.read(new Scenario.Files(
                        Optional.of(directory.resolve("site.yaml")),
                        trace,
                        changes,
                        Optional.empty(),
                        Optional.empty()))
                .trace()
                .submissions()
                .get(0)
                .ask();
        return ask.pods() + "x" + ask.gpus();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    acme,16,1h,h100-sxm                 | 2x8 | as large as a node of its class
                    acme,16,1h,gb200-nvl72              | 4x4 | as large as a node of its class
                    acme,16,1h,"gb200-nvl72,h100-sxm"   | 4x4 | a node of either class can hold each of its pods
                    acme,16,1h,                         | 2x8 | of the class of the tenant's first commitment
                    beta,16,1h,                         | 4x4 | of the class of the tenant's first commitment
                    acme,12,1h,                         | 2x6 | equal pods
                    acme,7,1h,                          | 1x7 | one pod
                    acme,4x4,1h,                        | 4x4 | what the trace says itself
                    stranger,16,1h,                     | 4x4 | no class is known, so that any node should do
                    acme,16,1h,a100                     | 4x4 | no pool is of the class
                    """)
    void aGangIsSplitByTheNodesOfItsClass(String row, String pods, String why) throws IOException {
        assertThat(pods(Optional.empty(), row)).as(why).isEqualTo(pods);
    }

    @Test
    void poolsThatComeLaterCount() throws IOException {
        write("site.yaml", CONTRACT.formatted("acme") + COMMITMENT.formatted("gb200-nvl72"));
        write("later.yaml", GB200);

        assertThat(pods(Optional.of(write("changes.csv", "at,change,target\n1h,apply,later.yaml\n")), "acme,16,1h,"))
                .isEqualTo("4x4");
    }
}
