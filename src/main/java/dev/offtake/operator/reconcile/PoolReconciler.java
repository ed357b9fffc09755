package dev.offtake.operator.reconcile;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolSpec;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.fleet.Pool;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.placement.PoolView;
import dev.offtake.translate.Checked;
import dev.offtake.translate.Pools;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** GPUPools: hands right ones over, and says in their status what is wrong or what they have. */
final class PoolReconciler implements Reconciler<GPUPool> {
    private final PrimaryEvents<GPUPool> events = new PrimaryEvents<>("pool-status");
    private final Arrivals arrivals = new Arrivals();
    private final Handover<Pool> handover;
    private final StatusBoard board;
    private final StatusWriter writer;
    private final BooleanSupplier leading;
    private final Supplier<PolicyState> policies;
    private final Clock clock;
    private final Runnable poolsChanged;

    /** @param poolsChanged called whenever other pools may serve contracts than before */
    PoolReconciler(
            Inbox inbox,
            StatusBoard board,
            StatusWriter writer,
            BooleanSupplier leading,
            Supplier<PolicyState> policies,
            Clock clock,
            Runnable poolsChanged) {
        handover = new Handover<>(inbox::putPool, inbox::removePool);
        this.board = board;
        this.writer = writer;
        this.leading = leading;
        this.policies = policies;
        this.clock = clock;
        this.poolsChanged = poolsChanged;
        board.onPoolChange(events::fire);
    }

    @Override
    public List<EventSource<?, GPUPool>> prepareEventSources(EventSourceContext<GPUPool> context) {
        return events.sources(context);
    }

    @Override
    public UpdateControl<GPUPool> reconcile(GPUPool pool, Context<GPUPool> context) {
        String name = pool.getMetadata().getName();
        Checked<Pool> checked = Pools.of(pool);
        Optional<Pool> value = context.isPrimaryResourceDeleted() ? Optional.empty() : checked.toOptional();
        boolean news = value.isPresent() ? handover.put(name, value.get()) : handover.remove(name);
        if (value.isPresent() || context.isPrimaryResourceDeleted()) {
            board.validPool(name);
        } else {
            board.invalidPool(name, gpuClass(pool));
        }
        boolean first = !arrivals.isComplete();
        arrivals.seen(name);
        if (news || (first && arrivals.isComplete())) {
            poolsChanged.run();
        }
        if (!context.isPrimaryResourceDeleted() && leading.getAsBoolean()) {
            status(pool, checked).filter(s -> !s.equals(pool.getStatus())).ifPresent(status -> {
                pool.setStatus(status);
                writer.write(pool);
            });
        }
        return UpdateControl.noUpdate();
    }

    private static String gpuClass(GPUPool pool) {
        return Optional.ofNullable(pool.getSpec()).map(GPUPoolSpec::gpuClass).orElse("");
    }

    /** Empty while nothing is known yet of the pool as it is specified now. */
    private Optional<GPUPoolStatus> status(GPUPool pool, Checked<Pool> checked) {
        PoolStatuses statuses = new PoolStatuses(pool, policies.get(), clock.instant());
        if (checked instanceof Checked.Valid<Pool> valid) {
            Optional<PoolView> view =
                    board.pool(valid.value().name()).filter(v -> v.pool().equals(valid.value()));
            return view.map(
                    v -> statuses.of(v, board.moveProposals(valid.value().name())));
        }
        return Optional.of(statuses.invalid(checked.problemList()));
    }

    PrimaryEvents<GPUPool> events() {
        return events;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** The right pools, by name. */
    List<Pool> pools() {
        return handover.values();
    }

    /** Removes pools whose deletion was missed. */
    void audit() {
        board.retainInvalid(events::has);
        if (handover.retain(events::has)) {
            poolsChanged.run();
        }
    }
}
