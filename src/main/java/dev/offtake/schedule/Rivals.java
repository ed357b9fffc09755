package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Accounts of one tier and one class that may all serve a gang: a tenant has more than one if he has several contracts, or
 * commitments in several units. The gang does not say which it prefers; the place decides.
 *
 * @param choices at least one, in the order of their admission
 */
record Rivals(List<Accounts.Choice> choices) {
    /** All choices of a gang, best first. */
    static List<Rivals> of(List<Accounts.Choice> choices) {
        if (choices.size() == 1) {
            return List.of(new Rivals(choices));
        }
        List<Rivals> all = new ArrayList<>();
        for (int from = 0, to; from < choices.size(); from = to) {
            to = from + 1;
            while (to < choices.size() && choices.get(from).isAlike(choices.get(to))) {
                to++;
            }
            all.add(new Rivals(choices.subList(from, to)));
        }
        return all;
    }

    Tier tier() {
        return choices.get(0).claimant().tier();
    }

    /**
     * What a gang may draw on.
     *
     * @param keptOn what of an account is kept for others
     * @param evictables who may be evicted that has run for so long
     */
    List<Terms> terms(Function<Claimant, Keep> keptOn, Function<Duration, Evictables> evictables) {
        Map<Duration, Evictables> known = new HashMap<>();
        List<Terms> terms = new ArrayList<>();
        for (Accounts.Choice choice : choices) {
            terms.add(new Terms(
                    choice.claimant(),
                    keptOn.apply(choice.claimant()),
                    known.computeIfAbsent(choice.lending().minRuntime(), evictables)));
        }
        return terms;
    }

    /** The one in whose name a place was found. */
    static Accounts.Choice choice(List<Rivals> all, Claimant claimant) {
        for (Rivals rivals : all) {
            for (Accounts.Choice choice : rivals.choices()) {
                if (choice.claimant().equals(claimant)) {
                    return choice;
                }
            }
        }
        throw new NoSuchElementException(claimant.toString());
    }
}
