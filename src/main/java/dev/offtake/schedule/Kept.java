package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** What is left of an account's quota for gangs that wait for it, so that smaller ones that came later do not take it. */
final class Kept {
    private final Map<Claimant, List<ForKind>> kinds = new HashMap<>();
    private final Map<Claimant, Gang> last = new HashMap<>();

    private record ForKind(Kind kind, int units) {}

    void clear() {
        kinds.clear();
        last.clear();
    }

    /** Whether anything is kept for anybody. */
    boolean isForAny() {
        return !kinds.isEmpty();
    }

    /** Units of the account (GPUs on demand) that others wait for. */
    int on(Claimant claimant) {
        return sum(claimant, Kind::size);
    }

    /** Units that those wait for who go before somebody who stands there. */
    int before(Claimant claimant, Position there) {
        return sum(claimant, kind -> kind.countBefore(there));
    }

    private int sum(Claimant claimant, ToIntFunction<Kind> gangs) {
        int units = 0;
        for (ForKind of : kinds.getOrDefault(claimant, List.of())) {
            units += of.units() * gangs.applyAsInt(of.kind());
        }
        return units;
    }

    /** GPUs of the smallest gang that something of this account is kept for. */
    long leastGpus(Claimant claimant) {
        return kinds.getOrDefault(claimant, List.of()).stream()
                .filter(of -> !of.kind().isEmpty())
                .mapToLong(of -> of.kind().leastGpus())
                .min()
                .orElse(0);
    }

    /** The last gang for which something of this account was kept. */
    Optional<Gang> last(Claimant claimant) {
        return Optional.ofNullable(last.get(claimant));
    }

    /** What the account keeps for a gang that was refused; nothing if it could never be enough for it. */
    static Optional<Kind.Share> share(Refusal refusal, Claimant claimant) {
        boolean byQuota = refusal.code() == Refusal.Code.QUOTA_REACHED
                || refusal.code() == Refusal.Code.BEHIND_IN_QUEUE
                || refusal.numbers().containsKey("entitled");
        if (!byQuota) {
            return Optional.empty();
        }
        int needed = Integer.parseInt(refusal.numbers().getOrDefault("needed", "0"));
        int most = Integer.parseInt(refusal.numbers().getOrDefault("committed", String.valueOf(needed)));
        return needed <= most ? Optional.of(new Kind.Share(claimant, needed)) : Optional.empty();
    }

    /** Keeps the share for each gang of a kind, now and later. */
    void keep(Kind kind, Kind.Share share) {
        kinds.computeIfAbsent(share.claimant(), c -> new ArrayList<>()).add(new ForKind(kind, share.units()));
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
