package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made by hand in the columns of openb. */
class OpenbTraceTest {
    private static final String HEADER =
            "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time";
    private static final String WHOLE = "whole,12000,16384,1,1000,,LS,Running,5,100,10";

    @TempDir
    private Path directory;

    @BeforeEach
    void aFewNodes() {
        write(
                "openb_node_list_gpu_node.csv",
                "sn,cpu_milli,memory_mib,gpu,model",
                "n-0,16000,122880,2,P100",
                "n-1,8000,61440,1,P100",
                "n-2,96000,393216,8,G2",
                "n-3,96000,393216,8,G2",
                "n-4,32000,262144,0,");
    }

    private void write(String name, String... lines) {
        try {
            Files.write(directory.resolve(name), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Scenario read(String... rows) {
        return read(Optional.empty(), rows);
    }

    private Scenario read(Optional<String> tenant, String... rows) {
        String[] lines = new String[rows.length + 1];
        lines[0] = HEADER;
        System.arraycopy(rows, 0, lines, 1, rows.length);
        write("pods.csv", lines);
        return Scenario.read(new Scenario.Files(
                Optional.empty(), directory.resolve("pods.csv"), Optional.empty(), Optional.empty(), tenant));
    }

    private static Map<String, String> wishes(Scenario scenario, int gang) {
        return scenario.trace().submissions().get(gang).ask().wishes();
    }

    @Test
    void nodesWithGpusArePoolsByModelAndSizeTheCommonestFirst() {
        Site site = read(WHOLE).site();

        assertThat(site.pools()).extracting(Pool::name).containsExactly("g2-8", "p100-2", "p100-1");
        assertThat(site.pools()).extracting(Pool::gpuClass).containsExactly("g2", "p100", "p100");
        assertThat(site.pools()).extracting(Pool::gpusPerNode).containsExactly(8, 2, 1);
        assertThat(site.nodes()).extracting(NodeFacts::name).containsExactly("n-0", "n-1", "n-2", "n-3");
        assertThat(site.notes()).isEmpty();
        assertThat(read(WHOLE).notes())
                .as("each node is whole, in just one pool")
                .isEmpty();
    }

    @Test
    void allThatThereIsIsPromisedToOneTenantByModel() {
        Contract contract = read(WHOLE).site().contracts().get(0);
        assertThat(contract.tenant()).isEqualTo("openb");
        assertThat(contract.commitments()).extracting(Commitment::gpuClass).containsExactly("g2", "p100");
        assertThat(contract.commitments()).extracting(Commitment::unit).containsOnly("gpu");
        assertThat(contract.commitments())
                .extracting(c -> c.tranches().get(0).quantity())
                .containsExactly(16, 3);

        Scenario acmes = read(Optional.of("acme"), WHOLE);
        assertThat(acmes.site().contracts()).extracting(Contract::tenant).containsExactly("acme");
        assertThat(acmes.trace().submissions().get(0).ask().tenant()).isEqualTo("acme");
    }

    @Test
    void aPodIsAGangOfOneThatRunsForAsLongAsItRanThere() {
        Trace trace = read(WHOLE).trace();
        assertThat(trace.submissions())
                .containsExactly(new Submission(
                        2,
                        "whole",
                        new Ask(
                                "openb",
                                Optional.empty(),
                                1,
                                1,
                                Map.of("cpu", "12000m", "memory", "16384Mi"),
                                Map.of("offtake.dev/gpu-class", "g2,p100", "offtake.dev/tier", "Reserved")),
                        5_000,
                        90_000,
                        0,
                        0));
    }

    @Test
    void modelsAreClassesTheCommonestFirst() {
        Scenario scenario = read(
                "one,1,1,2,1000,P100,BE,Running,1,9,1",
                "some,1,1,2,1000,V100|P100|G2|P100,BE,Running,2,9,2",
                "none,1,1,2,1000,V100,BE,Running,3,9,3");
        assertThat(wishes(scenario, 0)).containsEntry("offtake.dev/gpu-class", "p100");
        assertThat(wishes(scenario, 1)).containsEntry("offtake.dev/gpu-class", "g2,p100");
        assertThat(wishes(scenario, 2)).containsEntry("offtake.dev/gpu-class", "v100");
        assertThat(scenario.notes())
                .singleElement()
                .asString()
                .contains("pods.csv:4: class: \"v100\" is the class of no GPUPool");
    }

    @ParameterizedTest
    @CsvSource({"LS, Reserved", "Guaranteed, Reserved", "Burstable, 'Reserved,Spot'", "BE, Spot"})
    void whoIsOfBestEffortHasWhatIsIdle(String qos, String tier) {
        assertThat(wishes(read("a,1,1,1,1000,," + qos + ",Running,1,9,1"), 0)).containsEntry("offtake.dev/tier", tier);
    }

    @Test
    void whatCannotBeSimulatedIsCounted() {
        Scenario scenario = read(
                WHOLE,
                "part,6000,12288,1,460,,LS,Running,1,9,1",
                "part-2,6000,12288,1,500,,LS,Running,1,9,1",
                "cpu,6000,12288,0,0,,BE,Running,1,9,1",
                "never,6000,12288,1,1000,,LS,Pending,1,9,",
                "short,6000,12288,1,1000,,LS,Failed,1,9,9");
        assertThat(scenario.trace().submissions()).hasSize(1);
        assertThat(scenario.notes())
                .containsExactly(
                        "1 rows of the trace hold no GPU work",
                        "passed over, 2 rows of the trace: its pod asks for a part of a GPU (gpu_milli below 1000), and"
                                + " no pool sells parts",
                        "passed over, 1 rows of the trace: its pod never ran (no scheduled_time), so that nobody knows"
                                + " for how long it would",
                        "passed over, 1 rows of the trace: its pod was deleted in the second in which it began");
    }

    @Test
    void theSameFilesAreTheSameScenario() {
        assertThat(read(WHOLE, "b,1,1,8,1000,G2,BE,Running,5,9,6"))
                .isEqualTo(read(WHOLE, "b,1,1,8,1000,G2,BE,Running,5,9,6"));
    }

    @Test
    void theListOfAllNodesServesAsWell() throws IOException {
        Files.move(
                directory.resolve("openb_node_list_gpu_node.csv"), directory.resolve("openb_node_list_all_node.csv"));
        assertThat(read(WHOLE).site().nodes()).hasSize(4);
    }

    @Test
    void withoutAListOfNodesItIsSaidWhatToDo() throws IOException {
        Files.delete(directory.resolve("openb_node_list_gpu_node.csv"));
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(WHOLE))
                .withMessageContaining("has no list of nodes beside the trace; put openb_node_list_gpu_node.csv or")
                .withMessageContaining("--manifests");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a,1,1,1,1000,,XX,Running,1,9,1 | :2: qos: "XX" is no class of QoS; use BE, Burstable, Guaranteed, LS
                    a,1,1,1,1000,,LS,Running,1,9,10 | :2: deletion_time: "9" is before scheduled_time 10
                    a,1,1,1,1001,,LS,Running,1,9,1 | :2: gpu_milli: "1001" is not a whole number from 0 to 1000
                    a,1,1,1,500,,LS,Running,1,9,1 | holds no GPU work that can be simulated
                    """)
    void aBadRowIsNamedWithItsFieldAndFix(String row, String message) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(row))
                .withMessageContaining("pods.csv")
                .withMessageContaining(message);
    }

    @Test
    void aListWithoutTimesIsNoTrace() {
        write("pods.csv", "name,cpu_milli,memory_mib,num_gpu,gpu_milli", "a,1,1,1,1000");
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> Scenario.read(new Scenario.Files(
                        Optional.empty(),
                        directory.resolve("pods.csv"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .withMessageContaining(
                        "has not all of the columns creation_time,deletion_time,scheduled_time, without which nobody knows");
    }
}
