package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.offtake.api.Enforcement;
import dev.offtake.schedule.WaitRules;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorProcessTest {
    private final StandInRuntime runtime = new StandInRuntime();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @TempDir
    Path directory;

    private Path kubeconfig;
    private OperatorProcess process;

    @BeforeEach
    void writeKubeconfig() throws IOException {
        kubeconfig = Files.writeString(directory.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """);
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.close();
        }
        thread.shutdownNow();
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    @Test
    void aProcessIsReadyWhenItsRuntimeKnowsTheCluster() throws Exception {
        runtime.unsynced = List.of("pods");
        start();

        assertThat(get("/readyz").body()).isEqualTo("not ready: pods\n");
        runtime.unsynced = List.of();

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void aStalledRuntimeIsNotHealthy() throws Exception {
        start();
        runtime.stalled = Optional.of("deadlock");

        assertThat(get("/healthz").statusCode()).isEqualTo(503);
    }

    @Test
    void withoutElectionTheProcessLeadsFromItsStart() throws Exception {
        start();

        assertThat(runtime.context.leadership().mayWrite()).isTrue();
        assertThat(runtime.calls).containsExactly("start", "leading");
        assertThat(get("/metrics").body()).contains("\nofftake_leader 1.0\n");
    }

    @Test
    void whatTheRuntimeMetersIsServed() throws Exception {
        start();
        runtime.context.metrics().counter("offtake.test").increment(7);

        assertThat(get("/metrics").body()).contains("\nofftake_test_total 7.0\n");
    }

    @Test
    void aStopTakesReadinessAndLeadershipBeforeTheRuntimeEnds() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        runtime.whenStopped = () -> seen.set(readiness());
        start();

        process.close();

        assertThat(runtime.calls).containsExactly("start", "leading", "not leading", "stop, may write: false");
        assertThat(seen.get()).isEqualTo("503 not ready: stopping\n");
        assertThatIOException().isThrownBy(() -> get("/healthz"));
    }

    @Test
    void aRuntimeThatDoesNotEndDoesNotHoldTheStopForever() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        runtime.whenStopped = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        start();

        Future<?> stop = thread.submit(process::close);

        assertThat(stop.get(20, TimeUnit.SECONDS)).isNull();
        never.countDown();
    }

    @Test
    void aFatalErrorStopsTheProcessWithCode1() throws Exception {
        Future<Integer> code = run();

        runtime.context.fatal().report("the informer of pods ended", new IllegalStateException("test"));

        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(runtime.calls).contains("stop, may write: false");
    }

    @Test
    void aThreadThatDiesStopsTheProcessWithCode1() throws Exception {
        Future<Integer> code = run();

        Thread dying = new Thread(() -> {
            throw new IllegalStateException("test: thrown on purpose");
        });
        dying.start();

        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void aStopThatWasAskedForEndsWithCode0() throws Exception {
        Future<Integer> code = run();

        process.close();

        assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void errorsWhileStoppingAreNotFatal() throws Exception {
        runtime.whenStopped = () -> {
            runtime.context.fatal().report("an informer ended", new IllegalStateException("test"));
            throw new IllegalStateException("test: a part that fails to stop");
        };
        Future<Integer> code = run();

        process.close();

        assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
        assertThatIOException().isThrownBy(() -> get("/healthz"));
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            process = new OperatorProcess(options(taken.getLocalPort()), runtime::in);

            assertThatIOException()
                    .isThrownBy(process::start)
                    .withMessageContaining("--http-port: cannot listen on " + taken.getLocalPort());
            assertThat(runtime.calls).isEmpty();
        }
    }

    @Test
    void whatWasStartedIsStoppedWhenTheRuntimeCannotBeMade() {
        process = new OperatorProcess(options(0), context -> {
            throw new IllegalStateException("test: no runtime");
        });

        assertThatIllegalStateException().isThrownBy(process::start).withMessage("test: no runtime");
        assertThatIOException().isThrownBy(() -> get("/healthz"));
    }

    @Test
    void theUrlOfTheServerIsShownWithoutItsPassword() throws IOException {
        String text = Files.readString(kubeconfig).replace("https://", "https://user:password@");
        Path file = Files.writeString(directory.resolve("with-password"), text);

        assertThat(new ClientFactory(new ClusterOptions(Optional.of(file), Optional.empty())).server())
                .isEqualTo("https://127.0.0.1:1/");
    }

    private void start() throws IOException {
        process = new OperatorProcess(options(0), runtime::in);
        process.start();
    }

    private Future<Integer> run() throws InterruptedException {
        process = new OperatorProcess(options(0), runtime::in);
        Future<Integer> code = thread.submit(process::run);
        // Not by Awaitility, which puts the handler of uncaught exceptions back that it found.
        assertThat(runtime.leads.await(20, TimeUnit.SECONDS)).isTrue();
        return code;
    }

    private OperatorOptions options(int port) {
        return new OperatorOptions(
                new ClusterOptions(Optional.of(kubeconfig), Optional.empty()),
                "offtake-system",
                port,
                new ElectionOptions(
                        false, "me", "lease", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                1,
                Duration.ZERO,
                WaitRules.DEFAULT,
                Enforcement.ENFORCE,
                Optional.empty());
    }

    private String readiness() {
        try {
            HttpResponse<String> answer = get("/readyz");
            return answer.statusCode() + " " + answer.body();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.httpPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
