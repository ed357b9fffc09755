/** What the cluster says: informers, and what they saw as small values. */
@NullMarked
package dev.offtake.operator.observe;

import org.jspecify.annotations.NullMarked;
