package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.sim.replay.Replay;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator records is enough to decide the same without a cluster. */
@OnControlPlane
class RecordingIT {
    @TempDir
    private Path directory;

    @AfterEach
    void theNextTestStartsItsOwn() {
        TestOperator.stop();
    }

    @Test
    void whatAnOperatorRecordsIsDecidedAgainInAReplay(ControlPlane controlPlane, Sandbox sandbox) throws IOException {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().product("NVIDIA-H100-80GB-HBM3").racks(2).traysPerRack(2).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "gpu", 24, 0);
        String ns = scene.namespace("train", acme);
        scene.job(ns, "before", 1, 8);
        scene.awaitRunning(ns, "before", 1);
        TestOperator.stop();
        Path journal = directory.resolve("events.jsonl");

        try (TestOperator recording = TestOperator.recording(controlPlane, journal)) {
            assertThat(recording.get("/readyz").statusCode()).isEqualTo(200);
            scene.job(ns, "placed", 2, 8);
            scene.awaitRunning(ns, "placed", 2);
            scene.job(ns, "waits", 1, 8);
            scene.awaitReason(ns, "waits", "QuotaReached");
            scene.deleteJob(ns, "before");
            scene.awaitRunning(ns, "waits", 1);
        }

        assertThat(Files.readString(journal))
                .contains("\"kind\":\"Restore\"", "job-before")
                .contains("\"kind\":\"Record\"", "\"kind\":\"Release\"", "\"code\":\"QUOTA_REACHED\"");
        Replay.Outcome outcome = Replay.of(journal);
        assertThat(outcome.difference()).isEmpty();
        assertThat(outcome.decisions())
                .as("records, releases and an explanation")
                .isGreaterThanOrEqualTo(6);
        assertThat(outcome.events()).isGreaterThan(20);
    }
}
