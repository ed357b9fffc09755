package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds a place for a gang at the cost of others on its own account (Rule 4): what they hold counts as lent while it is
 * sought, and who need not go gets back what he has.
 *
 * <p>Who has to go is whoever is in the way, and beyond that, for the quota's sake, those with the least to lose ({@link
 * GivingBack}): a gang as a whole, or what it can do without.
 */
public final class Preemption {
    private final Cluster cluster;
    private final Placer placer;

    /** A gang that may be evicted for another on its account, or a part of one that can do without it. */
    public interface Junior extends Evictables.Victim {
        /** Its pods on a node that draw on the account, by shape. */
        Map<Shape, Integer> claimed(String node);

        /** The nodes that it would leave; of a part not those of the others. */
        default Collection<String> left() {
            return nodes();
        }

        /**
         * What it could give and go on, if no more of it go than each part {@link #spare}s: those first that are to go
         * first where it makes no other difference.
         */
        default List<? extends Junior> parts() {
            return List.of();
        }
    }

    public Preemption(Cluster cluster, Placer placer) {
        this.cluster = cluster;
        this.placer = placer;
    }

    /**
     * An account on which the gang may draw.
     *
     * @param terms with who may go but those whose own account it is
     * @param juniors who holds some of it and may be evicted for the gang
     */
    public record Side(Terms terms, List<? extends Junior> juniors) {}

    /**
     * A place with those who go for it.
     *
     * @param juniors what goes of the juniors, as wholes or in parts
     */
    private record Found(Ask ask, Outcome.Placed placed, Set<Junior> juniors, double cost) {}

    /**
     * Places the gang so that the least is lost, if that can be: on the first account where it is so little.
     *
     * @param accounts on which it may draw
     * @param explained whether anybody wants to know why it is there
     * @return empty if there is no place; else what the juniors among the victims have counts as lent from now on
     */
    public Optional<Outcome.Placed> place(GangDemand gang, List<Side> accounts, boolean explained) {
        long freed = cluster.freed();
        Optional<Outcome.Placed> placed = placeOnBest(gang, accounts, explained);
        if (placed.isEmpty()) {
            cluster.nothingFreedSince(freed);
        }
        return placed;
    }

    private Optional<Outcome.Placed> placeOnBest(GangDemand gang, List<Side> accounts, boolean explained) {
        if (accounts.size() == 1) {
            Side only = accounts.get(0);
            return cheapest(ask(gang, only.terms(), explained), only.juniors()).map(Found::placed);
        }
        Optional<Found> best = Optional.empty();
        for (Side account : accounts) {
            Optional<Found> found = cheapest(ask(gang, account.terms(), explained), account.juniors());
            found.ifPresent(this::undo);
            if (found.isPresent()
                    && best.filter(b -> b.cost() <= found.get().cost()).isEmpty()) {
                best = found;
            }
        }
        best.ifPresent(this::redo);
        return best.map(Found::placed);
    }

    private Ask ask(GangDemand gang, Terms terms, boolean explained) {
        // What is kept is to stay, as far as it is there.
        int least = Math.min(terms.keep().units(), Math.max(0, cluster.quotas().unused(terms.claimant())));
        Map<String, Integer> entitled = cluster.quotas().entitled();
        boolean isReserved = !terms.keep().reservations().isEmpty() && Closing.leaves(cluster, terms.keep(), entitled);
        return new Ask(gang, terms, new Left(least, entitled, isReserved), explained);
    }

    /** The place on one account at which the least is lost; it is in the state, with the juniors who go counted as lent. */
    private Optional<Found> cheapest(Ask ask, List<? extends Junior> juniors) {
        Optional<Found> first = find(ask, juniors, Set.of());
        if (first.isEmpty() || !evictsBoth(first.get())) {
            return first;
        }
        // Those who have to go for the quota may have what others were to be evicted for.
        Set<Junior> going = first.get().juniors();
        undo(first.get());
        Optional<Found> second = find(ask, List.copyOf(going), going);
        if (second.filter(s -> s.cost() < first.get().cost()).isPresent()) {
            return second;
        }
        second.ifPresent(this::undo);
        redo(first.get());
        return first;
    }

