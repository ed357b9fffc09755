package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How firmly a gang holds what it runs on. */
public enum Tier {
    /** Draws on a commitment. */
    @JsonProperty("Reserved")
    RESERVED,
    /** Uses the on-demand limit above the commitment. */
    @JsonProperty("OnDemand")
    ON_DEMAND,
    /** Uses what is idle, until others need it. */
    @JsonProperty("Spot")
    SPOT
}
