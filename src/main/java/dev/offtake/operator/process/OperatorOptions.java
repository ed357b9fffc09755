package dev.offtake.operator.process;

import dev.offtake.api.Enforcement;
import dev.offtake.schedule.WaitRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the operator was told at its start.
 *
 * @param cluster how to reach the API server
 * @param namespace where the operator keeps its own objects, the lease among them
 * @param httpPort port of probes and metrics; 0 takes any free one
 * @param election how one leader is chosen among replicas
 * @param apiConcurrency writes to the API server in flight at a time, at least 1
 * @param explainAfter how long a gang may wait before its reason is written down
 * @param waits for how long work waits for something better or lets others pass
 * @param enforcement of namespaces that do not say another
 * @param record file at whose end everything is written that the scheduler is told and decides
 */
public record OperatorOptions(
        ClusterOptions cluster,
        String namespace,
        int httpPort,
        ElectionOptions election,
        int apiConcurrency,
        Duration explainAfter,
        WaitRules waits,
        Enforcement enforcement,
        Optional<Path> record) {

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int LAST_PORT = 65_535;
    private static final int MAX_CONCURRENCY = 10_000;

    /**
     * Checks all values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the option, the value and the fix
     */
    public OperatorOptions {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException("--namespace: '" + namespace
                    + "' is not a namespace; use at most 63 lower-case letters, digits and '-'");
        }
        if (httpPort < 0 || httpPort > LAST_PORT) {
            throw new IllegalArgumentException(
                    "--http-port: " + httpPort + " is not a port; use 1 to " + LAST_PORT + ", or 0 for any free one");
        }
        if (apiConcurrency < 1 || apiConcurrency > MAX_CONCURRENCY) {
            throw new IllegalArgumentException(
                    "--api-concurrency: " + apiConcurrency + " is out of range; use 1 to " + MAX_CONCURRENCY);
        }
        if (explainAfter.isNegative()) {
            throw new IllegalArgumentException("--explain-after: must not be negative; use for example 1s");
        }
    }
}
