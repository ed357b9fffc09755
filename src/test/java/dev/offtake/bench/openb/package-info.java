/** Packing on the production trace of the FGD paper, beside FGD and best fit; see docs/benchmarks.md. */
@NullMarked
package dev.offtake.bench.openb;

import org.jspecify.annotations.NullMarked;
