package dev.offtake.scenario;

import dev.offtake.cli.Main;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.Readiness;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator in a JVM of its own, as it is run in production, under its ServiceAccount. */
public final class OperatorJvm implements AutoCloseable {
    /** What docs/benchmarks.md recommends. */
    public static final List<String> RECOMMENDED = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "-Dio.netty.allocator.maxOrder=3");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** A JVM that writes an archive does so at its end. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private static final Path TARGET =
            Path.of(System.getProperty("basedir", ""), "target").toAbsolutePath();

    private static final Path LOG = TARGET.resolve("operator-jvm.log");

    private final Process process;
    private final int port;
    private final long startedAt;
    private Duration startToReady = Duration.ZERO;

    private OperatorJvm(Process process, int port, long startedAt) {
        this.process = process;
        this.port = port;
        this.startedAt = startedAt;
    }

    /** Starts it by {@code <javaHome>/bin/java} and returns when it is ready. */
    public static OperatorJvm start(ControlPlane controlPlane, Path javaHome, List<String> flags)
            throws IOException, InterruptedException {
        return start(controlPlane, javaHome, flags, List.of());
    }

    /** The same with further options of the operator. */
    public static OperatorJvm start(ControlPlane controlPlane, Path javaHome, List<String> flags, List<String> options)
            throws IOException, InterruptedException {
        return ready(launch(controlPlane, javaHome, classPath(), flags, options));
    }

    /** The same with another jar. */
    public static OperatorJvm start(ControlPlane controlPlane, Path javaHome, Path jar, List<String> flags)
            throws IOException, InterruptedException {
        return ready(launch(controlPlane, javaHome, jar.toString(), flags, List.of()));
    }

    private static OperatorJvm ready(OperatorJvm operator) throws IOException, InterruptedException {
        operator.awaitReady();
        return operator;
    }

    /** Starts it and does not wait for it. */
    static OperatorJvm launch(ControlPlane controlPlane, Path javaHome, List<String> flags) throws IOException {
        return launch(controlPlane, javaHome, classPath(), flags, List.of());
    }

    private static OperatorJvm launch(
            ControlPlane controlPlane, Path javaHome, String classPath, List<String> flags, List<String> options)
            throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(flags);
        command.add("-Dofftake.recount=" + System.getProperty("offtake.recount", "0"));
        Path folder = Files.createTempDirectory(Files.createDirectories(TARGET), "operator-jvm");
        command.addAll(controlPlane.inPod(
                InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT, folder, folder));
        command.addAll(List.of("-cp", classPath, Main.class.getName(), "operator", "--http-port=" + port));
        // On a starved machine a lease may be lost, and then the lease is what is measured.
        command.add("--leader-elect=false");
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        // docs/benchmarks.md advises it: glibc keeps an arena for each thread otherwise.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        long now = System.nanoTime();
        Process process = builder.start();
        controlPlane.endsToo(process);
        return new OperatorJvm(process, port, now);
    }

    /** Returns when it is ready. */
    void awaitReady() throws IOException, InterruptedException {
        Readiness readiness = new Readiness(port);
        while (!readiness.isThere()) {
            if (!process.isAlive() || System.nanoTime() - startedAt > START_LIMIT.toNanos()) {
                process.destroyForcibly();
                throw new IOException("the operator is not ready, see " + LOG);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        startToReady = Duration.ofNanos(System.nanoTime() - startedAt);
    }

    public Duration startToReady() {
        return startToReady;
    }

    /** Ends it by SIGKILL, whatever it is doing. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The jar as users run it where it was built, else the classes. */
    private static String classPath() {
        Path jar = Path.of(System.getProperty("project.jar", "target/offtake.jar"));
        return Files.exists(jar) ? jar.toString() : System.getProperty("java.class.path");
    }

    /** CPU time of the process since its start. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Resident memory in MiB, now. */
    public long rssMib() throws IOException {
        return status("VmRSS:");
    }

    /** The most resident memory there was, in MiB. */
    public long peakRssMib() throws IOException {
        return status("VmHWM:");
    }

    private long status(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
