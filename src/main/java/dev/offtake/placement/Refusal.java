package dev.offtake.placement;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a gang was not placed: a fixed code and its numbers. Text is made at the edge.
 *
 * @param numbers in the order in which they are told
 */
public record Refusal(Code code, Map<String, String> numbers) {
    /** What stands in the way; the numbers that go with a code are those of {@link Explanation}. */
    public enum Code {
        /** The account has used up what it may use. */
        QUOTA_REACHED,
        /** It would fit, but what is left is kept for gangs that came before. */
        BEHIND_IN_QUEUE,
        /** GPUs remain inside the account's bound cells, but not in the shape that is asked for. */
        OWN_FRAGMENTATION,
        /** Not enough GPUs are free that are not promised to others. */
        INSUFFICIENT_GPUS,
        /** Enough GPUs are free, but not in whole cells of the level that is needed. */
        INSUFFICIENT_WHOLE_CELLS,
        /** GPUs are free, but not enough of another resource beside them. */
        INSUFFICIENT_RESOURCES,
        /** No node meets the selectors, affinities and tolerations of the pods. */
        CONSTRAINTS_MATCH_NO_NODE,
        /** Too large even for an empty pool. */
        NEVER_FITS,
        /** There is no pool of the class, or none that knows the commitment's unit. */
        NO_POOL_OF_CLASS
    }

    public Refusal {
        numbers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
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
