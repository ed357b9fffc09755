package dev.offtake.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long it may take until what a commitment lends is taken back, beside how soon work of its class is to be placed.
 *
 * @param timeToPlace the smallest of the class, of the lender's contract and of those that are in their term
 * @param agreedByLender whether that is what the lender's own contract says
 */
public record ReclaimTime(Commitment lender, Duration timeToPlace, boolean agreedByLender) {

    /** Who borrowed just before runs for its least time, then has its notice. */
    public Duration longest() {
        return lender.lending().minRuntime().plus(lender.lending().notice());
    }

    public boolean isInTime() {
        return longest().compareTo(timeToPlace) <= 0;
    }

    /** The smallest time to place by class, of contracts in their term; none for a class where nothing was agreed. */
    public static Map<String, Duration> smallestByClass(Collection<Contract> admitted, Instant now) {
        Map<String, Duration> smallest = new TreeMap<>();
        for (Contract contract : admitted) {
            if (contract.lifecycle(now) == Contract.Lifecycle.ACTIVE) {
                contract.timeToPlace()
                        .ifPresent(time -> contract.commitments()
                                .forEach(c -> smallest.merge(c.gpuClass(), time, ReclaimTime::smaller)));
            }
        }
        return Map.copyOf(smallest);
    }

    private static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /**
     * Of all commitments of a contract that lend, where something was agreed for their class.
     *
     * @param smallest by class, as {@link #smallestByClass} has it
     */
    public static List<ReclaimTime> of(Contract contract, Map<String, Duration> smallest) {
        return contract.commitments().stream()
                .filter(c -> c.lending().allowed() && !c.tranches().isEmpty())
                .flatMap(c -> of(contract, c, Optional.ofNullable(smallest.get(c.gpuClass()))).stream())
                .toList();
    }

    private static Optional<ReclaimTime> of(Contract contract, Commitment commitment, Optional<Duration> ofClass) {
        Optional<Duration> own = contract.timeToPlace();
        return own.map(mine -> smaller(mine, ofClass.orElse(mine)))
                .or(() -> ofClass)
                .map(least -> new ReclaimTime(
                        commitment, least, own.filter(least::equals).isPresent()));
    }
}
