package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.ServingNodes;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds a place for a gang by moving others, by trial: those that may be moved are taken for lent, so that the search
 * finds the place at which the least work is lost (Rule 4); then each that is in the way has to have a place by its own
 * right, after those before it have theirs, and nobody may be entitled to less than before.
 */
final class Repacking {
    /** So many gangs that may be moved are looked at, those first whose move loses least. */
    static final int MOST_MOVABLE = 512;

    /** After so many plans that did not come out nothing else is tried. */
    private static final int TRIES = 8;

    private final Cluster cluster;
    private final Placer placer;
    private final Lent lent;
    private final Accounts accounts;
    private final ServingNodes serving;

    Repacking(Cluster cluster, Placer placer, Lent lent, Accounts accounts) {
        this.cluster = cluster;
        this.placer = placer;
        this.lent = lent;
        this.accounts = accounts;
        serving = new ServingNodes(cluster);
    }

    /**
     * Who wants the place, and on which account.
     *
     * @param keep what earlier gangs wait for
     */
    record Ask(Gang gang, Accounts.Choice choice, GangDemand demand, Keep keep) {
        private Ask besides(Set<String> nodes) {
            return new Ask(gang, choice, demand, keep.besides(nodes));
        }
    }

    /** A gang in the way, and where it would go. */
    record Move(Gang gang, double cost, GangDemand demand, Outcome.Placed to) {}

    /**
     * A plan that would work. Nothing of it is in the state.
     *
     * @param claimant the place, with all who have to go
     * @param moves those of them that are moved
     */
    record Found(Outcome.Placed claimant, List<Move> moves) {
        Found {
            moves = List.copyOf(moves);
        }

        /** All who have to go, be it from where a gang is moved to; nobody's loss is counted twice. */
        List<Evictables.Victim> victims() {
            return Stream.concat(
                            claimant.victims().stream(), moves.stream().flatMap(move -> move.to().victims().stream()))
                    .toList();
        }
    }

    /**
     * Seeks the place in all cells. While gangs that may be moved count as lent, what they have of the commitment counts as
     * free, and what is promised to others may lie where they are, so that idle cells look best that it may not have, and
     * nobody is in the way. So it is sought in the cells that the commitment has bound as well, and where such gangs are.
     *
     * @param movable who may be moved; each has a place, and nothing of it is Spot
     */
    Optional<Found> find(Ask ask, Collection<Gang> movable, Instant now) {
        Claimant claimant = ask.choice().claimant();
        List<Gang> candidates = movable.stream()
                .filter(gang -> gang != ask.gang()
                        && cluster.serves(
                                claimant.account(), gang.seats().get(0).node()))
                .sorted(Comparator.comparingDouble((Gang gang) -> LostWork.of(gang, now))
                        .thenComparing(Gang::id))
                .limit(MOST_MOVABLE)
                .toList();
        Tried anywhere = tryOut(ask, candidates, now);
        if (anywhere.found().isPresent() || !anywhere.isRoom()) {
            return anywhere.found();
        }
        Set<String> taken = candidates.stream()
                .flatMap(gang -> gang.seats().stream())
                .map(Seat::node)
                .collect(Collectors.toSet());
        return within(serving.bound(claimant), ask, candidates, now)
                .or(() -> within(serving.around(taken, ask.demand(), claimant), ask, candidates, now));
    }

    private Optional<Found> within(Set<String> nodes, Ask ask, List<Gang> candidates, Instant now) {
        Set<String> others = serving.besides(nodes, ask.choice().claimant());
        return nodes.isEmpty() || others.isEmpty()
                ? Optional.empty()
                : tryOut(ask.besides(others), candidates, now).found();
    }

    /** @param isRoom whether there would be a place if all of them were gone */
    private record Tried(Optional<Found> found, boolean isRoom) {}

    private Tried tryOut(Ask ask, List<Gang> movable, Instant now) {
        Set<Gang> candidates = new LinkedHashSet<>(movable);
        boolean isRoom = false;
        for (int i = 0; i < TRIES && !candidates.isEmpty(); i++) {
            Attempt attempt = new Attempt(ask, candidates, now);
            Optional<Found> found = cluster.keepingRank(drawnOn(candidates), attempt::run);
            attempt.trial.undo();
            isRoom |= attempt.isRoom;
            if (found.isPresent() || attempt.inTheWay.isEmpty()) {
                return new Tried(found, isRoom);
            }
            candidates.removeAll(attempt.inTheWay);
        }
        return new Tried(Optional.empty(), isRoom);
    }

    /** The accounts on which gangs have their seats. */
    private static Set<String> drawnOn(Set<Gang> gangs) {
        return gangs.stream()
                .flatMap(gang -> gang.seats().stream())
                .map(seat -> seat.claimant().account())
                .collect(Collectors.toSet());
    }

    private final class Attempt {
        private final SeatTrial trial = new SeatTrial(cluster);
        private final Ask ask;
        private final Set<Gang> movable;
        private final Instant now;
        /** Who has lent GPUs and goes for a place that was found already. */
        private final Going going = new Going();
        /** Whether there is a place while all of them count as lent. */
        private boolean isRoom;
        /** For whom there is no other place. */
        private final List<Gang> inTheWay = new ArrayList<>();

