package dev.offtake.placement;

/** What a gang draws on. In the order in which tiers are served. */
public enum Tier {
    /** Draws on a commitment, within its entitlement. */
    RESERVED,
    /** Draws on the on-demand limit of a commitment, within what no entitlement needs. */
    ON_DEMAND,
    /** Uses what is idle, promised or not, until somebody above needs it. */
    SPOT
}
