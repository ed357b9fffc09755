package dev.offtake.schedule;

import java.time.Instant;
import java.util.List;

/**
 * Who has to go before a gang can have its seats. It is complete: with these gone the whole gang can start.
 *
 * @param victims gangs, in the order of their names; none where all are gone
 * @param deadline when the last of them has to be gone
 */
public record Plan(List<GangId> victims, Instant deadline) {
    public Plan {
        victims = victims.stream().sorted().distinct().toList();
    }
}
