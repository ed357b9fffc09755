package dev.offtake.placement;

import org.jspecify.annotations.Nullable;

/**
 * One of the pools that serve an account, or one cell of it.
 *
 * @param index of the pool among those of the {@link Promises}
 * @param within only what lies in this cell; null for the whole pool
 */
record Where(int index, PoolState pool, Fits.@Nullable Domain within) {}
