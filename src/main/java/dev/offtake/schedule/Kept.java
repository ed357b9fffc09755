package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Gangs that wait for the quota of an account, and how much of it, or for cells in which they have room. */
final class Kept {
    private final Map<Claimant, List<ForKind>> kinds = new HashMap<>();
    /** Who has quota, but no room. */
    private final Map<Claimant, List<ForKind>> byShape = new HashMap<>();

    private final SortedSet<Claimant> commitments = new TreeSet<>(Comparator.comparing(Claimant::account));
    /** Accounts for which anybody waits on demand although they have enough left. */
    private final SortedSet<Claimant> onDemand = new TreeSet<>(Comparator.comparing(Claimant::account));

    private final Map<Claimant, Gang> last = new HashMap<>();

    /** Each gang of a kind waits for this. */
    record ForKind(Kind kind, Kind.Share share) {
        /** How many of them go before somebody who stands there, or before somebody who stands behind all. */
        int countBefore(Optional<Position> there) {
            return there.map(kind::countBefore).orElseGet(kind::size);
        }
    }

    void clear() {
        kinds.clear();
        byShape.clear();
        commitments.clear();
        onDemand.clear();
        last.clear();
    }

    /** Whether any quota is kept for anybody. */
    boolean isForAny() {
        return !kinds.isEmpty();
    }

    /** Accounts for whose quota anybody waits, or has waited. */
    Collection<Claimant> claimants() {
        return kinds.keySet();
    }

    /** Commitments for which anybody waits, whatever is short, in the order of their names. */
    Collection<Claimant> commitments() {
        return commitments;
    }

    /** Accounts for which anybody waits on demand for room, in the order of their names. */
    Collection<Claimant> onDemand() {
        return onDemand;
    }

    /** Whether nobody waits before those who ask for the account, whatever is short; all go before what is on demand. */
    boolean isNobodyBefore(Claimant claimant) {
        return claimant.tier() == Tier.ON_DEMAND
                ? kinds.isEmpty() && byShape.isEmpty()
                : !kinds.containsKey(claimant) && !byShape.containsKey(claimant);
    }

    /** Who waits for quota of the account; kinds may have no gang any more. */
    List<ForKind> on(Claimant claimant) {
        return kinds.getOrDefault(claimant, List.of());
    }

    /** Who waits for room although there is quota. */
    List<ForKind> byShape(Claimant claimant) {
        return byShape.getOrDefault(claimant, List.of());
    }

    /** The last gang for which something of this account was kept. */
    Optional<Gang> last(Claimant claimant) {
        return Optional.ofNullable(last.get(claimant));
    }

    /** What the account keeps for a gang that was refused; nothing if it could never be enough for it. */
    static Optional<Kind.Share> share(Refusal refusal, Claimant claimant) {
        Kind.Short by = shortOf(refusal);
        if (by == Kind.Short.SHAPE) {
            return claimant.tier() != Tier.SPOT && isByShape(refusal)
                    ? Optional.of(new Kind.Share(claimant, 0, Kind.Short.SHAPE))
                    : Optional.empty();
        }
        int needed = number(refusal, "needed");
        int most = Integer.parseInt(refusal.numbers().getOrDefault("committed", String.valueOf(needed)));
        return needed <= most ? Optional.of(new Kind.Share(claimant, needed, by)) : Optional.empty();
    }

    private static Kind.Short shortOf(Refusal refusal) {
        return switch (refusal.code()) {
            case QUOTA_REACHED -> Kind.Short.QUOTA;
            case BEHIND_IN_QUEUE -> isBehindByCells(refusal) ? Kind.Short.SHAPE : Kind.Short.QUOTA;
            default -> refusal.numbers().containsKey("entitled") ? Kind.Short.SUPPLY : Kind.Short.SHAPE;
        };
    }

    /** Whether it is not how much is kept for others that it waits for, but where. */
    private static boolean isBehindByCells(Refusal refusal) {
        return refusal.numbers().containsKey("keptNodes")
                && number(refusal, "needed") <= number(refusal, "free") - number(refusal, "kept");
    }

    private static int number(Refusal refusal, String name) {
        return Integer.parseInt(refusal.numbers().getOrDefault(name, "0"));
    }

    /** Whether it might have room when others have ended. */
    static boolean isByShape(Refusal refusal) {
        return switch (refusal.code()) {
            case BEHIND_IN_QUEUE,
                    OWN_FRAGMENTATION,
                    INSUFFICIENT_WHOLE_CELLS,
                    INSUFFICIENT_GPUS,
                    INSUFFICIENT_RESOURCES -> true;
            default -> false;
        };
    }

    /** Keeps the share for each gang of a kind, now and later. */
    void keep(Kind kind, Kind.Share share) {
        (share.by() == Kind.Short.SHAPE ? byShape : kinds)
                .computeIfAbsent(share.claimant(), c -> new ArrayList<>())
                .add(new ForKind(kind, share));
        if (share.claimant().tier() == Tier.RESERVED) {
            commitments.add(share.claimant());
        } else if (share.by() == Kind.Short.SHAPE) {
            onDemand.add(share.claimant());
        }
    }

    /** All would be refused what they were: what was kept is kept, but for kinds of which nobody waits any more. */
    void passedAgain() {
        forgetEmpty(kinds);
        forgetEmpty(byShape);
        commitments.removeIf(claimant -> !kinds.containsKey(claimant) && !byShape.containsKey(claimant));
        onDemand.removeIf(claimant -> !byShape.containsKey(claimant));
        last.clear();
        passed();
    }

    private static void forgetEmpty(Map<Claimant, List<ForKind>> of) {
        of.values().forEach(all -> all.removeIf(one -> one.kind().isEmpty()));
        of.values().removeIf(List::isEmpty);
    }

    /** A gang came for which this is kept. */
    void came(Gang gang, Kind.Share share) {
        if (share.by() != Kind.Short.SHAPE) {
            last.put(share.claimant(), gang);
        }
    }

    /** All had their turn. */
    void passed() {
        // All of some kinds may have borrowed meanwhile.
        kinds.forEach((claimant, all) -> all.stream()
                .filter(of -> !of.kind().isEmpty())
                .map(of -> of.kind().lastRow())
                .max(Comparator.comparing(Row::positionOfLast))
                .ifPresent(row -> last.put(claimant, row.last())));
    }
}
