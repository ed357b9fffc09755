/** Kubernetes: informers to state, reconcilers, release of pods, leader election, events, metrics. */
@NullMarked
package dev.offtake.operator;

import org.jspecify.annotations.NullMarked;
