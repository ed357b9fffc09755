package dev.offtake.translate;

import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractSpec;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.SubTenant;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link TenantContract} objects as {@link Contract} values, and what keeps them from being admitted. */
public final class Contracts {
    /** There is no pool of a commitment's class. */
    public static final String NO_POOL_OF_CLASS = "NoPoolOfClass";

    /** No pool of the class can sell by a commitment's unit. */
    public static final String UNKNOWN_UNIT = "UnknownUnit";

    /** Cells of the unit have different sizes in the pools of the class. */
    public static final String UNEQUAL_UNIT = "UnequalUnit";

    /** The terms contradict themselves. */
    public static final String INVALID_TERMS = "InvalidTerms";

    /** The contract is a proposal. */
    public static final String NOT_ADMITTED = "NotAdmitted";

    private Contracts() {}

    /** The contract as it was admitted; a proposal is invalid with {@link #NOT_ADMITTED}. */
    public static Checked<Contract> of(TenantContract contract) {
        @Nullable TenantContractStatus status = contract.getStatus();
        @Nullable Instant admittedAt = status == null ? null : status.admittedAt();
        if (admittedAt == null) {
            return new Checked.Invalid<>(List.of(new Problem(
                    NOT_ADMITTED, "status.admittedAt", "status.admittedAt is not set: the contract is a proposal")));
        }
        return of(contract, admittedAt);
    }

    /** The contract as it will be when it is admitted at this instant. */
    public static Checked<Contract> of(TenantContract contract, Instant admittedAt) {
        TenantContractSpec spec = contract.getSpec();
        List<Problem> problems = new ArrayList<>();
        Optional<Interval> term =
                interval("spec.term", spec.term().start(), spec.term().end(), problems);
        List<Commitment> commitments = new ArrayList<>();
        for (TenantContractSpec.Commitment commitment : spec.commitments()) {
            List<Tranche> tranches = new ArrayList<>();
            for (TenantContractSpec.Tranche tranche : commitment.tranches()) {
                @Nullable Instant end = tranche.end();
                interval(
                                field(commitment, "tranches[" + tranche.name() + "]"),
                                tranche.due(),
                                end == null ? spec.term().end() : end,
                                problems)
                        .ifPresent(due -> tranches.add(new Tranche(tranche.name(), tranche.quantity(), due)));
            }
            TenantContractSpec.@Nullable OnDemand onDemand = commitment.onDemand();
            commitments.add(new Commitment(
                    commitment.name(),
                    commitment.gpuClass(),
                    commitment.unit(),
                    tranches,
                    onDemand == null ? 0 : onDemand.gpus(),
                    lending(commitment.lending()),
                    commitment.preemption() == TenantContractSpec.Preemption.LOWER_PRIORITY,
                    commitment.moves() == TenantContractSpec.Moves.WITH_NOTICE));
        }
        if (term.isEmpty() || !problems.isEmpty()) {
            return new Checked.Invalid<>(problems);
        }
        return new Checked.Valid<>(new Contract(
                contract.getMetadata().getName(),
                spec.tenant(),
                term.get(),
                admittedAt,
                commitments,
                Optional.ofNullable(spec.timeToPlace()).flatMap(GoDurations::parseOrZero),
                spec.subTenants().stream().map(Contracts::subTenant).toList()));
    }

    private static SubTenant subTenant(TenantContractSpec.SubTenant subTenant) {
        @Nullable Integer weight = subTenant.weight();
        @Nullable Integer cap = subTenant.maxPriority();
        return new SubTenant(
                subTenant.name(), weight == null ? 1 : weight, cap == null ? OptionalInt.empty() : OptionalInt.of(cap));
    }

    /** What is not said is as by default. */
    private static Lending lending(TenantContractSpec.@Nullable Lending lending) {
        if (lending == null) {
            return Lending.DEFAULT;
        }
        return new Lending(
                lending.policy() != TenantContractSpec.Policy.NEVER,
                duration(lending.notice(), Lending.DEFAULT.notice()),
                duration(lending.minRuntime(), Lending.DEFAULT.minRuntime()));
    }

