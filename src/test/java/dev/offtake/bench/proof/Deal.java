package dev.offtake.bench.proof;

/**
 * A commitment.
 *
 * @param onDemand GPUs that may be used above it
 * @param lends whether others may use what it leaves idle
 */
record Deal(String account, String unit, int committed, int onDemand, boolean lends) {}
