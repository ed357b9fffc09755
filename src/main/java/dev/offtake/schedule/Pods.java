package dev.offtake.schedule;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pods of a gang: what they say about themselves, and who has which of its seats. */
final class Pods {
    /** Most gangs that wait in large numbers have one. */
    private final Map<String, PodFacts> byUid = new LinkedHashMap<>(2);

    private final Map<String, Seat> seatOf = new HashMap<>();
    /** Pods whose seats are on another account than when they were released; most gangs never have any. */
    private Set<String> outdatedClaims = Set.of();

    private int refused;

    /** In the order in which they came; to be read only. */
    Collection<PodFacts> all() {
        return byUid.values();
    }

    @Nullable
    PodFacts get(String uid) {
        return byUid.get(uid);
    }

    /** What a pod says about itself now. */
    void put(PodFacts pod) {
        countRefused(byUid.put(pod.uid(), pod), -1);
        countRefused(pod, 1);
    }

    /** The pod is gone; answers whether it was known. */
    boolean forget(String uid) {
        PodFacts pod = byUid.remove(uid);
        countRefused(pod, -1);
        return pod != null;
    }

    private void countRefused(@Nullable PodFacts pod, int by) {
        refused += pod != null && pod.state() == PodFacts.State.REFUSED ? by : 0;
    }

    /** Whether the scheduler refuses one of them. */
    boolean isAnyRefused() {
        return refused > 0;
    }

    boolean isTerminating(String uid) {
        PodFacts pod = byUid.get(uid);
        return pod != null && pod.state() == PodFacts.State.TERMINATING;
    }

    /** Whether some pod may still be on a node or on its way there. */
    boolean isAnyPlaced() {
        return isAnySeated() || byUid.values().stream().anyMatch(p -> p.state().isPlaced());
    }

    boolean isAnySeated() {
        return !seatOf.isEmpty();
    }

    /** How many of them sit. */
    int seated() {
        return seatOf.size();
    }

    Optional<Seat> seatOf(String uid) {
        return Optional.ofNullable(seatOf.get(uid));
    }

    void sit(String uid, Seat seat) {
        seat.take(uid);
        seatOf.put(uid, seat);
    }

    /** The pod gives up its seat, which stays the gang's. */
    Optional<Seat> rise(String uid) {
        Optional<Seat> seat = Optional.ofNullable(seatOf.remove(uid));
        seat.ifPresent(Seat::leave);
        return seat;
    }

    /** The seat is another one now, by which the claim of the pod that sits there is out of date. */
    void exchange(Seat before, Seat after) {
        before.podUid().ifPresent(uid -> {
            sit(uid, after);
            outdatedClaims = outdatedClaims.isEmpty() ? new LinkedHashSet<>() : outdatedClaims;
            outdatedClaims.add(uid);
        });
    }

    /** Pods that sit, and whose claim says something else; forgotten by asking. */
    Set<String> takeOutdatedClaims() {
        Set<String> taken = outdatedClaims;
        outdatedClaims = Set.of();
        return taken;
    }

    /** Pods of a pod set that only wait for a seat. */
    List<PodFacts> unseated(GangSpec.PodSet podSet) {
        return byUid.values().stream().filter(p -> isUnseated(p, podSet)).toList();
    }

    /** How many of them there are. */
    int countUnseated(GangSpec.PodSet podSet) {
        int count = 0;
        for (PodFacts pod : byUid.values()) {
            count += isUnseated(pod, podSet) ? 1 : 0;
        }
        return count;
    }

    /** A pod that asks for something else than its pod set does not fit the seats. */
    private boolean isUnseated(PodFacts pod, GangSpec.PodSet podSet) {
        return pod.state() == PodFacts.State.GATED
                && pod.podSet().equals(podSet.name())
                && pod.shape().equals(podSet.shape())
                && !seatOf.containsKey(pod.uid());
    }
}
