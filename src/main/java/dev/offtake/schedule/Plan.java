package dev.offtake.schedule;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who has to go before a gang can have its seats. It is complete: with these gone the whole gang can start.
 *
 * @param victims gangs that go as a whole, in the order of their names; none where all are gone
 * @param parts what goes of gangs that go on without it, in the order of their names
 * @param deadline when the last of them has to be gone
 */
public record Plan(List<GangId> victims, List<Part> parts, Instant deadline) {
    public Plan {
        victims = victims.stream().sorted().distinct().toList();
        parts = parts.stream().sorted(Comparator.comparing(Part::gang)).toList();
    }

    /** One by which gangs go as a whole. */
    public Plan(List<GangId> victims, Instant deadline) {
        this(victims, List.of(), deadline);
    }

    /** The same with another deadline. */
    Plan until(Instant end) {
        return new Plan(victims, parts, end);
    }

    /**
     * Pods that a gang can do without.
     *
     * @param pods their uids
     */
    public record Part(GangId gang, List<String> pods) {
        public Part {
            pods = List.copyOf(pods);
        }
    }

    /** All gangs that it is about. */
    public List<GangId> everybody() {
        return Stream.concat(victims.stream(), parts.stream().map(Part::gang)).toList();
    }

    /** How many gangs it is about. */
    int gangs() {
        return victims.size() + parts.size();
    }
}
