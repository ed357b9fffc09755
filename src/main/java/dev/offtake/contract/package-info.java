/**
 * What is promised: contracts, their commitments and tranches, and how much of them is due at an instant.
 *
 * <p>Part of the pure core: no Kubernetes client, no clock, no thread.
 */
@NullMarked
package dev.offtake.contract;

import org.jspecify.annotations.NullMarked;
