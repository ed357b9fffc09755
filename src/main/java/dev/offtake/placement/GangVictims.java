package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Places for which a gang on several nodes goes as the first one. Each of its nodes by itself costs as much as all of them,
 * so {@link Descent}, which takes one part of a cell after the other, takes none while others cost less each, though they may
 * cost more together. Whole gangs that make room for whole gangs leave fewer gaps.
 */
final class GangVictims {
    /** Of more gangs in a cell those are tried that cost least for each of their nodes there. */
    private static final int MOST = 16;

    private final PoolState pool;
    private final NodeVictims nodeVictims;
    private final ToIntFunction<String> numbers;

    /** @param numbers of nodes by their names; negative for those in other pools */
    GangVictims(PoolState pool, NodeVictims nodeVictims, ToIntFunction<String> numbers) {
        this.pool = pool;
        this.nodeVictims = nodeVictims;
        this.numbers = numbers;
    }

    /**
     * The cheapest of a place in a cell and those for which a gang goes first, each in the smallest cell around any of its
     * nodes that holds all pods.
     *
     * @param complete adds those who have to go beside a place
     */
    Descent.Pick cheapest(
            Descent descent,
            Fits fits,
            Fits.Domain within,
            int pods,
            Descent.Pick first,
            UnaryOperator<Descent.@Nullable Pick> complete) {
        Descent.Pick best = first;
        for (Evictables.Victim gang : gangs(within, first.cost())) {
            if (gang.cost() < best.cost()) {
                for (Fits.Domain cell : cells(gang, fits, within, pods)) {
                    Descent.Pick pick = complete.apply(with(gang, descent.beside(gang, cell, pods)));
                    best = Objects.requireNonNull(descent.cheaper(pick, best));
                }
            }
        }
        return best;
    }

    /** Those who cost less than so much and have several nodes in a cell. */
    private List<Evictables.Victim> gangs(Fits.Domain within, double most) {
        Map<Integer, List<Evictables.Victim>> byNode = nodeVictims.gangs();
        if (byNode.isEmpty()) {
            return List.of();
        }
        Map<Evictables.Victim, Integer> nodes = new LinkedHashMap<>();
        pool.supply()
                .forEachNode(
                        within.depth(),
                        within.cell(),
                        n -> byNode.getOrDefault(n, List.of()).forEach(gang -> nodes.merge(gang, 1, Integer::sum)));
        return nodes.entrySet().stream()
                .filter(gang -> gang.getValue() > 1
                        && gang.getKey().cost() > 0
                        && gang.getKey().cost() < most)
                .sorted(Comparator.comparingDouble(gang -> gang.getKey().cost() / gang.getValue()))
                .limit(MOST)
                .<Evictables.Victim>map(Map.Entry::getKey)
                .toList();
    }

    /** The smallest cells around nodes of a gang that hold all pods. */
    private List<Fits.Domain> cells(Evictables.Victim gang, Fits fits, Fits.Domain within, int pods) {
        List<Fits.Domain> cells = new ArrayList<>();
        for (int depth = pool.levels().nodeDepth() - 1; depth > within.depth() && cells.isEmpty(); depth--) {
            Set<Integer> around = new LinkedHashSet<>();
            for (String node : gang.nodes()) {
                int n = numbers.applyAsInt(node);
                if (n >= 0 && within.contains(pool, n) && fits.of(depth, pool.ancestor(depth, n)) >= pods) {
                    around.add(pool.ancestor(depth, n));
                }
            }
            for (int cell : around) {
                cells.add(new Fits.Domain(depth, cell));
            }
        }
        return cells.isEmpty() ? List.of(within) : cells;
    }

    /** A place with a gang that was to go in any case; null if it is on none of its nodes. */
    private Descent.@Nullable Pick with(Evictables.Victim gang, Descent.@Nullable Pick pick) {
        if (pick == null
                || gang.nodes().stream().noneMatch(node -> pick.pods().containsKey(numbers.applyAsInt(node)))) {
            return null;
        }
        Set<Evictables.Victim> victims = new LinkedHashSet<>(pick.victims());
        victims.add(gang);
        return new Descent.Pick(pick.cost() + gang.cost(), pick.pods(), victims);
    }
}
