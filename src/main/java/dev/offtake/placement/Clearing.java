package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the cells that would fit a gang with the least work in the way (Rule 5), among work that nobody may evict for it
 * but that ends one day. That counts as lent while the place is sought; nothing of it stays in the state.
 *
 * <p>Nobody else has to go for the quota's sake: so it is sought among all nodes only as far as the commitment has new
 * cells to bind, and else in those that it has bound, or where such work is.
 */
public final class Clearing {
    /** So many gangs count as in the way: all in the cells in which the least is to do. */
    private static final int MOST = 512;

    private final Cluster cluster;
    private final Placer placer;
    private final ServingNodes serving;
    private final Vacated vacated;

    /** What a gang has on one account, and what has to end before another one can have its place. */
    public interface Occupant extends Evictables.Victim {
        /** Who has it. */
        Object holder();

        /** On whose account it runs. */
        Claimant claimant();

        /** Counts what it has again, or no more where {@code sign} is negative. */
        default void gone(Cluster cluster, int sign) {
            for (String node : nodes()) {
                pods(node).forEach((shape, pods) -> cluster.seat(node, claimant(), shape, sign * pods));
            }
        }

        /** Counts what it has as its own again, or as lent where {@code sign} is negative. */
        default void count(Cluster cluster, int sign) {
            Claimant asLent = new Claimant(claimant().account(), Tier.SPOT);
            for (String node : nodes()) {
                pods(node).forEach((shape, pods) -> {
                    cluster.seat(node, sign > 0 ? asLent : claimant(), shape, -pods);
                    cluster.seat(node, sign > 0 ? claimant() : asLent, shape, pods);
                });
            }
        }
    }

    /**
     * For whom cells are to be cleared.
     *
     * @param claimant a commitment, or what is on demand beside it
     * @param lent who can be evicted for it
     * @param occupants who holds some of the commitment, or runs on demand
     */
    public record Wanted(GangDemand gang, Claimant claimant, Evictables lent, List<? extends Occupant> occupants) {}

    /**
     * Where there would be a place.
     *
     * @param nodes that are to take no more work
     * @param units of the account that the gang would have to find free besides
     * @param inTheWay who has to end first; empty if others have to as well, and it is not said who
     * @param seats the place itself, where it is one
     */
    public record Cleared(
            Set<String> nodes, int units, Optional<List<Evictables.Victim>> inTheWay, List<Placer.Lying> seats) {
        /** How much has to end first, in GPU seconds. */
        public double work() {
            return inTheWay.map(victims -> victims.stream()
                            .mapToDouble(Evictables.Victim::cost)
                            .sum())
                    .orElse(Double.POSITIVE_INFINITY);
        }
    }

    public Clearing(Cluster cluster, Placer placer) {
        this.cluster = cluster;
        this.placer = placer;
        serving = new ServingNodes(cluster);
        vacated = new Vacated(cluster, placer);
    }

    /** What must not become less. */
    private record Before(int unused, Map<String, Integer> entitled) {}

    /** A place, and whether all who are not in its way may stay. */
    private record Attempt(Outcome.Placed placed, int units, boolean isEnough) {
        Cleared cleared() {
            return new Cleared(Set.copyOf(nodes()), units, Optional.of(placed.victims()), List.of());
        }

        Cleared besides(Set<String> others) {
            Set<String> nodes = nodes();
            nodes.addAll(others);
            return new Cleared(Set.copyOf(nodes), units, Optional.empty(), List.of());
        }

        private Set<String> nodes() {
            Set<String> nodes = new HashSet<>();
            placed.assignment().nodes().forEach(on -> on.forEach(nodePods -> nodes.add(nodePods.node())));
            return nodes;
        }
    }

    /**
     * The place in whose way the least work is.
     *
     * @return empty if the gang would not fit either if all occupants were gone
     */
    public Optional<Cleared> find(Wanted among) {
        Wanted wanted = nearest(among);
        Claimant claimant = wanted.claimant();
        Optional<Attempt> anywhere =
                cluster.quotas().unused(claimant) > 0 ? attempt(wanted, Keep.NOTHING) : Optional.empty();
        Set<String> bound = serving.bound(claimant);
        Optional<Attempt> enough = anywhere.filter(Attempt::isEnough)
                .or(() -> within(bound, wanted))
                // What is idle looked best, and is owed to others once all are back who are not in the way.
                .or(() -> anywhere.flatMap(
                        attempt -> within(serving.around(occupied(wanted), wanted.gang(), claimant), wanted)));
        if (enough.isPresent() || bound.isEmpty()) {
            return enough.map(Attempt::cleared);
        }
        // What is bound would not be enough: some of it has to be given back for other cells.
        return anywhere.or(() -> attempt(wanted, Keep.NOTHING)).map(attempt -> attempt.besides(bound));
    }

    private Optional<Attempt> within(Set<String> nodes, Wanted wanted) {
        return nodes.isEmpty()
                ? Optional.empty()
                : attempt(wanted, allBut(nodes, wanted.claimant())).filter(Attempt::isEnough);
    }

    private static Set<String> occupied(Wanted wanted) {
        return wanted.occupants().stream()
                .flatMap(occupant -> occupant.nodes().stream())
                .collect(Collectors.toSet());
    }

    /**
     * The place that a gang has as soon as enough others have ended, in their order, beside all who have not, and beside what
     * is promised; of any that there is then (the shadow time of EASY backfilling).
     *
     * @return empty if it would not fit either if all were gone
     */
    public Optional<Cleared> findAfterFirst(Wanted wanted) {
        return Vacated.withFewest(wanted.occupants().size(), ended -> after(wanted, ended));
    }

