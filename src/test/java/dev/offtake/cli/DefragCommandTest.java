package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.TenantContractSpec.Moves;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code offtake defrag} prints. */
class DefragCommandTest {
    private static GPUPool pool(Moves allowed, int evicted) {
        GPUPoolStatus.Move move = new GPUPoolStatus.Move(
                "train/job-left", "acme", "base", allowed, 16, List.of("n1", "n2"), List.of("n7", "n8"), "18.2");
        GPUPoolStatus.Defragmentation plan = new GPUPoolStatus.Defragmentation(
                "train/job-whole",
                "acme",
                "base",
                "OwnFragmentation",
                40,
                List.of("n1", "n2", "n3", "n4", "n5"),
                Instant.parse("2026-03-01T00:00:00Z"),
                1,
                List.of(move),
                evicted,
                "18.2");
        GPUPool pool = new GPUPool();
        pool.getMetadata().setName("east");
        pool.setStatus(new GPUPoolStatus(1, null, null, List.of(), List.of(), List.of(plan)));
        return pool;
    }

    private static List<String> printed(GPUPool... pools) {
        StringWriter out = new StringWriter();
        DefragCommand.print(List.of(pools), new PrintWriter(out));
        return out.toString()
                .lines()
                .map(line -> line.replaceAll(" +", " ").strip())
                .toList();
    }

    @Test
    void aPlanIsPrintedWithItsMovesAndWhatTheyLose() {
        assertThat(printed(pool(Moves.NEVER, 0)))
                .containsExactly(
                        "POOL WORKLOAD GPUS ALLOWED LOST-H WHAT",
                        "east train/job-whole 40 no 18.2 waits since 2026-03-01T00:00:00Z (OwnFragmentation): would get"
                                + " n1, n2, n3, n4 and more, with 1 gang to move",
                        "move train/job-left 16 no 18.2 of acme/base from n1, n2 to n7, n8");
    }

    @Test
    void whatIsAllowedAndWhoHasSpotGpusIsTold() {
        assertThat(printed(pool(Moves.WITH_NOTICE, 2)).get(1))
                .startsWith("east train/job-whole 40 yes")
                .endsWith("with 1 gang to move, and 2 with Spot GPUs to evict");
    }

    @Test
    void whereNothingIsProposedThatIsSaid() {
        assertThat(printed(new GPUPool())).singleElement().asString().startsWith("nothing is proposed");
    }
}
