package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator from its start to its end. It starts its parts in order and stops them in order, once, whether a
 * signal, a fatal error or a caller asks for it.
 */
public final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    /** Of a whole stop; Kubernetes would wait for 30 s, people with Ctrl-C do not. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(4_500);

    private static final Duration RUNTIME_STOP_LIMIT = Duration.ofMillis(2_500);
    private static final Duration RELEASE_LIMIT = Duration.ofMillis(1_500);

    private final OperatorOptions options;
    private final OperatorFactory factory;
    private final ClientFactory clients;
    private final Runtime jvm = Runtime.getRuntime();
    /** How to stop what was started, the last first. */
    private final Deque<Runnable> stops = new ArrayDeque<>();

    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CountDownLatch endAsked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable OperatorRuntime runtime;
    private volatile int httpPort;

    /**
     * A process that does nothing yet.
     *
     * @throws IllegalArgumentException if the kubeconfig makes no sense; the message names the option
     */
    public OperatorProcess(OperatorOptions options, OperatorFactory factory) {
        this.options = options;
        this.clients = new ClientFactory(options.cluster());
        this.factory = factory;
    }

    /**
     * Runs the operator as the whole of this JVM, until a signal or a fatal error ends it.
     *
     * @return the exit code: 1 after a fatal error, else 0; a JVM that is ended by a signal exits with 128 and its
     *     number instead
     * @throws IOException as {@link #start}
     */
    public int run() throws IOException {
        // Does not wait for this thread, which may itself wait in System.exit.
        jvm.addShutdownHook(new Thread(this::close, "shutdown"));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, cause) -> fail("uncaught in thread " + thread.getName(), cause));
        clients.trustNamedAuthorityAlone();
        start();
        try {
            endAsked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        return failed.get() ? 1 : 0;
    }

    /**
     * Starts everything and returns; the cluster is read in the background. What was started is stopped again if a
     * later part fails.
     *
     * @throws IOException if the HTTP port cannot be had; the message names the option
     */
    public void start() throws IOException {
        try {
            startParts();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private synchronized void startParts() throws IOException {
        if (stopping.get()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("version", Version.current())
                .addKeyValue("java", Runtime.version().toString())
                .addKeyValue("server", clients.server())
                .addKeyValue("tls", clients.tls())
                .addKeyValue("namespace", options.namespace())
                .addKeyValue("identity", options.election().identity())
                .log("operator starts");

        ProcessMetrics metrics = onStop(new ProcessMetrics(), ProcessMetrics::close);
        httpPort = onStop(listen(metrics), ManagementServer::close).port();
        LOG.atInfo().addKeyValue("port", httpPort).log("probes and metrics are served");
        KubernetesClient client = onStop(clients.client(options.apiConcurrency()), KubernetesClient::close);
        Candidate candidate = onStop(candidate(), c -> c.release(RELEASE_LIMIT));
        ProcessMetrics.watch(candidate, metrics.registry());

        OperatorRuntime working =
                factory.create(new OperatorContext(options, client, metrics.registry(), candidate, this::fail));
        onStop(working, r -> r.stop(RUNTIME_STOP_LIMIT));
        working.start();
        runtime = working;
        onStop(candidate, Candidate::resign);
        candidate.compete();
    }

    private ManagementServer listen(ProcessMetrics metrics) throws IOException {
        try {
            return new ManagementServer(options.httpPort(), new State(), metrics);
        } catch (IOException e) {
            throw new IOException(
                    "--http-port: cannot listen on " + options.httpPort() + ": " + e.getMessage()
                            + "; stop what uses it or choose another port",
                    e);
        }
    }

    private Candidate candidate() {
        ElectionOptions election = options.election();
        if (!election.enabled()) {
            return new AlwaysLeader();
        }
        // Nobody asks for the lease before everything was read, and a second client takes a tenth of the time until
        // then.
        LateClient own =
                onStop(new LateClient(() -> clients.leaseClient(election.requestTimeout())), LateClient::close);
        return new LeaderLease(own, options.namespace(), election, this::synced, this::fail);
    }

    private boolean synced() {
        OperatorRuntime current = runtime;
        return current != null && current.synced();
    }

    private <T> T onStop(T part, Stop<T> stop) {
        stops.push(() -> stop.run(part));
        return part;
    }

    private interface Stop<T> {
        void run(T part);
    }

    /** The port that probes and metrics listen on. */
    public int httpPort() {
        return httpPort;
    }

    private void fail(String what, Throwable cause) {
        if (stopping.get()) {
            LOG.atDebug().setCause(cause).log(what);
        } else if (failed.compareAndSet(false, true)) {
            LOG.atError().setCause(cause).log("fatal: " + what);
        }
        endAsked.countDown();
    }

    /**
     * Stops: not ready from now on, no leadership, loop and writers ended, lease given back, clients and server
     * closed. Returns when that is done, at the latest after 4.5 s; further calls wait for the first.
     */
    @Override
    public void close() {
        endAsked.countDown();
        if (stopping.compareAndSet(false, true)) {
            LOG.info("operator stops");
            Threads.daemon(this::stopParts, "stop").start();
        }
        try {
            if (!stopped.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("not everything ended in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void stopParts() {
        while (!stops.isEmpty()) {
            try {
                stops.pop().run();
            } catch (RuntimeException e) {
                // The other parts must end all the same.
                LOG.atWarn().setCause(e).log("a part did not stop in order");
            }
        }
        LOG.info("operator stopped");
        stopped.countDown();
    }

    private final class State implements Health {
        @Override
        public Optional<String> stalled() {
            OperatorRuntime current = runtime;
            return current == null ? Optional.empty() : current.stalled();
        }

        @Override
        public List<String> missing() {
            if (stopping.get()) {
                return List.of("stopping");
            }
            OperatorRuntime current = runtime;
            return current == null ? List.of("starting") : current.unsynced();
        }
    }
}
