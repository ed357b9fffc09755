/** What the operator tells Prometheus: which metrics there are, and how they follow the state of the decisions. */
@NullMarked
package dev.offtake.operator.metrics;

import org.jspecify.annotations.NullMarked;
