/**
 * The production decisions in virtual time: {@code input} reads manifests, traces and timed changes, {@code run} plays
 * them, {@code report} shows what came out, {@code replay} does again what an operator has recorded.
 */
@NullMarked
package dev.offtake.sim;

import org.jspecify.annotations.NullMarked;
