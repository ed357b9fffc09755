package dev.offtake.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.Command;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Readiness;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image that {@code src/test/image/check.sh} built, as its own user, on a read-only root. */
@Tag("slow")
@Tag("image")
@OnControlPlane(apiServerOnly = true)
class ImageIT {
    private static final Path RUN = Path.of(System.getProperty("basedir", ""), "src", "test", "image", "run.sh")
            .toAbsolutePath();

    /** In {@code /proc/PID/stat}, behind the name; see proc_pid_stat(5). */
    private static final int STARTED = 19;

    private static final int MILLIS_OF_A_TICK = 10;

    private final ControlPlane controlPlane;

    @TempDir
    private Path folder;

    private String asInPod = "";

    ImageIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @BeforeEach
    void credentialsForItsUser() throws IOException {
        InstalledPolicies.on(controlPlane);
        asInPod = String.join(
                " ",
                controlPlane.inPod(
                        InstalledPolicies.SYSTEM_NAMESPACE,
                        InstalledPolicies.SERVICE_ACCOUNT,
                        Path.of("/kube"),
                        folder));
        assertThat(folder.toFile().setExecutable(true, false)).isTrue();
        assertThat(folder.toFile().setReadable(true, false)).isTrue();
    }

    @Test
    void itBecomesReadyAndEndsInOrder() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Readiness readiness = new Readiness(port);
        // What this JVM has to load for a question is not to be loaded while the operator starts.
        assertThat(readiness.isThere()).isFalse();
        Path log = folder.resolve("log");
        ProcessBuilder command = new ProcessBuilder(
                        RUN.toString(), folder.toString(), "operator", "--http-port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().put("JAVA_TOOL_OPTIONS", asInPod);
        Process operator = command.start();
        controlPlane.endsToo(operator);
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !operator.isAlive() || readiness.isThere());
            assertThat(operator.isAlive()).as(Files.readString(log)).isTrue();
            System.out.println("[image] " + startAndMemory(port, uptime()));
        } finally {
            operator.destroy();
        }
        assertThat(operator.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(operator.exitValue()).as(Files.readString(log)).isEqualTo(143);
        assertThat(Files.readString(log)).doesNotContain("[warning]", "[error]", "Read-only file system");
    }

    @Test
    void itsCheckFindsNothingWrongAndItsCacheFits() {
        CommandResult result = Command.of(RUN)
                // With mode on a cache that does not fit is an error.
                .withEnvironment("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on " + asInPod)
                .withLimit(Duration.ofSeconds(120))
                .run(folder.toString(), "check");

        assertThat(result.orFail()).contains("ok      policies  in force as installed");
    }

    /** Since the machine was booted. */
    private static Duration uptime() throws IOException {
        String seconds = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        return Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
    }

    /** The same when this process was started; what the JDK tells of that is a second off, as it knows the boot to the second. */
    private static Duration started(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[STARTED];
        return Duration.ofMillis(Long.parseLong(ticks) * MILLIS_OF_A_TICK);
    }

    /** Time from its start and resident memory of the process that listens, whose user is that of the image. */
    private static String startAndMemory(int port, Duration ready) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    if (Files.readString(process.resolve("cmdline")).contains("--http-port=" + port)
                            && Files.readString(process.resolve("comm")).startsWith("java")) {
                        String status = Files.readString(process.resolve("status"));
                        assertThat(status).containsPattern("Uid:\\s+65532\\s+65532");
                        return "ready after " + ready.minus(started(process)).toMillis() + " ms, "
                                + status.lines()
                                        .filter(line -> line.startsWith("VmRSS"))
                                        .findFirst()
                                        .orElseThrow();
                    }
                } catch (IOException gone) {
                    // It ended meanwhile.
                }
            }
        }
        throw new IOException("no java listens on " + port);
    }
}
