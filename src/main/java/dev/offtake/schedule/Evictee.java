package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.Preemption;
import dev.offtake.placement.Shape;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Work that can be evicted, as a search sees it: compared by identity. */
abstract sealed class Evictee implements Evictables.Victim {
    private final Gang gang;
    private final double cost;

    private Evictee(Gang gang, double cost) {
        this.gang = gang;
        this.cost = cost;
    }

    @Override
    public Gang gang() {
        return gang;
    }

    @Override
    public double cost() {
        return cost;
    }

    /** A gang with all that it has. */
    static final class Whole extends Evictee {
        private final Map<String, Map<Shape, Integer>> seats;

        /** @param seats its Spot seats by node */
        Whole(Gang gang, double cost, Map<String, Map<Shape, Integer>> seats) {
            super(gang, cost);
            this.seats = seats;
        }

        @Override
        public Collection<String> nodes() {
            return seats.keySet();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return seats.getOrDefault(node, Map.of());
        }
    }

    /** A gang of lower priority on the account of the one that asks. */
    static final class Junior extends Evictee implements Preemption.Junior {
        private final Map<String, Map<Shape, Integer>> seats;
        private final Map<String, Map<Shape, Integer>> claimed;
        private final List<JuniorPart> parts;

        /**
         * @param seats all that it has, by node
         * @param claimed what of that draws on the account
         * @param parts seats of these that it can do without
         */
        Junior(
                Gang gang,
                double cost,
                Map<String, Map<Shape, Integer>> seats,
                Map<String, Map<Shape, Integer>> claimed,
                List<JuniorPart> parts) {
            super(gang, cost);
            this.seats = seats;
            this.claimed = claimed;
            this.parts = parts;
        }

        @Override
        public Collection<String> nodes() {
            return seats.keySet();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return seats.getOrDefault(node, Map.of());
        }

        @Override
        public Map<Shape, Integer> claimed(String node) {
            return claimed.getOrDefault(node, Map.of());
        }

        @Override
        public List<JuniorPart> parts() {
            return parts;
        }
    }

    /** One seat of a gang that can do without it. */
    static sealed class Part extends Evictee permits JuniorPart {
        private final Seat seat;
        private final Collection<String> nodes;
        private final int spare;

        /**
         * @param nodes of all such seats of the gang
         * @param spare how many pods of the gang may go
         */
        Part(Gang gang, Seat seat, double cost, Collection<String> nodes, int spare) {
            super(gang, cost);
            this.seat = seat;
            this.nodes = nodes;
            this.spare = spare;
        }

        Seat seat() {
            return seat;
        }

        @Override
        public Collection<String> nodes() {
            return nodes;
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return seat.node().equals(node) ? Map.of(seat.shape(), 1) : Map.of();
        }

        @Override
        public OptionalInt spare() {
            return OptionalInt.of(spare);
        }
    }

    /** One seat, on the account of the one that asks, of a gang of lower priority that can do without it. */
    static final class JuniorPart extends Part implements Preemption.Junior {
        /**
         * @param nodes of all such seats of the gang
         * @param spare how many pods of the gang may go that draw on the account
         */
        JuniorPart(Gang gang, Seat seat, double cost, Collection<String> nodes, int spare) {
            super(gang, seat, cost, nodes, spare);
        }

        @Override
        public Map<Shape, Integer> claimed(String node) {
            return pods(node);
        }

        @Override
        public List<String> left() {
            return List.of(seat().node());
        }

        /** What is lent to the gang beside that goes or stays by itself. */
        @Override
        public Object sparedOf() {
            return new Own(gang(), seat().claimant());
        }

        private record Own(Gang gang, Claimant account) {}
    }
}
