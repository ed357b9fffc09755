package dev.offtake.schedule;

import java.util.HashSet;
import java.util.Set;

/** Pods of a gang that are taken back one by one while it goes on. */
final class Departures {
    /** Most gangs never have any. */
    private Set<String> going = Set.of();

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
    void begin(String podUid) {
        going = with(going, podUid);
    }

    /** It could not be told to go. */
    void failed(String podUid) {
        without(going, podUid);
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
        without(stuck, podUid);
    }
}
