package dev.offtake.operator;

import dev.offtake.operator.metrics.StateGauges;
import dev.offtake.operator.policy.PolicyMetrics;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.operator.policy.PolicyWatch;
import dev.offtake.operator.process.Leadership;
import dev.offtake.operator.process.OperatorContext;
import dev.offtake.operator.process.OperatorRuntime;
import dev.offtake.operator.reconcile.Reconcilers;
import dev.offtake.operator.reconcile.StatusBoard;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractViews;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.Standing;
import dev.offtake.translate.journal.JournalWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole operator, put together: the {@link Engine} for pods, the {@link Reconcilers} for pools and contracts, the
 * watch over the policies. It begins to decide when it leads and has read everything.
 */
public final class OfftakeOperator implements OperatorRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(OfftakeOperator.class);
    /** Statuses are computed at most this often, and for no more than a tenth of the time. */
    private static final Duration PUBLISH_INTERVAL = Duration.ofMillis(500);

    private static final int PUBLISH_SHARE = 10;
    private static final Duration LONGEST_PUBLISH_INTERVAL = Duration.ofSeconds(5);

    /** What the leader before wrote last must have come back through the watches. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

    private final OperatorContext context;
    private final Clock clock = Clock.systemUTC();
    private final Optional<JournalWriter> journal;
    private final StatusBoard board = new StatusBoard();
    private final Engine engine;
    private final StateGauges gauges;
    private final AtomicBoolean leads = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile Optional<Reconcilers> reconcilers = Optional.empty();
    private volatile Optional<PolicyWatch> policies = Optional.empty();
    private Instant nextPublish = Instant.EPOCH;

    public OfftakeOperator(OperatorContext context) {
        this.context = context;
        journal = context.options().record().map(this::journal);
        gauges = new StateGauges(context.metrics(), clock);
        board.onInvalidPools(gauges::invalidPools);
        Leadership leadership = context.leadership();
        engine = new Engine(
                context.client(),
                new Engine.Settings(
                        context.options().election().identity(),
                        context.options().apiConcurrency(),
                        context.options().explainAfter(),
                        context.options().waits(),
                        context.options().enforcement()),
                leadership::mayWrite,
                context.metrics(),
                clock,
                journal.<Journal>map(j -> j).orElse(Journal.NONE),
                this::publish,
                what -> context.fatal().report(what, new IllegalStateException(what)));
        leadership.listen(new Leadership.Listener() {
            @Override
            public void onStartLeading() {
                leads.set(true);
                leadWhenSynced();
            }

            @Override
            public void onStopLeading() {
                leads.set(false);
                engine.follow();
                engine.submit(() -> {
                    board.publish(Views.NONE, Map.of(), Map.of(), List.of());
                    gauges.clear();
                });
            }
        });
    }

    private JournalWriter journal(Path file) {
        try {
            JournalWriter writer = new JournalWriter(
                    file,
                    clock,
                    failure -> LOG.atError().setCause(failure).log("--record: the recording has ended: " + failure));
            LOG.atInfo().addKeyValue("file", file.toAbsolutePath()).log("events and decisions are recorded");
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "--record: cannot write " + file + "; name a file in a directory that exists and can be written",
                    e);
        }
    }

    @Override
    public void start() {
        engine.start();
        Thread starter = new Thread(this::startReconcilers, "start-reconcilers");
        starter.setDaemon(true);
        starter.start();
    }

    private void startReconcilers() {
        try {
            Reconcilers started = Reconcilers.start(
                    context.client(),
                    engine,
                    board,
                    context.leadership()::isLeader,
                    this::policyState,
                    context.metrics(),
                    clock);
            reconcilers = Optional.of(started);
            while (!synced() && !stopped.get()) {
                Thread.sleep(20);
            }
            LOG.info("everything was read");
            leadWhenSynced();
            // After what decisions need: reading the manifest takes a tenth of the time until ready.
            watchPolicies(started);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            if (!stopped.get()) {
                context.fatal().report("pools and contracts cannot be watched", failure);
            }
        }
    }

    private void watchPolicies(Reconcilers told) {
        if (stopped.get()) {
            return;
        }
        PolicyWatch watch = PolicyWatch.start(
                context.client(),
                context.options().namespace(),
                context.options().enforcement());
        policies = Optional.of(watch);
        PolicyMetrics.bind(context.metrics(), watch);
        watch.onChange(told::reconcilePools);
        told.reconcilePools();
    }

    private PolicyState policyState() {
        return policies.map(PolicyWatch::state).orElse(PolicyState.NOT_WATCHED);
    }

    /** Leadership and the first reading come in any order; deciding needs both. */
    private void leadWhenSynced() {
        if (leads.get() && synced() && !stopped.get()) {
            engine.lead(context.options().election().enabled() ? SETTLE : Duration.ZERO);
            reconcilers.ifPresent(Reconcilers::reconcileAll);
        }
    }

    private void publish(Decider decider, Instant now) {
        if (now.isBefore(nextPublish) || !engine.takeChanged()) {
            return;
        }
        long begun = System.nanoTime();
        Views views = decider.views();
        Standing standing = ContractViews.standing(decider.scheduler(), views, now);
        board.publish(
                views,
                standing.contracts(),
                engine.besideKueue(),
                decider.scheduler().moveProposals());
        gauges.show(decider.scheduler(), views, standing, engine.pods(), now);
        nextPublish = now.plus(pause(Duration.ofNanos(System.nanoTime() - begun)));
    }

    /** What is computed grows with the gangs that there are; decisions must not wait for it. */
    private static Duration pause(Duration took) {
        Duration pause = took.multipliedBy(PUBLISH_SHARE);
        if (pause.compareTo(PUBLISH_INTERVAL) < 0) {
            return PUBLISH_INTERVAL;
        }
        return pause.compareTo(LONGEST_PUBLISH_INTERVAL) < 0 ? pause : LONGEST_PUBLISH_INTERVAL;
    }

    @Override
    public List<String> unsynced() {
        List<String> missing = new ArrayList<>(engine.unsynced());
        if (!reconcilers.map(Reconcilers::isSynced).orElse(false)) {
            missing.add("gpupools");
            missing.add("tenantcontracts");
        }
        return missing;
    }

    @Override
    public Optional<String> stalled() {
        boolean watching = reconcilers.map(Reconcilers::isHealthy).orElse(true);
        if (!watching) {
            return Optional.of("a watch of pools or contracts has ended");
        }
        Instant last = engine.lastTurn();
        boolean turning =
                last.equals(Instant.EPOCH) || last.isAfter(clock.instant().minus(STALLED_AFTER));
        return turning ? Optional.empty() : Optional.of("the decision loop has not turned since " + last);
    }

    @Override
    public void stop(Duration limit) {
        stopped.set(true);
        engine.close();
        journal.ifPresent(JournalWriter::close);
        policies.ifPresent(PolicyWatch::close);
        reconcilers.ifPresent(Reconcilers::close);
    }
}
