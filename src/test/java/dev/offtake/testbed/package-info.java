/** The test bed: a real control plane in child processes, a stand-in for kubelets, and fleets of nodes to try them on. */
@NullMarked
package dev.offtake.testbed;

import org.jspecify.annotations.NullMarked;
