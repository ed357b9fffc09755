package dev.offtake.bench.proof;

import java.util.Map;
import java.util.Optional;

/** Somebody who finds places. */
interface Allocator {
    /** Pods by node for a claim on a commitment, or none. */
    Optional<Map<String, Integer>> claim(Wish wish);

    /** Pods by node for work above it, that cannot be evicted either. */
    Optional<Map<String, Integer>> onDemand(Wish wish);

    /** Lends what is idle, if it does such things. */
    void lend(Wish wish);

    /** What it placed is gone. */
    void release(Wish wish, boolean reserved, Map<String, Integer> pods);

    /** A node failed, or came back. */
    void changed(Machine machine);
}
