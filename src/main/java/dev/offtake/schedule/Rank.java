package dev.offtake.schedule;

import dev.offtake.contract.SubTenant;
import java.util.Optional;

/**
 * What of a gang its place in the queue depends on, but for its age.
 *
 * @param subTenant for which it competes inside its line; empty where all of the line are one
 * @param priority that counts: no higher than its sub-tenant may have
 */
record Rank(Queue.Line line, Optional<SubTenant> subTenant, int priority) {
    /** Whether the shares of two sub-tenants decide which of two gangs goes first. */
    boolean competesByShare(Rank other) {
        return subTenant.isPresent()
                && priority == other.priority
                && line.equals(other.line)
                && !subTenant.equals(other.subTenant);
    }
}
