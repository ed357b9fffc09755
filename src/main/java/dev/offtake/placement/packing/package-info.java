/**
 * Which node and which devices: what is free on nodes whose GPUs are used whole or by fraction, and what it costs the
 * rest of the workload to take some of it. docs/placement.md derives the prices.
 */
@NullMarked
package dev.offtake.placement.packing;

import org.jspecify.annotations.NullMarked;
