package dev.offtake.fleet;

/**
 * A node condition that makes a node unhealthy.
 *
 * @param type the condition's type
 * @param status the status that is bad: {@code True} for problem conditions, {@code False} for readiness conditions
 */
public record ConditionSignal(String type, String status) {}
