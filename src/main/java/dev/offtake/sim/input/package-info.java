/** What a simulation begins with, as files: manifests, traces, timed changes. All of it is checked before the first decision. */
@NullMarked
package dev.offtake.sim.input;

import org.jspecify.annotations.NullMarked;
