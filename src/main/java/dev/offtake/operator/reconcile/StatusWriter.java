package dev.offtake.operator.reconcile;

import dev.offtake.operator.metrics.Catalog;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes whole statuses, only onto the version of the object that they were made from: what a stale view of it, or a
 * leader that is none any more, would overwrite is refused by the API server.
 */
final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private final KubernetesClient client;
    private final MeterRegistry metrics;

    StatusWriter(KubernetesClient client, MeterRegistry metrics) {
        this.client = client;
        this.metrics = metrics;
    }

    /**
     * The object as it is now, or empty if it is gone or has changed: then its next event is on its way.
     *
     * @throws KubernetesClientException if the API server cannot be reached or refuses it for another reason
     */
    <R extends HasMetadata> Optional<R> write(R object) {
        String kind = object.getKind() + "Status";
        Catalog.API_WRITES.counter(metrics, kind).increment();
        try {
            return Optional.of(client.resource(object).updateStatus());
        } catch (KubernetesClientException e) {
            Catalog.API_ERRORS
                    .counter(metrics, kind, e.getCode() == 0 ? "none" : String.valueOf(e.getCode()))
                    .increment();
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.debug(
                        "{} {} changed while its status was written",
                        object.getKind(),
                        object.getMetadata().getName());
                return Optional.empty();
            }
            throw e;
        }
    }
}
