package dev.offtake.operator.reconcile;

import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.contract.Contract;
import dev.offtake.contract.ReclaimTime;
import dev.offtake.fleet.Pool;
import dev.offtake.translate.Contracts;
import dev.offtake.translate.Problem;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * TenantContracts: admits those that can be kept, hands over those whose admission is durable, and says in their status
 * what is wrong or what they have.
 */
final class ContractReconciler implements Reconciler<TenantContract> {
    /** A clock that is set meanwhile is noticed after that time. */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final PrimaryEvents<TenantContract> events = new PrimaryEvents<>("contract-status");
    private final Arrivals arrivals = new Arrivals();
    private final Admissions admissions = new Admissions();
    private final Handover<Contract> handover;
    private final StatusBoard board;
    private final StatusWriter writer;
    private final BooleanSupplier leading;
    private final Clock clock;
    private final Supplier<Optional<List<Pool>>> pools;
    /** The smallest by class when it was last looked at; empty as long as not all contracts have been. */
    private Optional<Map<String, Duration>> timesToPlace = Optional.empty();

    /** @param pools all right pools; empty as long as not all have been looked at */
    ContractReconciler(
            Inbox inbox,
            StatusBoard board,
            StatusWriter writer,
            BooleanSupplier leading,
            Clock clock,
            Supplier<Optional<List<Pool>>> pools) {
        handover = new Handover<>(inbox::putContract, inbox::removeContract);
        this.board = board;
        this.writer = writer;
        this.leading = leading;
        this.clock = clock;
        this.pools = pools;
        board.onContractChange(events::fire);
    }

    @Override
    public List<EventSource<?, TenantContract>> prepareEventSources(EventSourceContext<TenantContract> context) {
        return events.sources(context);
    }

    @Override
    public UpdateControl<TenantContract> reconcile(TenantContract contract, Context<TenantContract> context) {
        String name = contract.getMetadata().getName();
        if (context.isPrimaryResourceDeleted()) {
            handover.remove(name);
            admissions.forget(contract);
        } else {
            handOver(contract);
        }
        arrivals.seen(name);
        Instant now = clock.instant();
        Optional<Map<String, Duration>> times = timesToPlace(now);
        Optional<List<Pool>> known = pools.get();
        if (context.isPrimaryResourceDeleted() || !leading.getAsBoolean() || known.isEmpty()) {
            return UpdateControl.noUpdate();
        }
        return write(contract, known.get(), times, now);
    }

    /** What one contract agrees on is the measure for all that lend GPUs of its classes: they are looked at again. */
    private synchronized Optional<Map<String, Duration>> timesToPlace(Instant now) {
        Optional<Map<String, Duration>> times = arrivals.isComplete()
                ? Optional.of(ReclaimTime.smallestByClass(handover.values(), now))
                : Optional.empty();
        if (!times.equals(timesToPlace)) {
            timesToPlace = times;
            events.fireAll();
        }
        return times;
    }

    /** Only what the API server has as admitted counts: else a restart could admit in another order. */
    private void handOver(TenantContract contract) {
        String name = contract.getMetadata().getName();
        Optional<Contract> admitted = admissions
                .admittedAt(contract)
                .flatMap(at -> Contracts.of(contract, at).toOptional());
        if (admitted.isPresent()) {
            handover.put(name, admitted.get());
        } else {
            handover.remove(name);
        }
    }

    private UpdateControl<TenantContract> write(
            TenantContract contract, List<Pool> all, Optional<Map<String, Duration>> times, Instant now) {
        List<Problem> problems = problems(contract, all);
        Optional<Instant> admittedAt = admissions.admittedAt(contract);
        if (admittedAt.isEmpty() && problems.isEmpty()) {
            admittedAt = Optional.of(admissions.instant(
                    contract, events.all().toList(), c -> problems(c, all).isEmpty(), now));
        } else if (admittedAt.isEmpty()) {
            admissions.withdraw(contract);
        }
        Optional<Contract> admitted =
                admittedAt.flatMap(at -> Contracts.of(contract, at).toOptional());
        ContractStatuses statuses = new ContractStatuses(contract, problems, now);
        TenantContractStatus status = admitted.isPresent()
                ? statuses.admitted(
                        admitted.get(),
                        board.contract(contract.getMetadata().getName())
                                .filter(v -> v.contract().equals(admitted.get())),
                        board.besideKueue(contract.getMetadata().getName()),
                        times)
                : statuses.proposed();
        if (!status.equals(contract.getStatus())) {
            contract.setStatus(status);
            writer.write(contract).ifPresent(this::handOver);
        }
        return admitted.flatMap(c -> c.next(now))
                .map(change -> Duration.between(now, change.at()))
                .map(wait -> UpdateControl.<TenantContract>noUpdate()
                        .rescheduleAfter(wait.compareTo(LONGEST_SLEEP) < 0 ? wait.plusMillis(1) : LONGEST_SLEEP))
                .orElseGet(UpdateControl::noUpdate);
    }

    /** What keeps the contract from being admitted or kept; the terms themselves first. */
    private static List<Problem> problems(TenantContract contract, List<Pool> pools) {
        List<Problem> problems =
                new ArrayList<>(Contracts.of(contract, Instant.EPOCH).problemList());
        problems.addAll(Contracts.problems(contract, pools));
        return problems;
    }

    PrimaryEvents<TenantContract> events() {
        return events;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** Removes contracts whose deletion was missed. */
    void audit() {
        if (handover.retain(events::has)) {
            Optional<Map<String, Duration>> unused = timesToPlace(clock.instant());
        }
    }
}
