/** What the documents say, tried and compared with the code. */
package dev.offtake.docs;
