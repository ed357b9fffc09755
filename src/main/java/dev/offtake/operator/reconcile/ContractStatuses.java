package dev.offtake.operator.reconcile;

import dev.offtake.api.Condition.Status;
import dev.offtake.api.OfftakeLabels;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.contract.Contract;
import dev.offtake.contract.ReclaimTime;
import dev.offtake.schedule.ContractView;
import dev.offtake.translate.Problem;
import dev.offtake.translate.ReclaimTimeText;
import dev.offtake.translate.ShortageText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the status of a TenantContract. */
final class ContractStatuses {
    private static final int MOST_NAMESPACES = 8;

    private final Optional<TenantContractStatus> before;
    private final List<Problem> problems;
    private final Instant now;
    private final long generation;
    private final ConditionSet conditions;

    /** @param problems what keeps the contract from being kept */
    ContractStatuses(TenantContract contract, List<Problem> problems, Instant now) {
        this.problems = problems;
        this.now = now;
        before = Optional.ofNullable(contract.getStatus());
        generation = Optional.ofNullable(contract.getMetadata().getGeneration()).orElse(0L);
        conditions =
                new ConditionSet(before.map(TenantContractStatus::conditions).orElse(List.of()), generation, now);
    }

    /** A contract that is not admitted: nothing of it is used. */
    @SuppressWarnings("NullAway") // absent fields of a status are null for Jackson
    TenantContractStatus proposed() {
        addFeasible("");
        return new TenantContractStatus(
                generation,
                TenantContractStatus.Lifecycle.PROPOSED,
                null,
                null,
                List.of(),
                List.of(),
                null,
                conditions.list());
    }

    /**
     * Of a contract that is admitted.
     *
     * @param view of just these terms; without it the counts of the status stay
     * @param besideKueue namespaces in which Kueue manages work as well
     * @param timesToPlace the smallest of each class, of all contracts; without them what was said of them stays
     */
    @SuppressWarnings("NullAway") // absent fields of a status are null for Jackson
    TenantContractStatus admitted(
            Contract contract,
            Optional<ContractView> view,
            List<BesideKueue> besideKueue,
            Optional<Map<String, Duration>> timesToPlace) {
        addFeasible("all commitments have pools that know their unit");
        addGuarantee(view);
        addReclaim(contract, timesToPlace);
        addKueue(view.isPresent(), besideKueue);
        return new TenantContractStatus(
                generation,
                lifecycle(contract.lifecycle(now)),
                contract.admittedAt(),
                view.map(v -> gpus(v.gpus()))
                        .or(() -> before.map(TenantContractStatus::gpus))
                        .orElse(null),
                view.map(v -> v.tranches().stream()
                                .map(ContractStatuses::tranche)
                                .toList())
                        .or(() -> before.map(TenantContractStatus::tranches))
                        .orElse(List.of()),
                view.map(v -> v.subTenants().stream()
                                .map(ContractStatuses::subTenant)
                                .toList())
                        .or(() -> before.map(TenantContractStatus::subTenants))
                        .orElse(List.of()),
                contract.next(now).map(ContractStatuses::next).orElse(null),
                conditions.list());
    }

    private void addFeasible(String message) {
        if (problems.isEmpty()) {
            conditions.add(TenantContract.FEASIBLE, Status.TRUE, "Admitted", message);
        } else {
            conditions.add(
                    TenantContract.FEASIBLE, Status.FALSE, problems.get(0).reason(), Problem.join(problems));
        }
    }

    private void addGuarantee(Optional<ContractView> view) {
        if (view.isEmpty()) {
            keep(TenantContract.GUARANTEE_MET);
            return;
        }
        List<ContractView.Shortage> shortages = view.get().shortages();
        if (shortages.isEmpty()) {
            conditions.add(
                    TenantContract.GUARANTEE_MET,
                    Status.TRUE,
                    "SupplySuffices",
                    "all that is committed now can be had");
            return;
        }
        boolean waits = shortages.stream().anyMatch(s -> s.waitingGpus() > 0);
        conditions.add(
                TenantContract.GUARANTEE_MET,
                Status.FALSE,
                waits ? "DemandWaits" : "SupplyShort",
                shortages.stream().map(ContractStatuses::shortage).collect(Collectors.joining("; ")));
    }

