/** The image: what its build trains, and that it runs. */
package dev.offtake.image;
