package dev.offtake.placement;

/**
 * An account on which a gang may draw, and what of it.
 *
 * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that this one must leave
 * @param evictables who may be evicted for it; the same object where that is the same on several accounts
 */
public record Terms(Claimant claimant, int kept, Evictables evictables) {}
