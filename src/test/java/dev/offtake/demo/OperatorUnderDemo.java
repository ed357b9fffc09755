package dev.offtake.demo;

import static org.awaitility.Awaitility.await;

import dev.offtake.api.Enforcement;
import dev.offtake.operator.OfftakeOperator;
import dev.offtake.operator.process.ClusterOptions;
import dev.offtake.operator.process.ElectionOptions;
import dev.offtake.operator.process.OperatorOptions;
import dev.offtake.operator.process.OperatorProcess;
import dev.offtake.schedule.WaitRules;
import dev.offtake.testbed.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The operator as {@code java -jar offtake.jar operator --no-leader-election} runs it, in this JVM. */
final class OperatorUnderDemo implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OperatorProcess process;

    private OperatorUnderDemo(OperatorProcess process) {
        this.process = process;
    }

    /** Returns when it is ready. */
    static OperatorUnderDemo start(Path kubeconfig, String namespace) {
        OperatorProcess process = new OperatorProcess(
                new OperatorOptions(
                        new ClusterOptions(Optional.of(kubeconfig), Optional.empty()),
                        namespace,
                        0,
                        new ElectionOptions(
                                false,
                                "demo",
                                "offtake-operator",
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2)),
                        64,
                        Duration.ofSeconds(1),
                        WaitRules.DEFAULT,
                        Enforcement.ENFORCE,
                        Optional.empty()),
                OfftakeOperator::new);
        try {
            process.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OperatorUnderDemo operator = new OperatorUnderDemo(process);
        await("the operator is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(new Readiness(operator.process.httpPort())::isThere);
        return operator;
    }

    @Override
    public void close() {
        process.close();
    }
}
