/** The life of a recorded scheduler, once more. */
@NullMarked
package dev.offtake.sim.replay;

import org.jspecify.annotations.NullMarked;
