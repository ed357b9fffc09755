package dev.offtake.schedule;

import dev.offtake.placement.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pods that were seen before their gang was. */
final class Orphans {
    private final Map<GangId, Map<String, Orphan>> byGang = new HashMap<>();

    private record Orphan(PodFacts pod, Shape shape) {}

    void put(PodFacts pod, Shape shape) {
        byGang.computeIfAbsent(pod.gang(), g -> new LinkedHashMap<>()).put(pod.uid(), new Orphan(pod, shape));
    }

    void remove(GangId gang, String podUid) {
        Map<String, Orphan> pods = byGang.get(gang);
        if (pods != null && pods.remove(podUid) != null && pods.isEmpty()) {
            byGang.remove(gang);
        }
    }

    /** The pods of a gang, which are orphans no longer. */
    Map<PodFacts, Shape> take(GangId gang) {
        Map<String, Orphan> pods = byGang.remove(gang);
        Map<PodFacts, Shape> taken = new LinkedHashMap<>();
        if (pods != null) {
            pods.values().forEach(orphan -> taken.put(orphan.pod(), orphan.shape()));
        }
        return taken;
    }
}
