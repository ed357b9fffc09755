/** Benchmarks on the real API server: what a contract costs beside the bare kube-scheduler; see docs/benchmarks.md. */
@NullMarked
package dev.offtake.bench;

import org.jspecify.annotations.NullMarked;
