package dev.offtake.operator.reconcile;

import dev.offtake.operator.policy.PolicyState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reconcilers of GPUPools and TenantContracts, running. A follower hands over as the leader does, but writes
 * nothing.
 */
public final class Reconcilers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconcilers.class);
    private static final int THREADS = 4;
    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration AUDIT = Duration.ofSeconds(10);

    private final PoolReconciler pools;
    private final ContractReconciler contracts;
    private final Operator operator;
    private final ScheduledExecutorService auditor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "reconcilers-audit");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean healthy = true;

    private Reconcilers(
            KubernetesClient client,
            Inbox inbox,
            StatusBoard board,
            BooleanSupplier leading,
            Supplier<PolicyState> policies,
            MeterRegistry metrics,
            Clock clock) {
        StatusWriter writer = new StatusWriter(client, metrics);
        pools = new PoolReconciler(inbox, board, writer, leading, policies, clock, this::reconcileContracts);
        contracts = new ContractReconciler(
                inbox,
                board,
                writer,
                leading,
                clock,
                () -> pools.arrivals().isComplete() ? Optional.of(pools.pools()) : Optional.empty());
        operator = new Operator(o -> configure(o, client));
    }

    /**
     * Starts them; returns when both kinds are being watched.
     *
     * @param client stays the caller's to close
     * @param inbox hears of pools and contracts, from several threads
     * @param board what is known of them
     * @param leading whether statuses may be written; call {@link #reconcileAll} when it becomes true
     * @param policies state of the admission policies; call {@link #reconcilePools} when it changes
     * @throws RuntimeException if the API server cannot be reached or does not serve the kinds
     */
    public static Reconcilers start(
            KubernetesClient client,
            Inbox inbox,
            StatusBoard board,
            BooleanSupplier leading,
            Supplier<PolicyState> policies,
            MeterRegistry metrics,
            Clock clock) {
        Reconcilers reconcilers = new Reconcilers(client, inbox, board, leading, policies, metrics, clock);
        reconcilers.start();
        return reconcilers;
    }

    private void start() {
        operator.register(pools, Reconcilers::configure);
        operator.register(contracts, Reconcilers::configure);
        operator.start();
        contracts.arrivals().await(contracts.events()::names);
        pools.arrivals().await(pools.events()::names);
        reconcileContracts();
        ScheduledFuture<?> unused =
                auditor.scheduleWithFixedDelay(this::audit, AUDIT.toMillis(), AUDIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void configure(ConfigurationServiceOverrider configuration, KubernetesClient client) {
        configuration
                .withKubernetesClient(client)
                .withResourceCloner(new Copies())
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withCacheSyncTimeout(SYNC_TIMEOUT)
                .withReconciliationTerminationTimeout(STOP_TIMEOUT)
                // The default ends the process.
                .withInformerStoppedHandler((informer, cause) -> {
                    if (cause != null) {
                        LOG.error(
                                "the watch of {} stopped for good",
                                informer.getApiTypeClass().getSimpleName(),
                                cause);
                        healthy = false;
                    }
                });
    }

    private static <R extends HasMetadata> void configure(ControllerConfigurationOverrider<R> configuration) {
        configuration
                // Deletions are seen without a finalizer, so that objects can be deleted while no operator runs.
                .withTriggerReconcilerOnAllEvents(true)
                // A follower learns of an admission from the status.
                .withGenerationAware(false)
                .withRetry(new GenericRetry()
                        .setInitialInterval(200)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(10_000)
                        .withoutMaxAttempts());
    }

    private void audit() {
        try {
            pools.audit();
            contracts.audit();
        } catch (RuntimeException e) {
            LOG.warn("the audit of pools and contracts failed", e);
        }
    }

    /** Whether the inbox has heard of everything that was there at the start. */
    public boolean isSynced() {
        return pools.arrivals().isComplete() && contracts.arrivals().isComplete();
    }

    /** False when a watch has ended for good: only a restart helps. */
    public boolean isHealthy() {
        return healthy;
    }

    /** Looks at everything again, as after leadership was gained. */
    public void reconcileAll() {
        reconcilePools();
        reconcileContracts();
    }

    /** Looks at all pools again. */
    public void reconcilePools() {
        pools.events().fireAll();
    }

    private void reconcileContracts() {
        contracts.events().fireAll();
    }

    @Override
    public void close() {
        auditor.shutdownNow();
        operator.stop();
    }
}
