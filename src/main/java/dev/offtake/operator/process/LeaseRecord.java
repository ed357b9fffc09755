package dev.offtake.operator.process;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The Lease object of one election, read and written with optimistic locking. */
final class LeaseRecord {
    private final Supplier<KubernetesClient> client;
    private final String namespace;
    private final ElectionOptions options;

    LeaseRecord(Supplier<KubernetesClient> client, String namespace, ElectionOptions options) {
        this.client = client;
        this.namespace = namespace;
        this.options = options;
    }

    Optional<Lease> read() {
        return Optional.ofNullable(client.get()
                .leases()
                .inNamespace(namespace)
                .withName(options.leaseName())
                .get());
    }

    /** Makes the object with this candidate as its holder; empty if somebody else was faster. */
    Optional<Lease> create() {
        ZonedDateTime now = now();
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withName(options.leaseName())
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(options.identity())
                .withLeaseDurationSeconds(
                        Math.toIntExact(options.leaseDuration().toSeconds()))
                .withAcquireTime(now)
                .withRenewTime(now)
                .withLeaseTransitions(0)
                .endSpec()
                .build();
        return unlessConflict(() -> client.get().resource(lease).create());
    }

    /** Writes this candidate as the holder; empty if the object has changed since it was read. */
    Optional<Lease> hold(Lease current) {
        ZonedDateTime now = now();
        boolean mine = isMine(current);
        Integer before = current.getSpec().getLeaseTransitions();
        int transitions = before == null ? 0 : before;
        return replace(new LeaseBuilder(current)
                .editSpec()
                .withHolderIdentity(options.identity())
                .withLeaseDurationSeconds(
                        Math.toIntExact(options.leaseDuration().toSeconds()))
                .withAcquireTime(mine ? current.getSpec().getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(mine ? transitions : transitions + 1)
                .endSpec()
                .build());
    }

    /** Writes that nobody holds it; empty if the object has changed since it was read. */
    Optional<Lease> free(Lease current) {
        ZonedDateTime now = now();
        return replace(new LeaseBuilder(current)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .withAcquireTime(now)
                .withRenewTime(now)
                .endSpec()
                .build());
    }

    boolean isMine(Lease lease) {
        return options.identity().equals(holder(lease));
    }

    static String holder(Lease lease) {
        return lease.getSpec() == null
                ? ""
                : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
    }

    /** How long to leave the lease alone after its last change was seen: what its holder or we ask for, if longer. */
    Duration respected(Lease lease) {
        Integer seconds = lease.getSpec() == null ? null : lease.getSpec().getLeaseDurationSeconds();
        Duration asked = Duration.ofSeconds(seconds == null ? 0 : seconds);
        return asked.compareTo(options.leaseDuration()) > 0 ? asked : options.leaseDuration();
    }

    private Optional<Lease> replace(Lease changed) {
        return unlessConflict(() -> client.get().resource(changed).update());
    }

    private interface Write {
        Lease run();
    }

    private static Optional<Lease> unlessConflict(Write write) {
        try {
            return Optional.of(write.run());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** For people who read the object; nobody decides by it, since clocks of hosts differ. */
    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneOffset.UTC);
    }
}
