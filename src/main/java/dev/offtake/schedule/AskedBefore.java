package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What equal demands were refused, as long as nothing has changed for the better: of what is lent until something is
 * freed, of the rest until the next time that everybody is served.
 */
final class AskedBefore {
    private final Cluster cluster;
    private final Map<Question, Known> firm = new HashMap<>();
    private final Map<Question, Known> lent = new HashMap<>();
    private long knownAt = -1;

    private record Question(Claimant claimant, int demand, int length) {}

    private record Known(Refusal refusal, Keep keep) {}

    AskedBefore(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Everybody is served anew. */
    void begin() {
        firm.clear();
    }

    /**
     * What the demand was refused.
     *
     * @param demand its number
     * @param length see {@link Backfill#length}
     * @param keep what must be left to others now; who had to leave more was asked another question
     */
    Optional<Refusal> refusal(Claimant claimant, int demand, int length, Keep keep) {
        return Optional.ofNullable(of(claimant).get(new Question(claimant, demand, length)))
                .filter(known -> keep.covers(known.keep()))
                .map(Known::refusal);
    }

    void refused(Claimant claimant, int demand, int length, Keep keep, Refusal refusal) {
        of(claimant).put(new Question(claimant, demand, length), new Known(refusal, keep));
    }

    private Map<Question, Known> of(Claimant claimant) {
        if (claimant.tier() != Tier.SPOT) {
            return firm;
        }
        if (cluster.freed() != knownAt) {
            lent.clear();
            knownAt = cluster.freed();
        }
        return lent;
    }
}