    /** @param left by everybody who has a place now */
    private record Ask(GangDemand gang, Terms terms, Left left, boolean explained) {
        Claimant claimant() {
            return terms.claimant();
        }
    }

    /**
     * What a place has to leave.
     *
     * @param units of the account
     * @param entitled what each account is entitled to
     * @param isReserved whether what is reserved leaves all that is promised, but for lost supply
     */
    private record Left(int units, Map<String, Integer> entitled, boolean isReserved) {}

    /** @param lent who counts as lent now */
    private boolean isLeft(Ask ask, Set<Junior> lent) {
        Left least = ask.left();
        return cluster.quotas().unused(ask.claimant()) >= least.units()
                && cluster.quotas().isEntitledTo(least.entitled())
                // Who stays may be nowhere near what is reserved, and yet there may be too little for all that is
                // promised.
                && (!least.isReserved() || Closing.leaves(cluster, keep(ask, lent), least.entitled()));
    }

    /** What is kept while these count as lent. */
    private static Keep keep(Ask ask, Collection<? extends Junior> lent) {
        Set<Object> holders = lent.stream().map(Evictables.Victim::gang).collect(Collectors.toSet());
        return ask.terms()
                .keep()
                .without(occupant -> occupant.claimant().equals(ask.claimant()) && holders.contains(occupant.holder()));
    }

    private static boolean evictsBoth(Found found) {
        return !found.juniors().isEmpty()
                && found.placed().victims().stream().anyMatch(v -> v.cost() > 0 && !(v instanceof Junior));
    }

    /** @param going those of the juniors who go in any case, so that evicting them costs nothing more */
    private Optional<Found> find(Ask ask, List<? extends Junior> juniors, Set<Junior> going) {
        Optional<Found> found =
                cluster.keepingRank(Set.of(ask.claimant().account()), () -> findBeside(ask, juniors, going));
        if (found.isPresent() && !isNobodyWorseOff(ask)) {
            undo(found.get());
            return Optional.empty();
        }
        return found;
    }

    /** Whether nobody is entitled to less, unless an older account is to more: it is owed what victims leave beside the place. */
    private boolean isNobodyWorseOff(Ask ask) {
        Map<String, Integer> entitled = cluster.quotas().entitled();
        boolean isMoreOwed = false;
        for (Map.Entry<String, Integer> before : ask.left().entitled().entrySet()) {
            int now = entitled.getOrDefault(before.getKey(), 0);
            isMoreOwed |= now > before.getValue();
            if (now < before.getValue() && !isMoreOwed) {
                return false;
            }
        }
        return true;
    }

    private Optional<Found> findBeside(Ask ask, List<? extends Junior> juniors, Set<Junior> going) {
        juniors.forEach(junior -> lend(junior, ask.claimant()));
        Optional<Outcome.Placed> placed = placer.find(
                ask.gang(),
                new Terms(
                        ask.claimant(),
                        keep(ask, juniors),
                        evictables(ask.terms().evictables(), juniors, going)),
                ask.explained());
        if (placed.isEmpty()) {
            juniors.forEach(junior -> giveBack(junior, ask.claimant()));
            return Optional.empty();
        }
        Set<Evictables.Victim> victims = new LinkedHashSet<>();
        placed.get().victims().forEach(v -> victims.add(v instanceof Going free ? free.junior() : v));
        List<Junior> others = new ArrayList<>(juniors);
        others.removeAll(victims);
        victims.addAll(
                new GivingBack(cluster, ask.claimant(), others, juniorsOf(victims), lent -> isLeft(ask, lent)).run());
        List<Evictables.Victim> all = withoutPartsOfWholes(victims);
        return Optional.of(new Found(
                ask,
                new Outcome.Placed(
                        ask.claimant(),
                        placed.get().assignment(),
                        all,
                        placed.get().why().map(why -> why.evicting(all))),
                juniorsOf(all),
                all.stream().mapToDouble(Evictables.Victim::cost).sum()));
    }

