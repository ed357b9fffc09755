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

    /** By when those had to be gone who are still there. */
    private Map<String, Instant> late = Map.of();

    private static Set<String> with(Set<String> some, String uid) {
        Set<String> more = some.isEmpty() ? new HashSet<>() : some;
        more.add(uid);
        return more;
    }

    private static Map<String, Instant> with(Map<String, Instant> some, String uid, Instant at) {
        Map<String, Instant> more = some.isEmpty() ? new HashMap<>() : some;
        more.put(uid, at);
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
        told = with(told, podUid, deadline);
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

    /** It is still there, so that nobody counts any more on when it is gone. */
    void late(String podUid, Instant since) {
        late = with(late, podUid, since);
    }

    /** When it was to be gone that is still there; empty if there is time. */
    Optional<Instant> lateSince(String podUid) {
        return Optional.ofNullable(late.get(podUid));
    }

    void gone(String podUid) {
        without(going, podUid);
        if (!told.isEmpty()) {
            told.remove(podUid);
        }
        if (!late.isEmpty()) {
            late.remove(podUid);
        }
    }
}
