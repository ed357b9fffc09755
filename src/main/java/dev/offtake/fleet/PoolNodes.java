package dev.offtake.fleet;

import dev.offtake.fleet.NodeState.Health;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A pool with its nodes: the tree of its cells, and counts that are kept up to date with every state. */
final class PoolNodes {
    private static final int MAX_NAMES = 10;

    private Pool pool;
    private PoolMatcher matcher;
    private TopologyTree tree;
    private final Map<Health, Integer> byHealth = new EnumMap<>(Health.class);
    private int matched;
    private long gpusTakingWork;
    private final TreeSet<String> unknown = new TreeSet<>();
    private final TreeSet<String> surplus = new TreeSet<>();
    /** All nodes that this pool and another one claim, by name. */
    private final TreeMap<String, Member> disputed = new TreeMap<>();

    PoolNodes(Pool pool) {
        this.pool = pool;
        this.matcher = new PoolMatcher(pool);
        this.tree = new TopologyTree(pool.keyedLevels());
    }

    /** Takes over a changed specification; the nodes have to be put into the tree again. */
    void become(Pool changed) {
        pool = changed;
        matcher = new PoolMatcher(changed);
        tree = new TopologyTree(changed.keyedLevels());
    }

    Pool pool() {
        return pool;
    }

    PoolMatcher matcher() {
        return matcher;
    }

    TopologyTree tree() {
        return tree;
    }

    void noteDispute(Member member, boolean isDisputed) {
        if (isDisputed) {
            disputed.put(member.name(), member);
        } else {
            disputed.remove(member.name());
        }
    }

    /** Counts a state of a node of this pool. */
    void count(NodeState state) {
        tally(state, 1);
        if (state.cells().contains(NodeState.UNKNOWN)) {
            unknown.add(state.facts().name());
        }
        if (HealthRules.hasSurplus(pool, state.facts())) {
            surplus.add(state.facts().name());
        }
    }

    void uncount(NodeState state) {
        tally(state, -1);
        unknown.remove(state.facts().name());
        surplus.remove(state.facts().name());
    }

    private void tally(NodeState state, int by) {
        matched += by;
        byHealth.merge(state.health(), by, Integer::sum);
        if (state.health().takesWork()) {
            gpusTakingWork += (long) by * state.gpus();
        }
    }

    private int count(Health health) {
        return byHealth.getOrDefault(health, 0);
    }

    List<NodeState> states() {
        List<NodeState> states = new ArrayList<>();
        for (Member member : tree.members()) {
            @Nullable NodeState state = member.state;
            if (state != null) {
                states.add(state);
            }
        }
        states.sort(Comparator.comparing(state -> state.facts().name()));
        return states;
    }

    PoolReport report() {
        return new PoolReport(
                pool.name(),
                matched,
                count(Health.USABLE),
                count(Health.DEGRADED),
                count(Health.UNHEALTHY),
                count(Health.CORDONED),
                count(Health.NOT_READY),
                disputed.size(),
                unknown.size(),
                sellableGpus(),
                tree.impliedLevels(),
                unknown.stream().limit(MAX_NAMES).toList(),
                disputed.values().stream().limit(MAX_NAMES).map(this::dispute).toList(),
                surplus.size(),
                surplus.stream().limit(MAX_NAMES).toList(),
                tree.conflictCount(),
                tree.conflicts());
    }

    private PoolReport.Dispute dispute(Member member) {
        @Nullable PoolNodes home = member.home;
        String other = home != null && home != this
                ? home.pool.name()
                : member.claimants.stream()
                        .filter(name -> !name.equals(pool.name()))
                        .findFirst()
                        .orElse("");
        return new PoolReport.Dispute(member.name(), other);
    }

    /** A cell sells at most its sellable nodes, the fullest first: the others are its free spares. */
    private long sellableGpus() {
        List<Level> levels = pool.keyedLevels();
        int withSpares = levels.size() - 1;
        while (withSpares >= 0 && levels.get(withSpares).spareNodes() == 0) {
            withSpares--;
        }
        if (withSpares < 0) {
            return gpusTakingWork;
        }
        Map<String, List<Integer>> gpusByCell = new HashMap<>();
        for (Member member : tree.members()) {
            @Nullable NodeState state = member.state;
            if (state != null && state.health().takesWork()) {
                gpusByCell
                        .computeIfAbsent(state.cells().get(withSpares), cell -> new ArrayList<>())
                        .add(state.gpus());
            }
        }
        long sum = 0;
        for (Map.Entry<String, List<Integer>> cell : gpusByCell.entrySet()) {
            List<Integer> gpus = cell.getValue();
            gpus.sort(Collections.reverseOrder());
            int sold = cell.getKey().equals(NodeState.UNKNOWN)
                    ? gpus.size()
                    : Math.min(gpus.size(), levels.get(withSpares).sellableNodes());
            for (int i = 0; i < sold; i++) {
                sum += gpus.get(i);
            }
        }
        return sum;
    }
}
