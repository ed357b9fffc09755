package dev.offtake.sim.run;

import static dev.offtake.sim.run.TwoNodes.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupplyTest {
    @TempDir
    private Path directory;

    private Result.PoolTotal pool(String changes) throws IOException {
        return new TwoNodes(directory)
                .run(changes, "0,marks-the-end,acme,8,60m,,")
                .pools()
                .get(0);
    }

    @Test
    void allNodesCountAsLongAsNothingHappens() throws IOException {
        Result.PoolTotal pool = pool("");

        assertThat(pool.gpus()).isEqualTo(16 * 60 * MINUTE);
        assertThat(pool.usable()).isEqualTo(16 * 60 * MINUTE);
    }

    @Test
    void aNodeIsThereButNotUsableWhileItIsFailedOrCordoned() throws IOException {
        Result.PoolTotal pool = pool("10m,fail,gpu-1\n15m,cordon,gpu-1\n20m,recover,gpu-1\n30m,uncordon,gpu-1\n");

        assertThat(pool.gpus()).isEqualTo(16 * 60 * MINUTE);
        assertThat(pool.usable()).isEqualTo((16 * 60 - 8 * 20) * MINUTE);
    }

    @Test
    void whatRunsOnACordonedNodeUsesNothingThatIsUsable() throws IOException {
        Result result = new TwoNodes(directory)
                .run(
                        "10m,cordon,gpu-0\n10m,cordon,gpu-1\n20m,uncordon,gpu-1\n40m,uncordon,gpu-0\n",
                        "0,first,acme,8,60m,,",
                        "0,second,acme,4,30m,,");

        Result.PoolTotal pool = result.pools().get(0);
        assertThat(pool.used()).isEqualTo((8 * 60 + 4 * 30) * MINUTE);
        assertThat(pool.usedOfUsable()).isEqualTo((12 * 10 + 4 * 10 + 8 * 20) * MINUTE);
        assertThat(result.samples()).anySatisfy(sample -> {
            assertThat(sample.at()).isEqualTo(25 * MINUTE);
            assertThat(sample.pools().get(0)).isEqualTo(new Sample.OfPool(16, 8, 12, 4, 0));
            assertThat(sample.pools().get(0).idle()).isEqualTo(4);
        });
    }

    @Test
    void whatANodeUsesMoreThanItHasIsNotMissingOnAnother() throws IOException {
        TwoNodes nodes = new TwoNodes(directory);
        String site = Files.readString(directory.resolve("site/site.yaml"));
        Files.writeString(
                directory.resolve("less.yaml"), site.replace("nvidia.com/gpu: \"8\"", "nvidia.com/gpu: \"4\""));

        Result result = nodes.run(
                "10m,apply,less.yaml\n50m,apply,site/site.yaml\n", "0,first,acme,8,60m,,", "0,second,beta,4,30m,Spot,");

        assertThat(result.samples()).anySatisfy(sample -> {
            assertThat(sample.at()).isEqualTo(20 * MINUTE);
            assertThat(sample.pools().get(0)).isEqualTo(new Sample.OfPool(8, 8, 12, 8, 4));
            assertThat(sample.pools().get(0).idle()).isZero();
        });
        assertThat(result.samples()).anySatisfy(sample -> {
            assertThat(sample.at()).isEqualTo(40 * MINUTE);
            assertThat(sample.pools().get(0)).isEqualTo(new Sample.OfPool(8, 8, 8, 4, 0));
            assertThat(sample.pools().get(0).idle()).isEqualTo(4);
        });
        assertThat(result.pools().get(0).usedOfUsable()).isEqualTo((12 * 10 + 8 * 20 + 4 * 20 + 8 * 10) * MINUTE);
    }

    @Test
    void aNodeThatIsDeletedIsNotThereAnyMore() throws IOException {
        Result.PoolTotal pool = pool("10m,cordon,gpu-1\n40m,delete,node/gpu-1\n");

        assertThat(pool.gpus()).isEqualTo((16 * 60 - 8 * 20) * MINUTE);
        assertThat(pool.usable()).isEqualTo((16 * 60 - 8 * 50) * MINUTE);
    }
}
