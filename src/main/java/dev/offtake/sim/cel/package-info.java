/** As much of the Common Expression Language as the rules of our CRDs use, so that they are written once. */
@NullMarked
package dev.offtake.sim.cel;

import org.jspecify.annotations.NullMarked;