    /** Nothing is said where nothing was agreed, nothing is lent, or nothing is owed any more. */
    private void addReclaim(Contract contract, Optional<Map<String, Duration>> timesToPlace) {
        if (timesToPlace.isEmpty()) {
            keep(TenantContract.RECLAIM_IN_TIME);
            return;
        }
        List<ReclaimTime> times = ReclaimTime.of(contract, timesToPlace.get());
        if (times.isEmpty() || contract.lifecycle(now) == Contract.Lifecycle.EXPIRED) {
            return;
        }
        List<ReclaimTime> late = times.stream().filter(t -> !t.isInTime()).toList();
        if (late.isEmpty()) {
            conditions.add(
                    TenantContract.RECLAIM_IN_TIME,
                    Status.TRUE,
                    "WithinTimeToPlace",
                    "what is lent can be taken back within the smallest timeToPlace of its class");
        } else {
            conditions.add(
                    TenantContract.RECLAIM_IN_TIME,
                    Status.FALSE,
                    "NoticeExceedsTimeToPlace",
                    late.stream().map(ReclaimTimeText::of).collect(Collectors.joining("; ")));
        }
    }

    /** What was said before is all that is known. */
    private void keep(String type) {
        before.stream()
                .flatMap(s -> s.conditions().stream())
                .filter(c -> c.type().equals(type))
                .forEach(c -> conditions.add(c.type(), c.status(), c.reason(), c.message()));
    }

    /** Two that hold and release the same pods wait for each other, or count them twice. */
    private void addKueue(boolean known, List<BesideKueue> all) {
        if (!known) {
            keep(TenantContract.KUEUE_CONFLICT);
            return;
        }
        List<BesideKueue> enforced = all.stream().filter(BesideKueue::enforced).toList();
        String fix = "take their work out of Kueue's queues (label kueue.x-k8s.io/queue-name), or the label "
                + OfftakeLabels.TENANT + " off the namespace";
        if (!enforced.isEmpty()) {
            conditions.add(
                    TenantContract.KUEUE_CONFLICT,
                    Status.TRUE,
                    "NamespaceOfBoth",
                    "Kueue manages work that this contract places, too: " + namespaces(enforced)
                            + "; a namespace belongs to one of them: " + fix);
        } else if (!all.isEmpty()) {
            conditions.add(
                    TenantContract.KUEUE_CONFLICT,
                    Status.FALSE,
                    "OnlyReported",
                    "Kueue manages work of namespaces that are not enforced, which is in order: " + namespaces(all)
                            + "; before they are enforced, " + fix);
        }
    }

    private static String namespaces(List<BesideKueue> all) {
        return all.stream()
                        .limit(MOST_NAMESPACES)
                        .map(b -> "namespace " + b.namespace() + " (" + b.example() + ")")
                        .collect(Collectors.joining(", "))
                + (all.size() > MOST_NAMESPACES ? " and " + (all.size() - MOST_NAMESPACES) + " more" : "");
    }

    private static String shortage(ContractView.Shortage s) {
        return ShortageText.of(s) + " now"
                + (s.waitingGpus() > 0 ? ", and work on it waits for " + s.waitingGpus() + " GPUs" : "");
    }

    private static TenantContractStatus.Lifecycle lifecycle(Contract.Lifecycle lifecycle) {
        return switch (lifecycle) {
            case PENDING -> TenantContractStatus.Lifecycle.PENDING;
            case ACTIVE -> TenantContractStatus.Lifecycle.ACTIVE;
            case EXPIRED -> TenantContractStatus.Lifecycle.EXPIRED;
        };
    }

    private static TenantContractStatus.Gpus gpus(ContractView.Gpus g) {
        return new TenantContractStatus.Gpus(
                g.committed(), g.entitled(), g.used(), g.onDemand(), g.waiting(), g.beyond());
    }

    private static TenantContractStatus.Tranche tranche(ContractView.TrancheView t) {
        return new TenantContractStatus.Tranche(
                t.commitment() + "/" + t.tranche().name(),
                t.tranche().due().start(),
                t.tranche().quantity(),
                t.entitled(),
                t.claimed(),
                t.bound(),
                t.boundIdleGpus());
    }

    @SuppressWarnings("NullAway") // absent fields of a status are null for Jackson
    private static TenantContractStatus.SubTenant subTenant(ContractView.SubTenantView s) {
        String name = s.subTenant().name();
        return new TenantContractStatus.SubTenant(name.isEmpty() ? null : name, s.used(), s.share());
    }

    @SuppressWarnings("NullAway") // absent fields of a status are null for Jackson
    private static TenantContractStatus.Next next(Contract.Change change) {
        TenantContractStatus.Change what = switch (change.what()) {
            case TERM_START -> TenantContractStatus.Change.TERM_START;
            case TERM_END -> TenantContractStatus.Change.TERM_END;
            case TRANCHE_DUE -> TenantContractStatus.Change.TRANCHE_DUE;
            case TRANCHE_END -> TenantContractStatus.Change.TRANCHE_END;
        };
        return new TenantContractStatus.Next(change.at(), what, change.tranche().isEmpty() ? null : change.tranche());
    }
}
