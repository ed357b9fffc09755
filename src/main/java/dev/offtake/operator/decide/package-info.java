/** The one thread that decides: events in, the state of the core, decisions out. */
@NullMarked
package dev.offtake.operator.decide;

import org.jspecify.annotations.NullMarked;
