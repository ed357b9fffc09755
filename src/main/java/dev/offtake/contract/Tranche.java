package dev.offtake.contract;

/**
 * A part of a commitment.
 *
 * @param quantity cells of the commitment's unit, at least 1
 * @param due from when until when the quantity counts
 */
public record Tranche(String name, int quantity, Interval due) {}
