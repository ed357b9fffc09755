package dev.offtake.translate;

import dev.offtake.api.OfftakeLabels;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Optional;

/**
 * Whose work a namespace holds.
 *
 * @param contract the only contract that it may draw on; empty for all of the tenant's
 */
public record Tenancy(String tenant, Optional<String> contract) {
    /** Empty for a namespace of no tenant. */
    public static Optional<Tenancy> of(Namespace namespace) {
        Map<String, String> labels = NodeFilters.orEmpty(namespace.getMetadata().getLabels());
        return Optional.ofNullable(labels.get(OfftakeLabels.TENANT))
                .filter(tenant -> !tenant.isEmpty())
                .map(tenant -> new Tenancy(
                        tenant,
                        Optional.ofNullable(labels.get(OfftakeLabels.CONTRACT)).filter(c -> !c.isEmpty())));
    }
}
