/** The commands of {@code java -jar offtake.jar}. */
@NullMarked
package dev.offtake.cli;

import org.jspecify.annotations.NullMarked;