        Attempt(Ask ask, Set<Gang> movable, Instant now) {
            this.ask = ask;
            this.movable = movable;
            this.now = now;
        }

        Optional<Found> run() {
            Map<String, Integer> entitled = cluster.quotas().entitled();
            int left = Math.min(
                    ask.keep().units(),
                    Math.max(0, cluster.quotas().unused(ask.choice().claimant())));
            Map<Gang, Evictee.Whole> wholes = new HashMap<>();
            movable.forEach(gang -> wholes.put(gang, lendOut(gang)));
            Outcome outcome = placer.place(
                    ask.demand(),
                    ask.choice().claimant(),
                    ask.keep(),
                    beside(ask.choice().lending().minRuntime(), wholes),
                    !ask.gang().id().isLonePod());
            if (!(outcome instanceof Outcome.Placed claimant)) {
                return Optional.empty();
            }
            isRoom = true;
            trial.placed(ask.demand(), claimant);
            going.add(claimant.victims());
            List<Gang> movers = claimant.victims().stream()
                    .map(Lent::gang)
                    .filter(movable::contains)
                    .distinct()
                    .sorted(Comparator.comparing((Gang gang) -> gang.spec().createdAt())
                            .thenComparing(Gang::id))
                    .toList();
            if (movers.isEmpty()) {
                return Optional.empty();
            }
            for (Gang gang : movable) {
                boolean goes = movers.contains(gang);
                for (Seat seat : gang.seats()) {
                    trial.seat(seat.node(), lent(seat), seat.shape(), -1);
                    if (!goes) {
                        trial.seat(seat.node(), seat.claimant(), seat.shape(), 1);
                    }
                }
            }
            if (cluster.quotas().unused(ask.choice().claimant()) < left) {
                // What others have of the account counted as lent when the place was found.
                inTheWay.add(movers.get(movers.size() - 1));
                return Optional.empty();
            }
            List<Move> moves = new ArrayList<>();
            for (Gang gang : movers) {
                Optional<Move> move =
                        move(gang, Objects.requireNonNull(wholes.get(gang)).cost());
                if (move.filter(m -> frees(m, claimant)).isEmpty()) {
                    inTheWay.add(gang);
                    return Optional.empty();
                }
                moves.add(move.get());
            }
            if (!cluster.quotas().isEntitledTo(entitled)) {
                inTheWay.add(movers.get(movers.size() - 1));
                return Optional.empty();
            }
            return Optional.of(new Found(claimant, moves));
        }

        private Optional<Move> move(Gang gang, double cost) {
            GangDemand demand = Demands.again(gang, gang.seats());
            Claimant own = gang.seats().get(0).claimant();
            // The same that it may evict when it comes back.
            Duration minRuntime = accounts.minRuntime(gang.grant().orElseThrow().commitment());
            Outcome outcome = placer.place(demand, own, 0, lent.evictables(minRuntime, now, false, going));
            if (!(outcome instanceof Outcome.Placed to)) {
                return Optional.empty();
            }
            trial.placed(demand, to);
            going.add(to.victims());
            return Optional.of(new Move(gang, cost, demand, to));
        }

        /** As if the gang could be evicted. */
        private Evictee.Whole lendOut(Gang gang) {
            Map<String, Map<Shape, Integer>> seats = new TreeMap<>();
            for (Seat seat : gang.seats()) {
                trial.seat(seat.node(), seat.claimant(), seat.shape(), -1);
                trial.seat(seat.node(), lent(seat), seat.shape(), 1);
                seats.computeIfAbsent(seat.node(), n -> new HashMap<>()).merge(seat.shape(), 1, Integer::sum);
            }
            return new Evictee.Whole(gang, LostWork.of(gang, now), seats);
        }

        private Evictables beside(Duration minRuntime, Map<Gang, Evictee.Whole> wholes) {
            Evictables spot = lent.evictables(minRuntime, now, false);
            Map<String, List<Evictee.Whole>> byNode = new HashMap<>();
            for (Gang gang : movable) {
                Evictee.Whole whole = Objects.requireNonNull(wholes.get(gang));
                whole.nodes()
                        .forEach(node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(whole));
            }
            return node -> {
                List<Evictables.Victim> all = new ArrayList<>(spot.on(node));
                all.addAll(byNode.getOrDefault(node, List.of()));
                return all;
            };
        }
    }

    /** Whether it leaves anything to the claimant: where it came back to its nodes, only what is lent there would go. */
    private static boolean frees(Move move, Outcome.Placed claimant) {
        Map<String, Integer> left = new HashMap<>();
        move.gang().seats().forEach(seat -> left.merge(seat.node(), seat.shape().gpus(), Integer::sum));
        for (int i = 0; i < move.demand().podSets().size(); i++) {
            int gpus = move.demand().podSets().get(i).shape().gpus();
            move.to().assignment().nodes().get(i).forEach(on -> left.merge(on.node(), -gpus * on.pods(), Integer::sum));
        }
        return claimant.assignment().nodes().stream()
                .flatMap(List::stream)
                .anyMatch(on -> left.getOrDefault(on.node(), 0) > 0);
    }

    private static Claimant lent(Seat seat) {
        return new Claimant(seat.claimant().account(), Tier.SPOT);
    }
}
