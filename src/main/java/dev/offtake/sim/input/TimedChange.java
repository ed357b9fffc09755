package dev.offtake.sim.input;

/**
 * A change at its time.
 *
 * @param at milliseconds after the begin of the simulation
 */
public record TimedChange(long line, long at, Change change) {}
