package dev.offtake.schedule;

import java.util.HashSet;
import java.util.Set;

/** Pods of a gang that are taken back one by one while it goes on. */
final class Departures {
    private final Set<String> going = new HashSet<>();
    private final Set<String> stuck = new HashSet<>();

    /** It was told to go. */
    void begin(String podUid) {
        going.add(podUid);
    }

    /** It could not be told to go. */
    void failed(String podUid) {
        going.remove(podUid);
    }

    boolean isGoing(String podUid) {
        return going.contains(podUid);
    }

    /** It was to be gone by now, and is not. */
    void stuck(String podUid) {
        stuck.add(podUid);
    }

    boolean isStuck(String podUid) {
        return stuck.contains(podUid);
    }

    void gone(String podUid) {
        going.remove(podUid);
        stuck.remove(podUid);
    }
}
