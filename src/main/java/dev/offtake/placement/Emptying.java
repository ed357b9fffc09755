package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the nodes on which a gang would be lent a place with the least work in the way (Rule 5). To borrowers nothing is
 * promised, so that it is only room that counts, and whatever is there may be in the way, whosever it is.
 *
 * <p>In each of the cells that may hold the gang, those first in which the least is to do, nodes are emptied one after the
 * other, from that with the least work on, until there is a place.
 */
public final class Emptying {
    /** In so many cells at most a place is sought. */
    private static final int CELLS = 8;

    /** So many nodes of a cell at most are emptied, or twice as many as the gang needs. */
    private static final int NODES = 64;

    private final Cluster cluster;
    private final Placer placer;
    private final Vacated vacated;

    public Emptying(Cluster cluster, Placer placer) {
        this.cluster = cluster;
        this.placer = placer;
        vacated = new Vacated(cluster, placer);
    }

    /** What is on the nodes. */
    public interface Residents {
        /** The work in the way on a node, in GPU seconds. */
        double work(String node);

        /** Who is on any of some nodes, each with all that it has. */
        List<Clearing.Occupant> on(Collection<String> nodes);
    }

    private record Sought(GangDemand gang, Claimant claimant, Residents residents) {}

    /**
     * The nodes of a cell, that with the least work first.
     *
     * @param least work on as many as the gang needs at least
     */
    private record Cell(List<String> nodes, double least) {
        static Cell of(Sought sought, Collection<String> nodes, int needed) {
            Residents residents = sought.residents();
            List<String> sorted = nodes.stream()
                    .sorted(Comparator.comparingDouble(residents::work).thenComparing(Comparator.naturalOrder()))
                    .toList();
            double least =
                    sorted.stream().limit(needed).mapToDouble(residents::work).sum();
            return new Cell(sorted.subList(0, Math.min(sorted.size(), Math.max(NODES, 2 * needed))), least);
        }
    }

    /**
     * The place in whose way the least work is.
     *
     * @param before nodes that were found last: of as much work it is these
     * @return empty if the gang would not fit either if nobody was there
     */
    public Optional<Clearing.Cleared> find(
            GangDemand gang, Claimant claimant, Residents residents, Set<String> before) {
        Sought sought = new Sought(gang, claimant, residents);
        List<Cell> cells = new ArrayList<>();
        if (!before.isEmpty()) {
            cells.add(Cell.of(sought, before, before.size()));
        }
        cells.addAll(cells(sought));
        Optional<Clearing.Cleared> best = Optional.empty();
        for (Cell cell : cells) {
            Optional<Clearing.Cleared> found = in(cell, sought);
            if (found.isPresent()
                    && best.filter(known -> known.work() <= found.get().work()).isEmpty()) {
                best = found;
            }
        }
        return best;
    }

    /** The cells in which the least is to do, of those that have as many nodes as the gang needs. */
    private List<Cell> cells(Sought sought) {
        List<Cell> cells = new ArrayList<>();
        for (int p : cluster.serving(sought.claimant())) {
            PoolState pool = cluster.promises().pool(p);
            int depth =
                    sought.gang().required().map(pool.levels()::depthHolding).orElse(0);
            if (depth >= 0 && pool.pool().resourceName().equals(sought.gang().resource())) {
                int perNode = pool.levels().gpusPerNode();
                int needed = Math.max(1, (sought.gang().gpus() + perNode - 1) / perNode);
                Map<Integer, List<String>> nodes = new LinkedHashMap<>();
                for (int n : pool.nodes()) {
                    nodes.computeIfAbsent(pool.ancestor(depth, n), c -> new ArrayList<>())
                            .add(pool.node(n).facts().name());
                }
                nodes.values().stream()
                        .filter(there -> there.size() >= needed)
                        .map(there -> Cell.of(sought, there, needed))
                        .forEach(cells::add);
            }
        }
        return cells.stream()
                .sorted(Comparator.comparingDouble(Cell::least))
                .limit(CELLS)
                .toList();
    }

    /** The place that there is as soon as as few as possible of a cell's nodes are empty. */
    private Optional<Clearing.Cleared> in(Cell cell, Sought sought) {
        List<String> nodes = cell.nodes();
        return Vacated.withFewest(nodes.size(), empty -> without(nodes.subList(0, empty), sought));
    }

    /** Its place if nobody was on some nodes. */
    private Optional<Clearing.Cleared> without(Collection<String> nodes, Sought sought) {
        List<Clearing.Occupant> gone = sought.residents().on(nodes);
        Terms account = new Terms(sought.claimant(), Keep.NOTHING, Evictables.NONE);
        return vacated.find(sought.gang(), account, gone).map(placed -> {
            Set<String> taken = placer.lying(sought.gang(), placed).stream()
                    .map(Placer.Lying::node)
                    .collect(Collectors.toUnmodifiableSet());
            List<Evictables.Victim> inTheWay = gone.stream()
                    .filter(occupant -> occupant.nodes().stream().anyMatch(taken::contains))
                    .<Evictables.Victim>map(occupant -> occupant)
                    .toList();
            return new Clearing.Cleared(taken, 0, Optional.of(inTheWay), List.of());
        });
    }
}
