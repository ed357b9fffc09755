package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.h100;
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
        Scene scene = new Scene(sandbox);
        scene.supply(h100(4));
        Workspace acme = scene.customer("acme", 24, "gpu");
        acme.job("before", 1, 8);
        acme.awaitRunning("before", 1);
        scene.stopOperator();
        Path journal = directory.resolve("events.jsonl");

        try (TestOperator recording = TestOperator.recording(controlPlane, journal)) {
            assertThat(recording.get("/readyz").statusCode()).isEqualTo(200);
            acme.job("placed", 2, 8);
            acme.awaitRunning("placed", 2);
            acme.job("waits", 1, 8);
            acme.awaitReason("waits", "QuotaReached");
            acme.deleteJob("before");
            acme.awaitRunning("waits", 1);
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
