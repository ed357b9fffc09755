/**
 * API objects to core values and back, with the checks that the schema cannot make. Pure functions: bad input is a value
 * ({@link dev.offtake.translate.Problem}), never an exception.
 */
@NullMarked
package dev.offtake.translate;

import org.jspecify.annotations.NullMarked;
