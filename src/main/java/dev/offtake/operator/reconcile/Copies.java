package dev.offtake.operator.reconcile;

import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.config.Cloner;

/**
 * Copies of what the informers keep, for reconcilers to give another status. Specs and statuses are values that nobody
 * changes and are shared: the SDK's own copies write the whole object as JSON and read it again, before each
 * reconciliation, and a start waits for the first ones.
 */
final class Copies implements Cloner {
    /** @throws IllegalArgumentException if it is neither a pool nor a contract */
    @Override
    @SuppressWarnings("unchecked")
    public <R extends HasMetadata> R clone(R object) {
        if (object instanceof GPUPool pool) {
            return (R) fill(new GPUPool(), pool);
        }
        if (object instanceof TenantContract contract) {
            return (R) fill(new TenantContract(), contract);
        }
        throw new IllegalArgumentException("no reconciler is for the kind " + object.getKind());
    }

    private static <S, T, R extends CustomResource<S, T>> R fill(R copy, R object) {
        copy.setMetadata(new ObjectMetaBuilder(object.getMetadata()).build());
        copy.setSpec(object.getSpec());
        copy.setStatus(object.getStatus());
        return copy;
    }
}
