package dev.offtake.contract;

import java.util.OptionalInt;

/**
 * Some of a tenant's namespaces, as one side that competes with the others inside a contract.
 *
 * @param name that their label says; empty for {@link #OTHERS}
 * @param weight of its share against that of the others, at least 1
 * @param maxPriority the highest priority of its work; what asks for more has this one. Empty for any
 */
public record SubTenant(String name, int weight, OptionalInt maxPriority) {
    /** Namespaces that no name in the contract is for share this one. */
    public static final SubTenant OTHERS = new SubTenant("", 1, OptionalInt.empty());

    public SubTenant {
        if (weight < 1) {
            throw new IllegalArgumentException("weight " + weight);
        }
    }

    /** The priority that counts of what work of it asks for. */
    public int capped(int priority) {
        return Math.min(priority, maxPriority.orElse(priority));
    }
}
