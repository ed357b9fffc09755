/** The life of a scheduler as a file: what it was told and what it decided, one JSON object per line. */
@NullMarked
package dev.offtake.translate.journal;

import org.jspecify.annotations.NullMarked;
