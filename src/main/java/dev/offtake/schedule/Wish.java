package dev.offtake.schedule;

import dev.offtake.contract.SubTenant;
import java.util.Optional;

/**
 * All on which it depends what is asked of placement for a gang, and with which others it is tried: those that wish the
 * same ask for the same. Only of gangs that avoid no node.
 *
 * @param pods that it asks for first
 * @param compact whether it is to be compact where it is lent its place
 */
record Wish(Template template, Queue.Line line, Optional<SubTenant> subTenant, int pods, boolean compact) {
    static Wish of(Gang gang, boolean compact) {
        return new Wish(gang.template(), gang.rank().line(), gang.rank().subTenant(), Demands.mostPods(gang), compact);
    }
}
