/** What a decision costs, on fleets of one thousand to 325,000 nodes. */
@NullMarked
package dev.offtake.bench.scale;

import org.jspecify.annotations.NullMarked;
