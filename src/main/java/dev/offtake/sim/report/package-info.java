/** What a simulation shows: a summary, tables, and one page with charts. */
@NullMarked
package dev.offtake.sim.report;

import org.jspecify.annotations.NullMarked;
