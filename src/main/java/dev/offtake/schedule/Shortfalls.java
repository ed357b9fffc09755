package dev.offtake.schedule;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds among what waits that which stands within a commitment. What others place is kept waiting by them, not by a contract. */
final class Shortfalls {
    private final Accounts accounts;
    private final Views views;
    private final List<Unserved> found = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    /** Units that those ask for who were found among the waiters. */
    private final Map<CommitmentId, Integer> asked = new HashMap<>();

    /** A gang without a place, and what it may draw on. */
    private record Waiter(GangView gang, List<Accounts.Choice> choices) {}

    Shortfalls(Accounts accounts, Views views) {
        this.accounts = accounts;
        this.views = views;
    }

    /** All of it; of gangs without a place the oldest first, up to what is committed. */
    List<Unserved> found() {
        waiters.sort(Comparator.comparing((Waiter w) -> w.gang().spec().createdAt())
                .thenComparing(w -> w.gang().spec().id()));
        waiters.forEach(this::find);
        waiters.clear();
        return found;
    }

    /** Looks at a gang that has its place; pods of it may wait. */
    void placed(GangView gang, CommitmentId commitment, Tier tier) {
        Optional<Reason> reason = gang.waiting();
        if (!gang.reported() && tier == Tier.RESERVED && !gang.rollingBack() && reason.isPresent()) {
            boolean taken = reason.get().code() == Reason.Code.SEATS_TAKEN;
            int gpus = taken ? gpusOfTaken(gang, reason.get()) : gang.waitingGpus();
            if (gpus > 0 && (taken || isWithin(gang, reason.get().code(), commitment))) {
                add(gang, commitment, gpus, reason.get().code());
            }
        }
    }

    /** GPUs of pods that wait for seats which pods hold that are being deleted. */
    private static int gpusOfTaken(GangView gang, Reason reason) {
        int pods = Integer.parseInt(reason.numbers().getOrDefault("terminating", "0"));
        return pods * gang.spec().podSets().get(0).shape().gpus();
    }

    /** Looks at a gang that has no place. */
    void waiting(GangView gang, List<Accounts.Choice> choices) {
        if (!gang.reported()
                && gang.waiting().isPresent()
                && !choices.isEmpty()
                && mayBeWithin(gang.waiting().get().code(), choices.size())) {
            waiters.add(new Waiter(gang, choices));
        }
    }

    /** Most of a long queue waits for its own quota, and is not looked at any further. */
    private static boolean mayBeWithin(Reason.Code code, int choices) {
        return switch (code) {
            case QUOTA_REACHED -> choices > 1;
            case INSUFFICIENT_GPUS,
                    INSUFFICIENT_WHOLE_CELLS,
                    INSUFFICIENT_RESOURCES,
                    NEVER_FITS,
                    NO_POOL_OF_CLASS,
                    BEHIND_IN_QUEUE -> true;
            default -> false;
        };
    }

    private void find(Waiter waiter) {
        GangView gang = waiter.gang();
        Reason.Code code = gang.waiting().orElseThrow().code();
        Accounts.Choice first = waiter.choices().get(0);
        // The reason is that of the first choice, and is told to all gangs that ask for the same.
        boolean within = first.claimant().tier() == Tier.RESERVED && isWithin(gang, code, first.commitment());
        if (within && takes(gang, first.commitment(), !asked.containsKey(first.commitment()))) {
            add(gang, first.commitment(), gang.waitingGpus(), code);
            return;
        }
        Stream<Accounts.Choice> others = switch (code) {
            case BEHIND_IN_QUEUE -> waiter.choices().stream();
            case QUOTA_REACHED, NO_POOL_OF_CLASS, INSUFFICIENT_GPUS, INSUFFICIENT_WHOLE_CELLS ->
                waiter.choices().stream().skip(1);
            default -> Stream.of();
        };
        others.filter(choice -> choice.claimant().tier() == Tier.RESERVED)
                .map(Accounts.Choice::commitment)
                .filter(commitment -> isShort(commitment) && takes(gang, commitment, false))
                .findFirst()
                .ifPresent(commitment -> add(gang, commitment, gang.waitingGpus(), Reason.Code.INSUFFICIENT_GPUS));
    }

    private void add(GangView gang, CommitmentId commitment, int gpus, Reason.Code code) {
        found.add(new Unserved(gang.spec().id(), commitment, gpus, code, isShort(commitment), gang.placed()));
    }

    private boolean isWithin(GangView gang, Reason.Code code, CommitmentId id) {
        Optional<AccountView> account = account(id);
        if (account.isEmpty()) {
            return false;
        }
        return switch (code) {
            case INSUFFICIENT_GPUS, INSUFFICIENT_WHOLE_CELLS -> isShort(id) || !isAboveUnit(gang, id);
            case INSUFFICIENT_RESOURCES, RECLAIMING -> true;
            case NO_POOL_OF_CLASS -> account.get().committed() > 0;
            // Too large for what is left of the pool, not for what was promised.
            case NEVER_FITS -> isShort(id) && gang.waitingGpus() <= unclaimed(account.get());
            default -> false;
        };
    }

    private static int unclaimed(AccountView account) {
        return (account.committed() - account.claimed()) * account.unitGpus();
    }

    /**
     * Whether the gang fits into what is committed, not claimed, and not asked for by older ones; then it is asked for.
     *
     * @param surely whether that is known, as it may fit into cells that are claimed already
     */
    private boolean takes(GangView gang, CommitmentId id, boolean surely) {
        Optional<AccountView> account = account(id);
        int unit = account.map(AccountView::unitGpus).orElse(0);
        int units = unit == 0 ? 0 : (gang.waitingGpus() + unit - 1) / unit;
        int before = asked.getOrDefault(id, 0);
        boolean fits = surely
                || account.filter(a -> a.unitGpus() > 0 && units + before <= a.committed() - a.claimed())
                        .isPresent();
        if (fits) {
            asked.put(id, before + units);
        }
        return fits;
    }

    private Optional<AccountView> account(CommitmentId id) {
        return Optional.ofNullable(views.accounts().get(id.toString()));
    }

    private boolean isShort(CommitmentId id) {
        return account(id).filter(a -> a.entitled() < a.committed()).isPresent();
    }

    /** Whether the gang insists on a shape that the commitment does not promise. */
    private boolean isAboveUnit(GangView gang, CommitmentId id) {
        Optional<Commitment> commitment = accounts.contract(id.contract()).flatMap(c -> commitment(c, id));
        Stream<String> levels = Stream.concat(
                gang.spec().required().stream(),
                gang.spec().podSets().stream().flatMap(p -> p.slice().stream()).map(slice -> slice.level()));
        return commitment.isPresent()
                && levels.anyMatch(level ->
                        isAbove(level, commitment.get().unit(), commitment.get().gpuClass()));
    }

    private static Optional<Commitment> commitment(Contract contract, CommitmentId id) {
        return contract.commitments().stream()
                .filter(c -> c.name().equals(id.commitment()))
                .findFirst();
    }

    private boolean isAbove(String level, String unit, String gpuClass) {
        return views.pools().values().stream()
                .filter(view -> view.pool().gpuClass().equals(gpuClass))
                .map(view -> view.pool().levelNames())
                .anyMatch(names -> names.indexOf(level) >= 0 && names.indexOf(level) < names.indexOf(unit));
    }
}
