package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Who leaves one node and who could: each gang in as many parts as it has to spare, or as a whole. Mutable. */
final class NodeLeavers {
    private final String node;
    private final List<Evictables.Victim> staying = new ArrayList<>();
    private final List<Evictables.Victim> leaving = new ArrayList<>();
    private final List<Evictables.Victim> more = new ArrayList<>();

    /**
     * @param there who has evictable pods on the node
     * @param going who goes in any case, from this node or another
     */
    NodeLeavers(String node, List<? extends Evictables.Victim> there, Set<Evictables.Victim> going) {
        this.node = node;
        boolean anyParts = false;
        for (Evictables.Victim victim : there) {
            anyParts |= victim.spare().isPresent();
        }
        Set<Object> wholes = new HashSet<>();
        Map<Object, Integer> partsGoing = new HashMap<>();
        if (anyParts) {
            for (Evictables.Victim victim : going) {
                if (isWhole(victim)) {
                    wholes.add(victim.gang());
                } else if (victim.cost() > 0) {
                    partsGoing.merge(victim.sparedOf(), 1, Integer::sum);
                }
            }
            there.stream()
                    .filter(victim -> isWhole(victim) && victim.cost() == 0)
                    .forEach(leaves -> wholes.add(leaves.gang()));
        }
        for (Evictables.Victim victim : there) {
            boolean isPart = victim.spare().isPresent();
            if (isPart && wholes.contains(victim.gang())) {
                continue;
            }
            if (going.contains(victim)) {
                leaving.add(victim);
            } else if (victim.cost() == 0) {
                leaving.add(victim);
                more.add(victim);
            } else if (!isPart
                    || partsGoing.merge(victim.sparedOf(), 1, Integer::sum)
                            <= victim.spare().getAsInt()) {
                staying.add(victim);
            }
        }
    }

    String node() {
        return node;
    }

    /** Those who could go. */
    List<Evictables.Victim> staying() {
        return staying;
    }

    /** Those who go, each pod of them once. */
    List<Evictables.Victim> leaving() {
        return leaving;
    }

    /** Those of them who would not go in any case. */
    List<Evictables.Victim> more() {
        return more;
    }

    /** Whether it would be news that it goes. */
    boolean mayAdd(Evictables.Victim victim) {
        return leaving.stream().noneMatch(l -> l == victim || (isWhole(l) && l.gang() == victim.gang()));
    }

    void add(Evictables.Victim victim) {
        if (isWhole(victim)) {
            // Its parts go with it.
            leaving.removeIf(part -> part.gang() == victim.gang());
            more.removeIf(part -> part.gang() == victim.gang());
        }
        leaving.add(victim);
        more.add(victim);
    }

    /** Takes back whose leaving is news and of no use, the dearest first. */
    void keepUnless(BooleanSupplier lacks) {
        List<Evictables.Victim> dearestFirst = new ArrayList<>(more);
        dearestFirst.removeIf(victim -> victim.cost() == 0);
        dearestFirst.sort(Comparator.comparingDouble(victim -> -victim.cost()));
        for (Evictables.Victim victim : dearestFirst) {
            int at = leaving.indexOf(victim);
            leaving.remove(at);
            if (lacks.getAsBoolean()) {
                leaving.add(at, victim);
            } else {
                more.remove(victim);
            }
        }
    }

    private static boolean isWhole(Evictables.Victim victim) {
        return victim.spare().isEmpty();
    }

    /** GPUs that it would leave beside those who go. */
    int gpus(Evictables.Victim victim) {
        int gpus = all(victim);
        for (Evictables.Victim part : leaving) {
            if (isWhole(victim) && part != victim && part.gang() == victim.gang()) {
                gpus -= all(part);
            }
        }
        return gpus;
    }

    private int all(Evictables.Victim victim) {
        int gpus = 0;
        for (Map.Entry<Shape, Integer> pods : victim.pods(node).entrySet()) {
            gpus += pods.getKey().gpus() * pods.getValue();
        }
        return gpus;
    }
}
