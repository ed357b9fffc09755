package dev.offtake.sim.run;

import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** GPUs of pools and what of them is used, counted anew only for nodes that changed. */
final class Supply {
    private final Fleet fleet;
    private final Map<String, Integer> pools = new HashMap<>();
    private final long[] gpus;
    private final long[] usable;
    private final long[] usedOfUsable;
    private final Map<String, Integer> used = new HashMap<>();
    private final Map<String, OfNode> counted = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private boolean allChanged = true;

    private record OfNode(int pool, int gpus, boolean takesWork) {
        int usable() {
            return takesWork ? gpus : 0;
        }

        /** A node may have fewer GPUs than what began on it before uses. */
        int usedOfUsable(int used) {
            return Math.min(used, usable());
        }
    }

    /** @param pools in the order in which they are counted */
    Supply(Fleet fleet, List<String> pools) {
        this.fleet = fleet;
        pools.forEach(name -> this.pools.put(name, this.pools.size()));
        gpus = new long[pools.size()];
        usable = new long[pools.size()];
        usedOfUsable = new long[pools.size()];
    }

    /** Pools are others than before, or nodes of which nothing more is known. */
    void changed() {
        allChanged = true;
    }

    /** A node is in another state. */
    void changed(String node) {
        changed.add(node);
    }

    /** Brings the counts up to date. */
    void count() {
        if (allChanged) {
            Arrays.fill(gpus, 0);
            Arrays.fill(usable, 0);
            Arrays.fill(usedOfUsable, 0);
            counted.clear();
            pools.keySet().forEach(pool -> fleet.nodes(pool).forEach(node -> count(pool, node)));
        } else {
            changed.forEach(this::recount);
        }
        changed.clear();
        allChanged = false;
    }

    private void recount(String name) {
        @Nullable OfNode before = counted.remove(name);
        if (before != null) {
            gpus[before.pool()] -= before.gpus();
            usable[before.pool()] -= before.usable();
            usedOfUsable[before.pool()] -= before.usedOfUsable(used(name));
        }
        fleet.node(name).ifPresent(node -> node.pool().ifPresent(pool -> count(pool, node)));
    }

    private void count(String pool, NodeState node) {
        @Nullable Integer number = pools.get(pool);
        if (number != null) {
            OfNode now = new OfNode(number, node.gpus(), node.health().takesWork());
            String name = node.facts().name();
            counted.put(name, now);
            gpus[number] += now.gpus();
            usable[number] += now.usable();
            usedOfUsable[number] += now.usedOfUsable(used(name));
        }
    }

    private int used(String node) {
        return used.getOrDefault(node, 0);
    }

    /** So many GPUs of a node more are used, or fewer. */
    void use(String node, int more) {
        int before = used(node);
        used.put(node, before + more);
        @Nullable OfNode of = counted.get(node);
        if (of != null) {
            usedOfUsable[of.pool()] += of.usedOfUsable(before + more) - of.usedOfUsable(before);
        }
    }

    /** How many nodes pools have. */
    int nodes() {
        return counted.size();
    }

    /** GPUs of all nodes of a pool, in whatever state, when they were last counted. */
    long gpus(int pool) {
        return gpus[pool];
    }

    /** GPUs of those of them that took work. */
    long usable(int pool) {
        return usable[pool];
    }

    /** What of these is used, never more than there are. */
    long usedOfUsable(int pool) {
        return usedOfUsable[pool];
    }
}
