package dev.offtake.fleet;

import java.util.HashMap;
import java.util.Map;

/** Lets nodes of one kind share the table of what they have: a fleet has many nodes of few kinds. */
final class SharedAmounts {
    /** Kinds that are remembered. */
    private static final int MOST = 1024;

    private final Map<Map<String, Long>, Map<String, Long>> known = new HashMap<>();

    /** Equal facts, with the amounts of the first node that had the same. */
    NodeFacts share(NodeFacts facts) {
        Map<String, Long> same = known.putIfAbsent(facts.allocatable(), facts.allocatable());
        if (known.size() > MOST) {
            known.clear();
        }
        return same == null || same == facts.allocatable()
                ? facts
                : new NodeFacts(
                        facts.name(),
                        facts.uid(),
                        facts.labels(),
                        facts.taints(),
                        facts.ready(),
                        facts.unschedulable(),
                        facts.conditions(),
                        same);
    }
}
