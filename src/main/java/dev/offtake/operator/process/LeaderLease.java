package dev.offtake.operator.process;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by a Lease object, with the protocol of client-go.
 *
 * <p>Not by the elector of the client library, because three things must hold here: the end of a leadership is noticed
 * while a request hangs; a foreign lease expires by our own monotonic clock, not by a comparison of two hosts' clocks;
 * and the instant of the last successful renewal is known, as a fence for writes.
 *
 * <p>A candidate that lost the lease goes on as a follower and competes again.
 */
final class LeaderLease implements Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
    private static final Duration ELIGIBLE_POLL = Duration.ofMillis(50);

    private final LeaseRecord record;
    private final Duration retryPeriod;
    private final BooleanSupplier eligible;
    private final FatalErrors fatal;
    private final Tenure tenure;
    /** Talks to the API server; what follows is of its thread only. */
    private final ScheduledExecutorService requests = Threads.singleScheduled("lease");

    /** The object as it was last read or written, and when, by {@link System#nanoTime()}. */
    private @Nullable Lease seen;

    private long seenAt;
    private int failures;

    /**
     * A candidate that does nothing yet.
     *
     * @param client own client, asked for when it is needed, with short timeouts and without retries, see
     *     {@link ClientFactory#leaseClient}
     * @param eligible whether this candidate could do the work; it does not take the lease before
     */
    LeaderLease(
            Supplier<KubernetesClient> client,
            String namespace,
            ElectionOptions options,
            BooleanSupplier eligible,
            FatalErrors fatal) {
        this.record = new LeaseRecord(client, namespace, options);
        this.retryPeriod = options.retryPeriod();
        this.eligible = eligible;
        this.fatal = fatal;
        this.tenure = new Tenure(options, fatal);
    }

    @Override
    public void compete() {
        requests.execute(this::attempt);
    }

    @Override
    public boolean isLeader() {
        return tenure.isLeader();
    }

    @Override
    public boolean mayWrite() {
        return tenure.mayWrite();
    }

    @Override
    public void listen(Listener listener) {
        tenure.listen(listener);
    }

    @Override
    public void resign() {
        tenure.close();
    }

    @Override
    public void release(Duration limit) {
        if (requests.isShutdown()) {
            return;
        }
        resign();
        try {
            // Behind a renewal that is under way; none begins after it.
            requests.execute(this::free);
            requests.shutdown();
            if (!requests.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                requests.shutdownNow();
                LOG.info("lease not given back in time, it runs out by itself");
            }
            tenure.awaitClosed(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        Duration pause = retryPeriod;
        try {
            if (tenure.isLeader() || eligible.getAsBoolean()) {
                takeOrRenew();
                failures = 0;
            } else {
                pause = ELIGIBLE_POLL;
            }
        } catch (RuntimeException e) {
            logFailure(e);
        } catch (Error e) {
            fatal.report("the lease cannot be renewed", e);
            throw e;
        }
        Threads.later(requests, pause.toNanos(), this::attempt);
    }

    private void takeOrRenew() {
        Lease last = seen;
        if (last != null && record.isMine(last) && tenure.isLeader() && holds(last)) {
            return;
        }
        Optional<Lease> current = record.read();
        if (current.isEmpty()) {
            long sentAt = System.nanoTime();
            record.create().ifPresent(lease -> held(lease, sentAt));
            return;
        }
        Lease lease = current.get();
        observe(lease);
        if (record.isMine(lease) || isFree(lease)) {
            holds(lease);
        } else {
            tenure.lost("the lease is held by " + LeaseRecord.holder(lease));
        }
    }

    private boolean holds(Lease lease) {
        long sentAt = System.nanoTime();
        Optional<Lease> written = record.hold(lease);
        written.ifPresent(changed -> held(changed, sentAt));
        return written.isPresent();
    }

    private void held(Lease lease, long sentAt) {
        observe(lease);
        tenure.held(sentAt);
    }

    private void observe(Lease lease) {
        Lease before = seen;
        if (before == null
                || !Objects.equals(
                        before.getMetadata().getResourceVersion(),
                        lease.getMetadata().getResourceVersion())) {
            if (before == null || !LeaseRecord.holder(before).equals(LeaseRecord.holder(lease))) {
                LOG.atInfo().addKeyValue("leader", LeaseRecord.holder(lease)).log("leader seen");
            }
            seen = lease;
            seenAt = System.nanoTime();
        }
    }

    private boolean isFree(Lease lease) {
        return LeaseRecord.holder(lease).isEmpty()
                || System.nanoTime() - seenAt >= record.respected(lease).toNanos();
    }

    private void free() {
        Lease last = seen;
        if (last == null || !record.isMine(last)) {
            return;
        }
        try {
            if (record.free(last).isEmpty()) {
                // A renewal whose answer was lost changed it.
                record.read().filter(record::isMine).ifPresent(record::free);
            }
            LOG.info("lease given back");
        } catch (KubernetesClientException e) {
            LOG.atInfo().addKeyValue("error", e.getMessage()).log("lease not given back, it runs out by itself");
        }
    }

    /** Ever more rarely while it lasts: an API server may be away for hours. */
    private void logFailure(RuntimeException e) {
        failures++;
        if (Integer.bitCount(failures) == 1) {
            LOG.atWarn()
                    .addKeyValue("attempts", failures)
                    .addKeyValue("error", e.getMessage())
                    .log("lease neither read nor renewed");
        }
    }
}
