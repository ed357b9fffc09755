package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is left of an account's quota for gangs that wait for it, so that smaller ones that came later do not take it. */
final class Kept {
    private final Map<Claimant, Integer> units = new HashMap<>();
    private final Map<Claimant, Gang> last = new HashMap<>();
    private final Map<GangId, Share> shares = new HashMap<>();

    private record Share(Claimant claimant, int units) {}

    void clear() {
        units.clear();
        last.clear();
        shares.clear();
    }

    /** Units of the account (GPUs on demand) that others wait for. */
    int on(Claimant claimant) {
        return units.getOrDefault(claimant, 0);
    }

    /** The last gang for which something of this account was kept. */
    Optional<Gang> last(Claimant claimant) {
        return Optional.ofNullable(last.get(claimant));
    }

    void forget(GangId gang) {
        Share share = shares.remove(gang);
        if (share != null) {
            units.merge(share.claimant(), -share.units(), Integer::sum);
        }
    }

    /** Keeps what the gang waits for, unless the account could never be enough for it. */
    void keep(Gang gang, Refusal refusal, Claimant claimant) {
        boolean byQuota = refusal.code() == Refusal.Code.QUOTA_REACHED
                || refusal.code() == Refusal.Code.BEHIND_IN_QUEUE
                || refusal.numbers().containsKey("entitled");
        if (!byQuota) {
            return;
        }
        int needed = Integer.parseInt(refusal.numbers().getOrDefault("needed", "0"));
        int most = Integer.parseInt(refusal.numbers().getOrDefault("committed", String.valueOf(needed)));
        if (needed <= most) {
            units.merge(claimant, needed, Integer::sum);
            last.put(claimant, gang);
            shares.put(gang.id(), new Share(claimant, needed));
        }
    }
}
