/** What is written to the API server, asynchronously: records, releases, reasons, roll-backs. */
@NullMarked
package dev.offtake.operator.act;

import org.jspecify.annotations.NullMarked;
