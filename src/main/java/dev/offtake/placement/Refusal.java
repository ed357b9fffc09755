package dev.offtake.placement;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a gang was not placed: a fixed code and its numbers. Text is made at the edge.
 *
 * @param numbers in the order in which they are told
 */
public record Refusal(Code code, Map<String, String> numbers) {
    /** Number of a gang that waits for what is lent, and may not be taken back before an instant. */
    public static final String LENT_UNTIL = "lentUntil";

    /** Number of a gang that waits for what is lent, and was to be left by an instant: that. */
    public static final String LATE_SINCE = "lateSince";

    /** The same: where somebody still is. */
    public static final String LATE_NODE = "lateNode";

    /** The same: by its uid, a pod that is still there. */
    public static final String LATE_POD = "latePod";

    /** What stands in the way, with the names of its numbers in order. */
    public enum Code {
        /**
         * The account has used up what it may use: {@code tier, unit, needed, free, claimed, committed}; on demand the
         * unit is {@code gpu} and {@code committed} the limit.
         */
        QUOTA_REACHED,
        /**
         * It would fit, but what is left is kept for gangs that came before: {@code unit, needed, free, kept}, and
         * {@code keptNodes} where it is not how much is left that decides, but where.
         */
        BEHIND_IN_QUEUE,
        /**
         * GPUs remain inside the account's bound cells, but not in the shape that is asked for:
         * {@code unit, needed, freeInBound, freeUnits}, GPUs but for the last.
         */
        OWN_FRAGMENTATION,
        /**
         * Not enough GPUs are free that are not promised to others: {@code needed, free, promised}, {@code unlent} where
         * some have to stay idle, as they may not be lent, and {@code avoided} where it is for the nodes on which the
         * scheduler has refused the gang; or fewer than committed are there at all:
         * {@code level, needed, whole, entitled, committed}.
         */
        INSUFFICIENT_GPUS,
        /**
         * Enough GPUs are free, but not in whole cells of the level that is needed:
         * {@code level, within, neededPods, podsThatFit, freeGpus, promised, unit}, {@code unlent} and {@code avoided} as
         * above, and the {@code cell} that the rest of the gang must not leave; or fewer units than committed are there at
         * all: {@code level, needed, whole, entitled, committed}.
         */
        INSUFFICIENT_WHOLE_CELLS,
        /**
         * GPUs are free, but not enough of another resource beside them:
         * {@code resource, neededPerPod, mostFreeOnANode, podsThatFit, podsWithoutIt}; CPU in thousandths, memory in
         * bytes.
         */
        INSUFFICIENT_RESOURCES,
        /** No node meets the selectors, affinities and tolerations of a pod set: {@code podSet, nodes, avoided}. */
        CONSTRAINTS_MATCH_NO_NODE,
        /**
         * Too large even for an empty pool: {@code level, neededPods, neededGpus, mostPods, mostGpus}; without
         * {@code mostPods} where the pod sets fit one by one only.
         */
        NEVER_FITS,
        /**
         * It would be lent a place, but in too many cells of a level while it is to be compact:
         * {@code level, cells, mostCells}, the cells of the best place that there is.
         */
        NOT_COMPACT,
        /** There is no pool of the class, or none that knows the commitment's unit: {@code class, unit, resource}. */
        NO_POOL_OF_CLASS
    }

    public Refusal {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }

    /** The same with another number. */
    public Refusal with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(numbers);
        more.put(name, value.toString());
        return new Refusal(code, more);
    }

    /** Whether there would be room were what is lent gone. */
    public boolean isByLent() {
        return switch (code) {
            case INSUFFICIENT_WHOLE_CELLS ->
                numbers.containsKey("podsThatFit") && number("podsThatFit") >= number("neededPods");
            case INSUFFICIENT_GPUS ->
                numbers.containsKey("promised") && number("free") - number("promised") >= number("needed");
            default -> false;
        };
    }

    private long number(String name) {
        return Long.parseLong(numbers.getOrDefault(name, "0"));
    }

    static Builder of(Code code) {
        return new Builder(code);
    }

    /** Numbers in order. */
    static final class Builder {
        private final Code code;
        private final Map<String, String> numbers = new LinkedHashMap<>();

        private Builder(Code code) {
            this.code = code;
        }

        Builder with(String name, Object value) {
            numbers.put(name, String.valueOf(value));
            return this;
        }

        Refusal build() {
            return new Refusal(code, numbers);
        }
    }
}