    private static Duration duration(@Nullable String text, Duration otherwise) {
        return Optional.ofNullable(text).flatMap(GoDurations::parseOrZero).orElse(otherwise);
    }

    private static Optional<Interval> interval(String field, Instant start, Instant end, List<Problem> problems) {
        if (end.isAfter(start)) {
            return Optional.of(new Interval(start, end));
        }
        problems.add(Problem.of(
                INVALID_TERMS, field + ".end", end, "is not after the start " + start + "; set a later end"));
        return Optional.empty();
    }

    /** Why the terms cannot be kept with these pools, one problem per commitment at most; empty if nothing is wrong. */
    public static List<Problem> problems(TenantContract contract, Collection<Pool> pools) {
        List<Problem> problems = new ArrayList<>();
        for (TenantContractSpec.Commitment commitment : contract.getSpec().commitments()) {
            List<Pool> ofClass = pools.stream()
                    .filter(pool -> pool.gpuClass().equals(commitment.gpuClass()))
                    .sorted(Comparator.comparing(Pool::name))
                    .toList();
            if (ofClass.isEmpty()) {
                problems.add(noPool(commitment, pools));
            } else {
                unit(commitment, ofClass).ifPresent(problems::add);
            }
        }
        return List.copyOf(problems);
    }

    private static Problem noPool(TenantContractSpec.Commitment commitment, Collection<Pool> pools) {
        TreeSet<String> classes = pools.stream().map(Pool::gpuClass).collect(Collectors.toCollection(TreeSet::new));
        String fix = classes.isEmpty()
                ? "there is no GPUPool yet: apply one"
                : "use one of " + String.join(", ", classes) + ", or apply a GPUPool of the class";
        return Problem.of(
                NO_POOL_OF_CLASS,
                field(commitment, "gpuClass"),
                commitment.gpuClass(),
                "is the class of no GPUPool" + Spelling.hint(commitment.gpuClass(), classes) + "; " + fix);
    }

    private static Optional<Problem> unit(TenantContractSpec.Commitment commitment, List<Pool> pools) {
        String field = field(commitment, "unit");
        String unit = commitment.unit();
        List<Pool> serving = pools.stream()
                .filter(pool -> Units.gpus(pool, unit).isPresent())
                .toList();
        String sellable = String.join(", ", Units.sellable(pools));
        if (serving.isEmpty() && Units.has(pools, unit)) {
            String names = pools.stream()
                    .filter(pool -> pool.levelNames().contains(unit))
                    .map(Pool::name)
                    .collect(Collectors.joining(", "));
            return Optional.of(Problem.of(
                    UNKNOWN_UNIT,
                    field,
                    unit,
                    "is a level of undeclared size in GPUPool " + names + "; declare nodes of the level in"
                            + " spec.topology there, or use one of " + sellable));
        }
        if (serving.isEmpty()) {
            return Optional.of(Problem.of(
                    UNKNOWN_UNIT,
                    field,
                    unit,
                    "is a level of no GPUPool of class " + commitment.gpuClass()
                            + Spelling.hint(unit, Units.sellable(pools)) + "; use one of " + sellable));
        }
        long sizes = serving.stream()
                .map(pool -> Units.gpus(pool, unit))
                .mapToInt(OptionalInt::getAsInt)
                .distinct()
                .count();
        if (sizes == 1) {
            return Optional.empty();
        }
        String each = serving.stream()
                .map(pool -> Units.gpus(pool, unit).getAsInt() + " GPUs in " + pool.name())
                .collect(Collectors.joining(", "));
        return Optional.of(Problem.of(
                UNEQUAL_UNIT,
                field,
                unit,
                "has not one size in the GPUPools of class " + commitment.gpuClass() + ": " + each
                        + "; use unit node or gpu where those are equal, or give pools of different size different"
                        + " classes"));
    }

    private static String field(TenantContractSpec.Commitment commitment, String name) {
        return "spec.commitments[" + commitment.name() + "]." + name;
    }
}
