package dev.offtake.placement;

import java.util.List;

/**
 * Seats that pass from some gangs to another as soon as all of those have left: they are counted as if that had happened,
 * those who leave as lent and who comes as the account's.
 *
 * @param claimant whose account this is about
 * @param leaving what is in use in its name until it is left
 * @param coming what is not in use in its name before that
 */
public record Handover(Claimant claimant, List<Placer.Lying> leaving, List<Placer.Lying> coming) {
    public Handover {
        leaving = List.copyOf(leaving);
        coming = List.copyOf(coming);
    }
}
