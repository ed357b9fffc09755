package dev.offtake.placement;

/**
 * An account on which a gang may draw, and what of it.
 *
 * @param keep what earlier gangs wait for
 * @param evictables who may be evicted for it; the same object where that is the same on several accounts
 */
public record Terms(Claimant claimant, Keep keep, Evictables evictables) {}
