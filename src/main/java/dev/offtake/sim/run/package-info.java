/** Virtual time: one scheduler, told of submissions, ends and changes at their instants, and what it did. */
@NullMarked
package dev.offtake.sim.run;

import org.jspecify.annotations.NullMarked;
