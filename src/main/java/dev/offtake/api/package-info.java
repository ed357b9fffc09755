/** The custom resources of {@code offtake.dev/v1alpha1}: spec and status types, label and annotation names. No behaviour. */
@NullMarked
package dev.offtake.api;

import org.jspecify.annotations.NullMarked;
