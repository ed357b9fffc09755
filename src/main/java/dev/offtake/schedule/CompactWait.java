package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * For how long a gang rather waits than lie in many cells where its place is lent to it. Its large transfers would be slow
 * there for as long as it runs, and it would leave fewer whole cells to others; but it must not wait for ever.
 */
final class CompactWait {
    /** Of gangs that prefer a level and have not been in the queue for longer than this. */
    private Duration patience = WaitRules.DEFAULT.spotPatience();

    private final Map<Gang, Instant> ends = new LinkedHashMap<>();
    private final NavigableMap<Instant, Set<Gang>> byEnd = new TreeMap<>();

    /** @param longest zero for none */
    void set(Duration longest) {
        patience = longest;
    }

    /** Until when the gang is to be compact where it is lent its place; empty if it need not. */
    Optional<Instant> until(Gang gang, Instant now) {
        GangSpec spec = gang.spec();
        boolean asksForIt = spec.preferred().isPresent() && spec.count() > 1 && SpotPart.accepts(spec);
        return asksForIt
                ? Optional.of(spec.createdAt().plus(gang.ran()).plus(patience)).filter(now::isBefore)
                : Optional.empty();
    }

    /** The gang is asked for anew when its patience is over. */
    void begin(Gang gang, Instant end) {
        forget(gang);
        ends.put(gang, end);
        byEnd.computeIfAbsent(end, e -> new LinkedHashSet<>()).add(gang);
    }

    void forget(Gang gang) {
        Instant end = ends.remove(gang);
        if (end != null) {
            byEnd.computeIfPresent(end, (e, gangs) -> gangs.remove(gang) && gangs.isEmpty() ? null : gangs);
        }
    }

    /** Those who have it. */
    List<Gang> all() {
        return new ArrayList<>(ends.keySet());
    }

    /** Those whose patience is over by now. */
    List<Gang> over(Instant now) {
        if (byEnd.isEmpty() || byEnd.firstKey().isAfter(now)) {
            return List.of();
        }
        List<Gang> over = new ArrayList<>();
        byEnd.headMap(now, true).values().forEach(over::addAll);
        return over;
    }

    /** When the next gang runs out of it. */
    Optional<Instant> due() {
        return byEnd.isEmpty() ? Optional.empty() : Optional.of(byEnd.firstKey());
    }
}
