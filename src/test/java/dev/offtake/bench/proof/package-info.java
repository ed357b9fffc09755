/**
 * What the allocator promises and how well it packs, against counts and a solver that know nothing of how it works.
 */
@org.jspecify.annotations.NullMarked
package dev.offtake.bench.proof;
