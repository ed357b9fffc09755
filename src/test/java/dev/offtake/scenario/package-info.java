/**
 * What users see, each test named like the sentence that it proves: the whole operator under its own rights, on a real
 * API server with the real scheduler and controllers.
 */
package dev.offtake.scenario;
