package dev.offtake.sim.input;

import static dev.offtake.sim.SiteManifests.contract;
import static dev.offtake.sim.SiteManifests.documents;
import static dev.offtake.sim.SiteManifests.onDemand;
import static dev.offtake.sim.SiteManifests.pool;
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
    private static final String EIGHT = "h100-sxm";
    private static final String FOUR = "gb200-nvl72";

    @TempDir
    private Path directory;

    @BeforeEach
    void twoPools() throws IOException {
        write(
                "site.yaml",
                documents(
                        pool("h100", EIGHT),
                        pool("gb200", FOUR),
                        contract("acme", onDemand(EIGHT, 16), onDemand(FOUR, 16)),
                        contract("beta", onDemand(FOUR, 16))));
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
        write("site.yaml", contract("acme", onDemand(FOUR, 16)));
        write("later.yaml", pool("gb200", FOUR));

        assertThat(pods(Optional.of(write("changes.csv", "at,change,target\n1h,apply,later.yaml\n")), "acme,16,1h,"))
                .isEqualTo("4x4");
    }
}
