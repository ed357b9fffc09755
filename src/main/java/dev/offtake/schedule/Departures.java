package dev.offtake.schedule;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pods of a gang that are taken back one by one while it goes on. */
final class Departures {
    /** Most gangs never have any. */
    private Set<String> going = Set.of();

    /** By when those have to be gone who were told to go, perhaps in vain. */
    private Map<String, Instant> told = Map.of();

    private Set<String> stuck = Set.of();

    private static Set<String> with(Set<String> some, String uid) {
        Set<String> more = some.isEmpty() ? new HashSet<>() : some;
        more.add(uid);
        return more;
    }

    private static void without(Set<String> some, String uid) {
        if (!some.isEmpty()) {
            some.remove(uid);
        }
    }

    /** It was told to go. */
    void begin(String podUid, Instant deadline) {
        going = with(going, podUid);
        told = told.isEmpty() ? new HashMap<>() : told;
        told.put(podUid, deadline);
    }

    /** It goes on, as it could not be taken back. */
    void failed(String podUid) {
        without(going, podUid);
    }

    /** By when it has to be gone; empty if it was not told to go. */
    Optional<Instant> goesBy(String podUid) {
        return Optional.ofNullable(told.get(podUid));
    }

    boolean isGoing(String podUid) {
        return going.contains(podUid);
    }

    /** It was to be gone by now, and is not. */
    void stuck(String podUid) {
        stuck = with(stuck, podUid);
    }

    boolean isStuck(String podUid) {
        return stuck.contains(podUid);
    }

    void gone(String podUid) {
        without(going, podUid);
        if (!told.isEmpty()) {
            told.remove(podUid);
        }
        without(stuck, podUid);
    }
}
