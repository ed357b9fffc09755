package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gangs that wait for the quota of an account, and how much of it. */
final class Kept {
    private final Map<Claimant, List<ForKind>> kinds = new HashMap<>();
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
        last.clear();
    }

    /** Whether anything is kept for anybody. */
    boolean isForAny() {
        return !kinds.isEmpty();
    }

    /** Accounts for which anybody waits, or has waited. */
    Collection<Claimant> claimants() {
        return kinds.keySet();
    }

    /** Who waits for quota of the account; kinds may have no gang any more. */
    List<ForKind> on(Claimant claimant) {
        return kinds.getOrDefault(claimant, List.of());
    }

    /** The last gang for which something of this account was kept. */
    Optional<Gang> last(Claimant claimant) {
        return Optional.ofNullable(last.get(claimant));
    }

    /** What the account keeps for a gang that was refused; nothing if it could never be enough for it. */
    static Optional<Kind.Share> share(Refusal refusal, Claimant claimant) {
        boolean bySupply = refusal.numbers().containsKey("entitled");
        boolean byQuota = refusal.code() == Refusal.Code.QUOTA_REACHED
                || refusal.code() == Refusal.Code.BEHIND_IN_QUEUE
                || bySupply;
        if (!byQuota) {
            return Optional.empty();
        }
        int needed = Integer.parseInt(refusal.numbers().getOrDefault("needed", "0"));
        int most = Integer.parseInt(refusal.numbers().getOrDefault("committed", String.valueOf(needed)));
        return needed <= most ? Optional.of(new Kind.Share(claimant, needed, bySupply)) : Optional.empty();
    }

    /** Keeps the share for each gang of a kind, now and later. */
    void keep(Kind kind, Kind.Share share) {
        kinds.computeIfAbsent(share.claimant(), c -> new ArrayList<>()).add(new ForKind(kind, share));
    }

    /** All would be refused what they were: what was kept is kept, but for kinds of which nobody waits any more. */
    void passedAgain() {
        kinds.values().forEach(all -> all.removeIf(of -> of.kind().isEmpty()));
        kinds.values().removeIf(List::isEmpty);
        last.clear();
        passed();
    }

    /** A gang came for which this is kept. */
    void came(Gang gang, Kind.Share share) {
        last.put(share.claimant(), gang);
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
