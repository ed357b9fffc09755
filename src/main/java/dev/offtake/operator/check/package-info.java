/** Looks whether a cluster has what the operator needs, before or while it runs. Changes nothing. */
@NullMarked
package dev.offtake.operator.check;

import org.jspecify.annotations.NullMarked;
