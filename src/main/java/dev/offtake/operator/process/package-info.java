/** The operator as a process: clients, leader lease, probes, metrics, orderly start and stop. It decides nothing. */
@NullMarked
package dev.offtake.operator.process;

import org.jspecify.annotations.NullMarked;
