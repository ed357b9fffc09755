/** How fast a simulation is, and where its time goes. */
@NullMarked
package dev.offtake.bench.year;

import org.jspecify.annotations.NullMarked;