    private static Set<Junior> juniorsOf(Collection<Evictables.Victim> victims) {
        Set<Junior> juniors = new LinkedHashSet<>();
        for (Evictables.Victim victim : victims) {
            if (victim instanceof Junior junior) {
                juniors.add(junior);
            }
        }
        return juniors;
    }

    /** A gang that goes as a whole takes its parts with it, also those that go for the place. */
    private static List<Evictables.Victim> withoutPartsOfWholes(Collection<Evictables.Victim> victims) {
        Set<Object> wholes = new HashSet<>();
        for (Evictables.Victim victim : victims) {
            if (victim.spare().isEmpty()) {
                wholes.add(victim.gang());
            }
        }
        return victims.stream()
                .filter(victim -> victim.spare().isEmpty() || !wholes.contains(victim.gang()))
                .toList();
    }

    /** Takes a place back, and gives back what they have to those who were to go for it. */
    private void undo(Found found) {
        seat(found, -1);
        found.juniors().forEach(junior -> giveBack(junior, found.ask().claimant()));
    }

    /** Takes a place again that was taken back, with nothing else changed since. */
    private void redo(Found found) {
        found.juniors().forEach(junior -> lend(junior, found.ask().claimant()));
        seat(found, 1);
    }

    /** Counts what a junior has of an account as lent. */
    private void lend(Junior junior, Claimant account) {
        Stake.of(junior).lend(cluster, account);
    }

    private void giveBack(Junior junior, Claimant account) {
        Stake.of(junior).giveBack(cluster, account);
    }

    private void seat(Found found, int sign) {
        List<GangDemand.PodSet> podSets = found.ask().gang().podSets();
        for (int i = 0; i < podSets.size(); i++) {
            for (Assignment.NodePods on : found.placed().assignment().nodes().get(i)) {
                cluster.seat(on.node(), found.ask().claimant(), podSets.get(i).shape(), sign * on.pods());
            }
        }
    }

    private static Evictables evictables(Evictables lent, List<? extends Junior> juniors, Set<Junior> going) {
        Map<String, List<Evictables.Victim>> byNode = new HashMap<>();
        for (Junior junior : juniors) {
            boolean goes = going.contains(junior);
            for (Junior part : goes ? List.<Junior>of() : junior.parts()) {
                part.left().forEach(node -> add(part, node, byNode));
            }
            Evictables.Victim victim = goes ? new Going(junior) : junior;
            junior.left().forEach(node -> add(victim, node, byNode));
        }
        return node -> {
            List<Evictables.Victim> there = new ArrayList<>(lent.on(node));
            for (Evictables.Victim junior : byNode.getOrDefault(node, List.of())) {
                int behind = there.size();
                for (int i = 0; i < there.size(); i++) {
                    // A gang comes after its parts.
                    behind = there.get(i).gang() == junior.gang() ? i + 1 : behind;
                }
                there.add(behind, junior);
            }
            return there;
        };
    }

    private static void add(Evictables.Victim victim, String node, Map<String, List<Evictables.Victim>> byNode) {
        byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(victim);
    }

    /** A junior who goes in any case. */
    private record Going(Junior junior) implements Evictables.Victim {
        @Override
        public double cost() {
            return 0;
        }

        @Override
        public Collection<String> nodes() {
            return junior.nodes();
        }

        @Override
        public Object gang() {
            return junior.gang();
        }

        @Override
        public OptionalInt spare() {
            return junior.spare();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return junior.pods(node);
        }
    }
}
