package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Whose turn it is among gangs that would grow: first on their own accounts, in the order of Rule 5, then into what is
 * idle, where the tenant has the next turn to whom least is lent. In its turn a gang grows for as long as it would have
 * the next one, too: so one without rivals takes all at once, and of rivals none gets further ahead than by a pod, or a
 * slice. For whom there is no room has no turn any more.
 */
final class GrowthTurns {
    private final Growth growth;
    private final Beside beside;
    private final Accounts accounts;
    private final Shares shares;
    private final Cluster cluster;

    GrowthTurns(Growth growth, Beside beside, Accounts accounts, Shares shares, Cluster cluster) {
        this.growth = growth;
        this.beside = beside;
        this.accounts = accounts;
        this.shares = shares;
        this.cluster = cluster;
    }

    /**
     * Lets gangs grow.
     *
     * @param inOrder by their lines' order: see {@link Queue}
     * @param kept what of an account is kept from a gang for others
     * @return what came of it for each of them
     */
    Map<Gang, Found> grow(List<Gang> inOrder, BiFunction<Gang, Claimant, Keep> kept, Instant now) {
        return new Pass(inOrder, kept, now).grow();
    }

    /** A gang that would grow on one account. */
    private static final class Grower implements Turns.Head {
        private final Gang gang;
        private final Position position;
        private final Claimant claimant;
        private final Deque<GangSpec.PodSet> podSets;
        /** For more there was no room. */
        private int most = Integer.MAX_VALUE;

        Grower(Gang gang, Position position, Claimant claimant) {
            this.gang = gang;
            this.position = position;
            this.claimant = claimant;
            podSets = new ArrayDeque<>(gang.spec().podSets());
        }

        @Override
        public Rank rank() {
            return gang.rank();
        }

        @Override
        public Position position() {
            return position;
        }

        @Override
        public int gpus() {
            return gang.spec().leastGpus();
        }

        /** Whether it would have more, of which pod set ever. */
        boolean wantsMore() {
            while (!podSets.isEmpty() && Growth.wanted(gang, podSets.element()) == 0) {
                nextPodSet();
            }
            return !podSets.isEmpty();
        }

        void nextPodSet() {
            podSets.remove();
            most = Integer.MAX_VALUE;
        }

        /** Pods that it asks for if it may have so many GPUs before it is the turn of another, and one pod or slice more. */
        int pods(long room) {
            GangSpec.PodSet podSet = podSets.element();
            long stepGpus = Math.max(1, (long) podSet.step() * podSet.shape().gpus());
            long steps = Math.max(0, room) / stepGpus + 1;
            return (int) Math.min(Math.min(most, Growth.wanted(gang, podSet)), steps * podSet.step());
        }
    }

    /** A tenant of whom gangs would have what is lent. */
    private record Borrower(String tenant, double share, Turns turns, Position next) {
        static final Comparator<Borrower> ORDER =
                Comparator.comparingDouble(Borrower::share).thenComparing(Borrower::next);
    }

    /** One time that all have their turns. */
    private final class Pass {
        private final Map<Gang, Position> positions = new LinkedHashMap<>();
        private final BiFunction<Gang, Claimant, Keep> kept;
        private final Instant now;
        private final Going going = new Going();
        private final Map<Gang, Found> found = new LinkedHashMap<>();

        Pass(List<Gang> inOrder, BiFunction<Gang, Claimant, Keep> kept, Instant now) {
            this.kept = kept;
            this.now = now;
            Map<Queue.Line, Position.Age> turns = new HashMap<>();
            for (Gang gang : inOrder) {
                Position.Age age = Position.Age.of(gang);
                // Those before it in its line are older, or of higher priority.
                Position.Age turn =
                        turns.merge(gang.rank().line(), age, (before, own) -> before.compareTo(own) > 0 ? before : own);
                positions.put(gang, new Position(gang.rank(), turn, age, shares.portion(gang.rank())));
                found.put(gang, Found.NOTHING);
            }
            // First the seats that it had: with fewer it could not run.
            positions.keySet().removeIf(gang -> beside.node(gang).isEmpty());
        }

        Map<Gang, Found> grow() {
            Turns own = new Turns(shares);
            growers(false).forEach(own::add);
            own.begin();
            while (!own.isEmpty()) {
                own.serveFirst(head -> serve((Grower) head, roomOf(head, own, false)));
            }
            lend();
            return found;
        }

        private void lend() {
            Map<String, Turns> byTenant = new TreeMap<>();
            growers(true)
                    .forEach(grower -> byTenant.computeIfAbsent(
                                    grower.rank().line().tenant(),
                                    t -> Turns.ofBorrowers(shares, Comparator.comparing(Turns.Head::position)))
                            .add(grower));
            PriorityQueue<Borrower> borrowers = new PriorityQueue<>(Borrower.ORDER);
            byTenant.forEach((tenant, turns) -> {
                turns.begin();
                borrowers.add(borrower(tenant, turns));
            });
            while (!borrowers.isEmpty()) {
                Borrower first = borrowers.remove();
                long room = borrowers.isEmpty()
                        ? Long.MAX_VALUE
                        : accounts.lentUpTo(borrowers.element().share(), first.tenant(), cluster);
                Turns turns = first.turns();
                turns.serveFirst(head -> serve((Grower) head, Math.min(room, roomOf(head, turns, true))));
                if (!turns.isEmpty()) {
                    borrowers.add(borrower(first.tenant(), turns));
                }
            }
        }

        private Borrower borrower(String tenant, Turns turns) {
            return new Borrower(
                    tenant,
                    accounts.lentShare(tenant, cluster),
                    turns,
                    turns.next().position());
        }

        /** GPUs that its sub-tenant may have before it is the turn of another. */
        private long roomOf(Turns.Head head, Turns turns, boolean lent) {
            return turns.leastOfOthers(head.rank())
                    .map(other -> shares.portion(head.rank(), lent).roomUpTo(other))
                    .orElse(Long.MAX_VALUE);
        }

        private List<Grower> growers(boolean lent) {
            List<Grower> growers = new ArrayList<>();
            positions.forEach((gang, position) -> Growth.claimants(gang).stream()
                    .filter(claimant -> (claimant.tier() == Tier.SPOT) == lent)
                    .map(claimant -> new Grower(gang, position, claimant))
                    .filter(Grower::wantsMore)
                    .forEach(growers::add));
            return growers;
        }

        /** Answers who has a turn after that: nobody if there was no room, or the gang has all that it would. */
        private Optional<Turns.Head> serve(Grower grower, long room) {
            boolean anyRoom = false;
            while (!anyRoom && grower.wantsMore()) {
                int pods = grower.pods(room);
                int given = grow(grower, pods);
                anyRoom = given > 0;
                if (!anyRoom) {
                    grower.nextPodSet();
                } else if (given < pods) {
                    grower.most = given;
                }
            }
            return grower.wantsMore() ? Optional.of(grower) : Optional.empty();
        }

        private int grow(Grower grower, int pods) {
            Gang gang = grower.gang;
            Terms account = new Terms(
                    grower.claimant,
                    kept.apply(gang, grower.claimant),
                    beside.others(gang, grower.claimant, going, now));
            int before = gang.seats().size();
            Found more = growth.grow(gang, grower.podSets.element(), pods, account, now);
            going.add(more.victims());
            found.merge(gang, more, Found::and);
            return gang.seats().size() - before;
        }
    }
}
