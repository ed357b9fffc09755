/** Whether the admission policies that enforce the gate are as they were installed. */
@NullMarked
package dev.offtake.operator.policy;

import org.jspecify.annotations.NullMarked;
