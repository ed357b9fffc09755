package dev.offtake.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("basedir", ""), "examples", "nvl72");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String cluster, Path examples) {
        return Demo.run(cluster, false, examples, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    /** The words of the story, however its lines are broken. */
    private String told() {
        return String.join(
                " ", Arrays.asList(out.toString(StandardCharsets.UTF_8).split("\\s+")));
    }

    @Test
    void theStoryIsToldToItsEndOnTheMock() {
        int code = run("mock", EXAMPLES);

        assertThat(code).as("%s", out).isZero();
        assertThat(told())
                .contains("72 nodes match, 72 usable: 4 racks, 288 GPUs to sell, at most 72 in one rack")
                .contains("acme-2026 is Active: 144 GPUs committed, 144 entitled")
                .contains("18 pods with 72 GPUs run in computenvlinstancegroup-node-rack-")
                .contains("144 GPUs, QuotaReached: needs 2 racks, 1 of 2 free: 1 claimed")
                .contains("none of its 36 pods was placed")
                .contains("76 of 288 GPUs are in use")
                .contains("To sell: 284 GPUs, before 288. Racks: 3 of 4 healthy as a whole")
                .contains("acme acme-2026 144 GPUs 72 GPUs 144 GPUs job-ablations: QuotaReached, needs 2 racks")
                .contains("research research-2026 4 GPUs 4 GPUs 0 GPUs -");
    }

    @Test
    void anUnknownClusterIsRefusedWithThoseThatThereAre() {
        assertThat(run("kind", EXAMPLES)).isEqualTo(1);
        assertThat(told()).contains("\"kind\" is not known, use mock or real");
    }

    @Test
    void aManifestThatIsMissingFailsTheDemo() {
        assertThat(run("mock", Path.of("nowhere"))).isEqualTo(1);
        assertThat(List.of(out.toString(StandardCharsets.UTF_8).split("\n")))
                .anyMatch(line -> line.contains("nowhere"));
    }
}