    /** Its place if the first of the others were gone. */
    private Optional<Cleared> after(Wanted wanted, int ended) {
        List<? extends Occupant> first = wanted.occupants().subList(0, ended);
        Terms account = new Terms(wanted.claimant(), Keep.NOTHING, wanted.lent());
        Optional<Outcome.Placed> found = vacated.find(wanted.gang(), account, first);
        return found.map(placed -> {
            List<Placer.Lying> seats = placer.lying(wanted.gang(), placed);
            Set<String> nodes = seats.stream().map(Placer.Lying::node).collect(Collectors.toUnmodifiableSet());
            return new Cleared(nodes, wanted.gang().gpus(), Optional.of(List.copyOf(first)), seats);
        });
    }

    /** Whether nobody else has come onto what is reserved. */
    public boolean isFree(Keep.Reservation reservation) {
        Map<String, Integer> left = new HashMap<>();
        for (Placer.Lying seat : reservation.seats()) {
            left.computeIfAbsent(seat.node(), node -> cluster.openGpus(node) + gpus(reservation.inTheWay(), node));
            left.merge(seat.node(), -seat.shape().gpus() * seat.pods(), Integer::sum);
        }
        return left.values().stream().allMatch(gpus -> gpus >= 0);
    }

    private static int gpus(List<Occupant> occupants, String node) {
        int gpus = 0;
        for (Occupant occupant : occupants) {
            for (Map.Entry<Shape, Integer> pods : occupant.pods(node).entrySet()) {
                gpus += pods.getKey().gpus() * pods.getValue();
            }
        }
        return gpus;
    }

    /** The same as things stand now on nodes that were found before; empty if others came onto them. */
    public Optional<Cleared> again(Wanted wanted, Set<String> nodes) {
        return attempt(nearest(wanted), allBut(nodes, wanted.claimant()))
                .map(attempt -> attempt.isEnough() ? attempt.cleared() : attempt.besides(nodes));
    }

    /** The same with as many occupants as one can look at. */
    private Wanted nearest(Wanted wanted) {
        if (wanted.occupants().size() <= MOST) {
            return wanted;
        }
        Set<Occupant> near = new HashSet<>();
        for (List<Occupant> there : cells(wanted)) {
            if (near.size() < MOST) {
                near.addAll(there);
            }
        }
        return new Wanted(
                wanted.gang(),
                wanted.claimant(),
                wanted.lent(),
                wanted.occupants().stream().filter(near::contains).toList());
    }

    private record Cell(int pool, int cell) {}

    /** Who is in each cell of the level that the gang has to be in, those first in which the least is to do. */
    private List<List<Occupant>> cells(Wanted wanted) {
        Map<Cell, Set<Occupant>> cells = new LinkedHashMap<>();
        for (int p : cluster.serving(wanted.claimant())) {
            PoolState pool = cluster.promises().pool(p);
            int depth = serving.depth(pool, wanted.gang());
            for (Occupant occupant : wanted.occupants()) {
                for (String node : occupant.nodes()) {
                    int n = cluster.number(pool, node);
                    if (n >= 0) {
                        cells.computeIfAbsent(new Cell(p, pool.ancestor(depth, n)), c -> new LinkedHashSet<>())
                                .add(occupant);
                    }
                }
            }
        }
        return cells.values().stream()
                .map(List::copyOf)
                .sorted(Comparator.comparingDouble(there ->
                        there.stream().mapToDouble(Evictables.Victim::cost).sum()))
                .toList();
    }

    private Keep allBut(Set<String> nodes, Claimant claimant) {
        return new Keep(0, serving.besides(nodes, claimant));
    }

    /** Among how many nodes cells are sought. */
    public int nodes(Claimant claimant) {
        return serving.count(claimant);
    }

    /** @param keep where it is not to be sought */
    private Optional<Attempt> attempt(Wanted ask, Keep keep) {
        Before before = new Before(
                cluster.quotas().unused(ask.claimant()), cluster.quotas().entitled());
        long freed = cluster.freed();
        ask.occupants().forEach(occupant -> occupant.count(cluster, -1));
        Optional<Outcome.Placed> found = placer.find(ask.gang(), new Terms(ask.claimant(), keep, beside(ask)), false);
        Set<Evictables.Victim> gone =
                new HashSet<>(found.map(Outcome.Placed::victims).orElse(List.of()));
        ask.occupants().stream()
                .filter(occupant -> !gone.contains(occupant))
                .forEach(occupant -> occupant.count(cluster, 1));
        Optional<Attempt> attempt = found.map(placed -> {
            int unused = cluster.quotas().unused(ask.claimant());
            return new Attempt(placed, Math.max(0, before.unused() - unused), isKept(before, unused));
        });
        found.ifPresent(placed -> placer.takeBack(ask.gang(), placed));
        ask.occupants().stream().filter(gone::contains).forEach(occupant -> occupant.count(cluster, 1));
        cluster.nothingFreedSince(freed);
        return attempt;
    }

    /** Whether the account has no more than it may have, or had, and nobody is entitled to less than before. */
    private boolean isKept(Before before, int unused) {
        return unused >= Math.min(0, before.unused()) && cluster.quotas().isEntitledTo(before.entitled());
    }

    private static Evictables beside(Wanted ask) {
        Map<String, List<Evictables.Victim>> byNode = new HashMap<>();
        for (Occupant occupant : ask.occupants()) {
            for (String node : occupant.nodes()) {
                byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(occupant);
            }
        }
        return node -> {
            List<Evictables.Victim> there = new ArrayList<>(byNode.getOrDefault(node, List.of()));
            there.addAll(ask.lent().on(node));
            return there;
        };
    }
}
