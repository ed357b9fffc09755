/**
 * What there is: pools, their topology, nodes, health signals and label vocabularies.
 *
 * <p>Part of the pure core: no Kubernetes client, no clock, no thread.
 */
@NullMarked
package dev.offtake.fleet;

import org.jspecify.annotations.NullMarked;
