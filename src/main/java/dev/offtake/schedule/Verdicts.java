package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of gangs that are refused: they are told why, and what they wait for is kept. */
final class Verdicts {
    private final Kept kept;
    private final Backfill backfill;
    private final Ends ends;
    private final Patience patience;
    private final Drains drains;

    Verdicts(Kept kept, Backfill backfill, Ends ends, Patience patience, Drains drains) {
        this.kept = kept;
        this.backfill = backfill;
        this.ends = ends;
        this.patience = patience;
        this.drains = drains;
    }

    /**
     * What a refusal means for the kind of a gang.
     *
     * @param first the account that it prefers
     * @param there where it stands among those who wait; empty for behind them
     */
    Kind.Verdict of(Gang gang, Refusal refusal, Claimant first, Optional<Position> there, Instant now) {
        return new Kind.Verdict(
                gang.reason(refusal),
                Optional.of(refusal),
                Kept.share(refusal, first),
                words(gang, refusal, first, there, now));
    }

    /** What is known of when a gang of the kind may start, or how long others pass it. */
    private Kind.Words words(Gang gang, Refusal refusal, Claimant first, Optional<Position> there, Instant now) {
        if (refusal.code() == Refusal.Code.BEHIND_IN_QUEUE) {
            Backfill.Hold hold = backfill.hold(gang, first, there, now);
            return (each, reason) -> hold.explain(reason);
        }
        if (first.tier() == Tier.SPOT) {
            return Kept.isByShape(refusal) ? this::passed : Kind.Words.NONE;
        }
        Optional<Kind.Short> shortOf = Kept.share(refusal, first).map(Kind.Share::by);
        if (shortOf.filter(Kind.Short.SHAPE::equals).isPresent()) {
            Optional<Instant> cleared = drains.clearedAt(gang, first, now);
            return cleared.isPresent()
                    ? (each, reason) -> each == gang ? with("cleared", cleared.filter(now::isBefore), reason) : reason
                    : this::passed;
        }
        if (refusal.code() != Refusal.Code.QUOTA_REACHED || shortOf.isEmpty()) {
            return Kind.Words.NONE;
        }
        Optional<Instant> start = ends.start(first, gang.spec().leastGpus(), now);
        return start.isPresent() ? (each, reason) -> with("start", start.filter(now::isBefore), reason) : this::passed;
    }

    private Reason passed(Gang gang, Reason reason) {
        return with("passedUntil", patience.end(gang), reason);
    }

    private static Reason with(String name, Optional<Instant> at, Reason reason) {
        return at.map(instant -> reason.with(name, instant)).orElse(reason);
    }

    /** What is kept for gangs of a kind is kept whether they borrow meanwhile or wait. */
    void refuseUnlent(Kind kind, Kind.Verdict verdict) {
        kind.refuseUnlent(verdict);
        verdict.kept().ifPresent(share -> kept.keep(kind, share));
    }

    /** Refuses all gangs of a kind, and tells those for whom that is news. */
    void refuse(Kind kind, Kind.Verdict verdict, List<Decision> decisions) {
        if (kind.verdict().isEmpty()) {
            kind.refuse(verdict);
            if (kind.unlent().isEmpty()) {
                verdict.kept().ifPresent(share -> kept.keep(kind, share));
            }
        }
        for (Gang gang : kind.takeUntold(verdict.reason().code())) {
            tell(gang, verdict.of(gang), decisions);
        }
    }

    /** Tells a gang why it waits, if that is news. */
    static void tell(Gang gang, Reason reason, List<Decision> decisions) {
        if (gang.tell(reason)) {
            decisions.add(new Decision.Explain(gang.id(), reason));
        }
    }
}
