/** Benchmark of gangs with quotas, borrowing, reclaim and topology; see docs/benchmarks.md. */
@NullMarked
package dev.offtake.bench.gang;

import org.jspecify.annotations.NullMarked;
