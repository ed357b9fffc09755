package dev.offtake.placement;

/**
 * On whose account work is placed.
 *
 * @param account names a commitment; opaque here
 */
public record Claimant(String account, Tier tier) {}
