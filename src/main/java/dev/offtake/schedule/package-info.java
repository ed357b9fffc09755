/**
 * Who goes next: gangs and their seats, the queue, and one round of decisions as a function of state, events and time.
 *
 * <p>Part of the pure core: no Kubernetes client, no clock, no thread. Events come in as method calls or, through a {@link dev.offtake.schedule.Decider}, as values; decisions go out
 * as values.
 */
@NullMarked
package dev.offtake.schedule;

import org.jspecify.annotations.NullMarked;
