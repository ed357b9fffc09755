package dev.offtake.placement;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a gang was placed where it is: what decided among the places that would have held it, and the numbers of the
 * moment before. The cells are those of one level: the innermost of which one holds the whole gang.
 *
 * <p>Each has {@code pool, level, pods, nodes} and, unless the level is the whole pool, the {@code cell}. Where there is
 * something to tell: {@code spans, spansLevel} (how many cells of a level above the node it is spread over),
 * {@code narrower, narrowerMost} (the next level inward, and how many pods of the largest pod set one cell of it had room
 * for), {@code candidates} (cells with room for it, counted up to {@link #MOST_CANDIDATES}), {@code passedOver} (of
 * these, those that come first and did not do), {@code freeNodes, cellNodes} (whole free nodes of the cell, and how many
 * nodes it has), {@code wholeLevel, wholeBefore, wholeAfter} (whole free cells of the pool), {@code preferred,
 * preferredMost} (the preferred level where it is not met, and how many pods one cell of it had room for),
 * {@code evicted, lostGpuSeconds} (gangs that have to go, and what that destroys), {@code poolsWithRoom} (pools in which
 * it would have had a place, where there are several).
 *
 * @param numbers in the order in which they are told
 */
public record Rationale(Code code, Map<String, String> numbers) {
    /** So many cells are looked at. */
    public static final int MOST_CANDIDATES = Search.TRIES;

    /** What decided. */
    public enum Code {
        /** It is in cells that the commitment has bound already. */
        OWN_CELLS,
        /** No other cell of the level had room for it. */
        ONLY_PLACE,
        /** Those that come before it would have broken a promise, or the rest of the gang did not fit there. */
        KEEPS_PROMISES,
        /** The next one has more of what is the owner's already outside of it. */
        MORE_OF_ITS_OWN,
        /** The next one breaks more whole cells. */
        FEWEST_WHOLE_CELLS_BROKEN,
        /** The next one is charged more GPUs for the CPU or the memory of a pod. */
        FEWEST_GPUS_CHARGED,
        /** The next one breaks more whole parts of a node. */
        FEWEST_PARTS_BROKEN,
        /** The next one has more room. */
        TIGHTEST_FIT,
        /** The next one has more free GPUs. */
        LEAST_FREE,
        /** The next one lies in a cell with more free GPUs. */
        FULLEST_ABOVE,
        /** The next one is as good, and is younger. */
        FIRST_OF_EQUALS,
        /** Others have to leave it first, and no place was found that costs less: by the work that is lost, and the cells it spans. */
        LEAST_LOST_WORK
    }

    public Rationale {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }

    /** The same, where it was the best place of one in each of so many pools. */
    Rationale among(int pools) {
        if (pools < 2) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(numbers);
        all.put("poolsWithRoom", String.valueOf(pools));
        return new Rationale(code, all);
    }

    /** The same at the cost of these. */
    Rationale evicting(Collection<Evictables.Victim> victims) {
        if (victims.isEmpty()) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(numbers);
        all.put(
                "evicted",
                String.valueOf(
                        victims.stream().map(Evictables.Victim::gang).distinct().count()));
        all.put(
                "lostGpuSeconds",
                String.valueOf(Math.round(
                        victims.stream().mapToDouble(Evictables.Victim::cost).sum())));
        return new Rationale(Code.LEAST_LOST_WORK, all);
    }
}
