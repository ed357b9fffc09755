package dev.offtake.scenario;

import dev.offtake.api.Enforcement;
import dev.offtake.operator.OfftakeOperator;
import dev.offtake.operator.process.ClusterOptions;
import dev.offtake.operator.process.ElectionOptions;
import dev.offtake.operator.process.OperatorContext;
import dev.offtake.operator.process.OperatorFactory;
import dev.offtake.operator.process.OperatorOptions;
import dev.offtake.operator.process.OperatorProcess;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.schedule.WaitRules;
import dev.offtake.testbed.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * The operator as a whole, in the test's JVM, under the ServiceAccount with just the rights that are shipped. One runs
 * at a time, and is left running for the next test; tests whose point is its end stop it and start it again.
 */
public final class TestOperator implements AutoCloseable {
    private static Optional<TestOperator> current = Optional.empty();

    private final OperatorProcess process;

    private TestOperator(OperatorProcess process) {
        this.process = process;
    }

    /** The operator, started if it does not run. */
    public static synchronized TestOperator on(ControlPlane controlPlane) {
        if (current.isEmpty()) {
            InstalledPolicies.on(controlPlane);
            current = Optional.of(start(
                    controlPlane, election(false, "test"), Enforcement.ENFORCE, Optional.empty(), WaitRules.DEFAULT));
        }
        return current.get();
    }

    /** One more, that competes for the lease; the caller closes it. The one that is shared leads always: stop it before. */
    static TestOperator candidate(ControlPlane controlPlane, String identity) {
        InstalledPolicies.on(controlPlane);
        return start(controlPlane, election(true, identity), Enforcement.ENFORCE, Optional.empty(), WaitRules.DEFAULT);
    }

    /** One that records; the one that is shared must be stopped before, and the caller closes this one. */
    static TestOperator recording(ControlPlane controlPlane, Path file) {
        InstalledPolicies.on(controlPlane);
        return start(
                controlPlane, election(false, "recording"), Enforcement.ENFORCE, Optional.of(file), WaitRules.DEFAULT);
    }

    /**
     * One of a cluster in which only labelled namespaces are enforced; the one that is shared must be stopped before, and
     * the caller closes this one.
     */
    static TestOperator reporting(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
        return start(
                controlPlane, election(false, "reporting"), Enforcement.REPORT, Optional.empty(), WaitRules.DEFAULT);
    }

    /** One by whose rules gangs wait; the one that is shared must be stopped before, and the caller closes this one. */
    static TestOperator waiting(ControlPlane controlPlane, WaitRules waits) {
        InstalledPolicies.on(controlPlane);
        return start(controlPlane, election(false, "waiting"), Enforcement.ENFORCE, Optional.empty(), waits);
    }

    /** One with another client; the one that is shared must be stopped before, and the caller closes this one. */
    static TestOperator through(ControlPlane controlPlane, UnaryOperator<KubernetesClient> other) {
        InstalledPolicies.on(controlPlane);
        return start(
                controlPlane,
                election(false, "through"),
                Enforcement.ENFORCE,
                Optional.empty(),
                WaitRules.DEFAULT,
                context -> new OfftakeOperator(new OperatorContext(
                        context.options(),
                        other.apply(context.client()),
                        context.metrics(),
                        context.leadership(),
                        context.fatal())));
    }

    private static ElectionOptions election(boolean enabled, String identity) {
        return new ElectionOptions(
                enabled,
                identity,
                "offtake-operator",
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    private static TestOperator start(
            ControlPlane controlPlane,
            ElectionOptions election,
            Enforcement enforcement,
            Optional<Path> record,
            WaitRules waits) {
        return start(controlPlane, election, enforcement, record, waits, OfftakeOperator::new);
    }

    private static TestOperator start(
            ControlPlane controlPlane,
            ElectionOptions election,
            Enforcement enforcement,
            Optional<Path> record,
            WaitRules waits,
            OperatorFactory factory) {
        OperatorOptions options = new OperatorOptions(
                new ClusterOptions(
                        Optional.of(controlPlane.serviceAccountKubeconfig(
                                InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT)),
                        Optional.empty()),
                InstalledPolicies.SYSTEM_NAMESPACE,
                0,
                election,
                64,
                Duration.ofSeconds(1),
                waits,
                enforcement,
                record);
        OperatorProcess process = new OperatorProcess(options, factory);
        try {
            process.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestOperator operator = new TestOperator(process);
        Awaitility.await("operator ready")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operator.get("/readyz").statusCode() == 200);
        return operator;
    }

    /** Stops it; the next {@link #on} starts another. */
    public static synchronized void stop() {
        current.ifPresent(TestOperator::close);
        current = Optional.empty();
    }

    @Override
    public void close() {
        process.close();
    }

    /** The port of its HTTP server. */
    int port() {
        return process.httpPort();
    }

    /** What its HTTP server answers. */
    HttpResponse<String> get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.httpPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
