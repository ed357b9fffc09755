package dev.offtake.sim.run;

import static dev.offtake.sim.SiteManifests.commitment;
import static dev.offtake.sim.SiteManifests.contract;
import static dev.offtake.sim.SiteManifests.documents;
import static dev.offtake.sim.SiteManifests.pool;
import static dev.offtake.sim.SiteManifests.tranche;
import static dev.offtake.sim.run.TwoNodes.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a given end a simulation ends with the last thing that changes anything. */
class EndTest {
    @TempDir
    private Path directory;

    @Test
    void aGangThatHasLostANodeForGoodWaitsForEver() throws IOException {
        Result result = new TwoNodes(directory).run("60m,fail,gpu-0\n", "0,whole,acme,2x8,5h,,");

        assertThat(result.end()).isEqualTo(60 * MINUTE);
        assertThat(result.waitForEver()).isEqualTo(1);
        assertThat(result.gangs().get(0).lostNodes().times()).isEqualTo(1);
    }

    @Test
    void anEndThatWasPlannedBeforeANodeWasLostIsNoEnd() throws IOException {
        Result result = new TwoNodes(directory).run("60m,fail,gpu-0\n60m,fail,gpu-1\n", "0,whole,acme,2x8,100d,,");

        assertThat(result.end()).isEqualTo(60 * MINUTE);
        assertThat(result.pools().get(0).gpus()).isEqualTo(16 * 60 * MINUTE);
        assertThat(result.pools().get(0).used()).isEqualTo(16 * 60 * MINUTE);
    }

    @Test
    void norIsTheEndOfANoticeThatNobodyIsThereToKeep() throws IOException {
        // The claim comes at minute 25, the notice would be over at minute 27.
        Result result = new TwoNodes(directory)
                .run(
                        "26m,fail,gpu-0\n26m,fail,gpu-1\n",
                        "0,first,acme,8,10h,,",
                        "0,lent,beta,8,1h,Spot,",
                        "25m,second,acme,8,30m,,");

        assertThat(result.end()).isEqualTo(26 * MINUTE);
    }

    @Test
    void soItDoesBesideOneThatWaitsForAWholeNode() throws IOException {
        // Five of eight GPUs of each node are held by gangs that cannot go on; they could be moved for the last gang.
        Result result = new TwoNodes(directory, 6)
                .run(
                        "30m,fail,gpu-0\n30m,fail,gpu-2\n30m,fail,gpu-4\n",
                        "0,first,acme,2x5,1h,,",
                        "0,second,acme,2x5,1h,,",
                        "0,third,acme,2x5,1h,,",
                        "40m,whole,acme,8,1h,,");

        assertThat(result.waitForEver()).isEqualTo(4);
        assertThat(result.gangs().get(3).lastReason()).isEqualTo("OwnFragmentation");
    }

    @Test
    void norDoNodesThatAreKeptForBorrowersOfTwoClassesLetItGoOn() throws IOException {
        // All nodes that are left have gangs that cannot go on. They try to when it is looked for whom nodes are kept.
        TwoNodes site = new TwoNodes(directory);
        Files.writeString(
                directory.resolve("site").resolve("other.yaml"),
                documents(
                        pool("other", "other, nodes: {gpusPerNode: 8, product: [{key: other, values: [\"yes\"]}]}"),
                        """
                        apiVersion: v1
                        kind: Node
                        metadata: {name: "other-{n}", labels: {other: "yes"}, annotations: {sim.offtake.dev/repeat: "2"}}
                        status: {allocatable: {nvidia.com/gpu: "8"}}
                        """,
                        contract("gamma", commitment("other", "gpu", tranche(16)))));
        Result result = site.run(
                "30m,fail,gpu-0\n31m,fail,other-0\n",
                "0,first,acme,2x5,1h,,",
                "0,second,gamma,2x5,1h,,",
                "40m,third,beta,8,1h,Spot,",
                "45m,fourth,gamma,8,1h,Spot,");

        assertThat(result.end()).isEqualTo(45 * MINUTE);
        assertThat(result.waitForEver()).isEqualTo(4);
    }
}
