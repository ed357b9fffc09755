package dev.offtake.schedule;

import dev.offtake.placement.Evictables;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has to go for what was found so far, and was not told yet: it costs nothing more to have the rest of his seats, and
 * he has so many fewer to spare.
 */
final class Going {
    /** By gang; empty where it goes as a whole. */
    private final Map<Gang, Set<Seat>> seats = new HashMap<>();

    void add(List<Evictables.Victim> victims) {
        for (Evictables.Victim victim : victims) {
            Gang gang = Lent.gang(victim);
            if (!(victim instanceof Evictee.Part part)) {
                seats.put(gang, Set.of());
            } else if (!isWhole(gang)) {
                seats.computeIfAbsent(gang, g -> Collections.newSetFromMap(new IdentityHashMap<>()))
                        .add(part.seat());
            }
        }
    }

    boolean isAny(Gang gang) {
        return seats.containsKey(gang);
    }

    boolean isWhole(Gang gang) {
        Set<Seat> parts = seats.get(gang);
        return parts != null && parts.isEmpty();
    }

    boolean contains(Gang gang, Seat seat) {
        return seats.getOrDefault(gang, Set.of()).contains(seat);
    }
}
