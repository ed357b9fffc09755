package dev.offtake.schedule;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pods whose gang is not known: they were seen before it, or are left of one that is over. */
final class Orphans {
    private final Map<GangId, Map<String, PodFacts>> byGang = new HashMap<>();

    void put(PodFacts pod) {
        byGang.computeIfAbsent(pod.gang(), g -> new LinkedHashMap<>()).put(pod.uid(), pod);
    }

    void remove(GangId gang, String podUid) {
        Map<String, PodFacts> pods = byGang.get(gang);
        if (pods != null && pods.remove(podUid) != null && pods.isEmpty()) {
            byGang.remove(gang);
        }
    }

    /** The pods of a gang, which are orphans no longer. */
    Collection<PodFacts> take(GangId gang) {
        Map<String, PodFacts> pods = byGang.remove(gang);
        return pods == null ? List.of() : pods.values();
    }
}
