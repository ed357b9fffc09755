package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.List;

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

    /** The one in whose name a place was found. */
    static Accounts.Choice choice(List<Rivals> all, Claimant claimant) {
        return all.stream()
                .flatMap(rivals -> rivals.choices().stream())
                .filter(choice -> choice.claimant().equals(claimant))
                .findFirst()
                .orElseThrow();
    }
}
