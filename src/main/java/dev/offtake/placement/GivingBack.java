package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Gives back to juniors what they have of an account and need not leave for a place, as long as there is room for it. Of
 * one that can do without some pods these are given back by themselves, so that it may go on without them.
 *
 * <p>For whom there is no room is the better of two greedy choices: dearest first, and dearest per GPU first.
 */
final class GivingBack {
    private final Cluster cluster;
    private final Claimant account;
    private final Predicate<Set<Preemption.Junior>> hasRoom;
    /** Of whom anything counts as lent now. */
    private final Set<Preemption.Junior> lent;

    private final List<Piece> pieces = new ArrayList<>();

    /**
     * What is given back at once: a part of a junior, or the junior without the parts that it can do without.
     *
     * @param junior who goes if there is no room for it
     * @param needs without which it is of no use; itself if there is none
     * @param cost what is lost if it goes, beside other pieces
     */
    private record Piece(Preemption.Junior junior, Preemption.Junior needs, Stake stake, double cost) {
        double costPerGpu() {
            return cost / Math.max(1, stake.gpus());
        }

        boolean isPart() {
            return junior != needs;
        }

        boolean isOf(Set<Preemption.Junior> gone) {
            return gone.contains(junior) || gone.contains(needs);
        }
    }

    /**
     * @param juniors who may stay; what they have is counted as lent
     * @param going parts of them that go in any case
     * @param hasRoom whether the account and all promises have what they must, with what is given back, while all of
     *     these still count as lent
     */
    GivingBack(
            Cluster cluster,
            Claimant account,
            Collection<? extends Preemption.Junior> juniors,
            Set<Preemption.Junior> going,
            Predicate<Set<Preemption.Junior>> hasRoom) {
        this.cluster = cluster;
        this.account = account;
        this.hasRoom = hasRoom;
        lent = new HashSet<>(going);
        juniors.forEach(junior -> add(junior, going));
        pieces.forEach(piece -> lent.add(piece.junior()));
    }

    private void add(Preemption.Junior junior, Set<Preemption.Junior> going) {
        List<? extends Preemption.Junior> parts = junior.parts();
        Stake rest = Stake.of(junior);
        double cost = junior.cost();
        int gone = 0;
        for (Preemption.Junior part : parts) {
            if (going.contains(part)) {
                rest.remove(Stake.of(part));
                cost -= part.cost();
                gone++;
            }
        }
        List<Piece> spared = new ArrayList<>();
        for (Preemption.Junior part : parts) {
            if (!going.contains(part) && gone < part.spare().orElse(0)) {
                Stake stake = Stake.of(part);
                rest.remove(stake);
                cost -= part.cost();
                gone++;
                spared.add(new Piece(part, junior, stake, part.cost()));
            }
        }
        pieces.add(new Piece(junior, junior, rest, cost));
        pieces.addAll(spared);
    }

    /** Gives back what can be; answers who has to go beside those who go in any case. */
    Set<Preemption.Junior> run() {
        Set<Preemption.Junior> tooMany = inOrder(Piece::cost);
        if (tooMany.isEmpty()) {
            return tooMany;
        }
        takeBack(tooMany);
        Set<Preemption.Junior> otherwise = inOrder(Piece::costPerGpu);
        if (lost(otherwise) < lost(tooMany)) {
            return otherwise;
        }
        takeBack(otherwise);
        return inOrder(Piece::cost);
    }

    /**
     * Gives back in falling order, but nothing before what it needs, and of equals parts last, so that rather several
     * gangs give some than one all; answers for whom there is no room. As many as can be are asked about at once: if there
     * is room for all of them, there is for each.
     */
    private Set<Preemption.Junior> inOrder(ToDoubleFunction<Piece> worth) {
        List<Piece> sorted = sorted(worth);
        Set<Preemption.Junior> left = new LinkedHashSet<>();
        int most = sorted.size();
        for (int from = 0; from < sorted.size(); ) {
            int to = Math.min(from + most, sorted.size());
            List<Piece> next = sorted.subList(from, to).stream()
                    .filter(piece -> !left.contains(piece.needs()))
                    .toList();
            if (areGivenBack(next)) {
                from = to;
                most = Math.min(2 * most, sorted.size());
            } else if (to - from > 1) {
                most = (to - from) / 2;
            } else {
                left.add(sorted.get(from).junior());
                from = to;
            }
        }
        return left;
    }

    private List<Piece> sorted(ToDoubleFunction<Piece> worth) {
        Map<Preemption.Junior, Double> worths = new HashMap<>();
        for (Piece piece : pieces) {
            double needed = worths.getOrDefault(piece.needs(), Double.POSITIVE_INFINITY);
            worths.put(piece.junior(), Math.min(needed, worth.applyAsDouble(piece)));
        }
        return pieces.stream()
                .sorted(Comparator.<Piece>comparingDouble(piece -> -worths.getOrDefault(piece.junior(), 0.0))
                        .thenComparing(Piece::isPart))
                .toList();
    }

    private boolean areGivenBack(List<Piece> some) {
        some.forEach(this::giveBack);
        if (some.isEmpty() || hasRoom.test(lent)) {
            return true;
        }
        some.forEach(this::lend);
        return false;
    }

    private void giveBack(Piece piece) {
        piece.stake().giveBack(cluster, account);
        lent.remove(piece.junior());
    }

    private void lend(Piece piece) {
        piece.stake().lend(cluster, account);
        lent.add(piece.junior());
    }

    private void takeBack(Set<Preemption.Junior> left) {
        pieces.stream().filter(piece -> !piece.isOf(left)).forEach(this::lend);
    }

    private double lost(Set<Preemption.Junior> left) {
        return pieces.stream()
                .filter(piece -> piece.isOf(left))
                .mapToDouble(Piece::cost)
                .sum();
    }
}
