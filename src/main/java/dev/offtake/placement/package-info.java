/**
 * Where work goes: cells and what is free in them, Rule 2, and the search for the place of a gang.
 *
 * <p>Part of the pure core: no Kubernetes client, no clock, no thread. All state is changed in place by one thread.
 */
@NullMarked
package dev.offtake.placement;

import org.jspecify.annotations.NullMarked;
