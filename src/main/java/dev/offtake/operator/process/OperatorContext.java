package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the process gives to its working part.
 *
 * @param client for everything but the lease; the process closes it
 * @param metrics what is registered here is served under {@code /metrics}
 * @param leadership whether this process may write; add listeners before {@link OperatorRuntime#start()} returns
 * @param fatal where to say that the process cannot go on
 */
public record OperatorContext(
        OperatorOptions options,
        KubernetesClient client,
        MeterRegistry metrics,
        Leadership leadership,
        FatalErrors fatal) {}
