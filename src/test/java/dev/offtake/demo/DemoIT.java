package dev.offtake.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.Command;
import dev.offtake.testbed.OnControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, since the pool of the story takes all nodes that there are. */
@OnControlPlane
class DemoIT {
    @Test
    void theStoryIsToldToItsEndOnARealControlPlane() {
        String told = Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
                .withLimit(Duration.ofSeconds(180))
                .run(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dbasedir=" + System.getProperty("basedir", ""),
                        "-Ddemo.cluster=real",
                        "-Dcontrolplane.version=" + System.getProperty("controlplane.version"),
                        Demo.class.getName())
                .orFail();

        assertThat(told)
                .contains("PoliciesInForce is True")
                .contains("QuotaReached: needs 2 racks, 1 of 2 free: 1 claimed")
                .contains("4 pods run after");
    }
}
