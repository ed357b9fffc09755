package dev.offtake.schedule;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What gangs ask for. Where very many wait, most ask for the same as one before: what that was is looked up in one step,
 * and is the same object for all of them.
 */
final class Wishes {
    /** Distinct wishes remembered, each with the specification of one gang that may be gone. */
    private static final int MOST = 16_384;

    private final Demands demands = new Demands();
    /** None is empty: it is what gangs keep, so that it need not be wrapped for each. */
    private final Map<Wish, Optional<Gang.Ask>> known = new HashMap<>();

    private int knownOf;

    /**
     * What a gang asks for that lacks nothing but a place.
     *
     * @param compactUntil until when it is to be compact where it is lent its place
     */
    Optional<Gang.Ask> ask(Gang gang, Optional<Instant> compactUntil) {
        if (!gang.refusals().nodes().isEmpty()) {
            return Optional.of(make(gang, compactUntil.isPresent(), compactUntil));
        }
        if (demands.timesForgotten() != knownOf) {
            known.clear();
            knownOf = demands.timesForgotten();
        }
        Wish wish = Wish.of(gang, compactUntil.isPresent());
        Optional<Gang.Ask> same = known.get(wish);
        if (same == null) {
            same = Optional.of(make(gang, compactUntil.isPresent(), Optional.empty()));
            remember(wish, same);
        }
        return compactUntil.isEmpty() ? same : same.map(ask -> ask.compactUntil(compactUntil));
    }

    private Gang.Ask make(Gang gang, boolean compact, Optional<Instant> until) {
        List<Demands.Demand> all = demands.of(gang, compact);
        return new Gang.Ask(Optional.empty(), all, Optional.of(Kind.Key.of(gang, all)), until);
    }

    private void remember(Wish wish, Optional<Gang.Ask> ask) {
        // What was numbered before others were forgotten has other numbers from now on.
        if (demands.timesForgotten() == knownOf) {
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(wish, ask);
        }
    }
}
