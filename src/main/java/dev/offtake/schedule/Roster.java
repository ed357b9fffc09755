package dev.offtake.schedule;

import dev.offtake.placement.Shape;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The gangs that there are, their pods, and which pod sits on which seat. */
final class Roster {
    private final Map<GangId, Gang> gangs = new TreeMap<>();
    private final Orphans orphans = new Orphans();
    private final Occupants occupants;
    private final Line line;
    private final Seating seating;
    private final Runnable changed;

    /** @param changed is told when something may fit that did not before */
    Roster(Occupants occupants, Line line, Seating seating, Runnable changed) {
        this.occupants = occupants;
        this.line = line;
        this.seating = seating;
        this.changed = changed;
    }

    @Nullable
    Gang get(GangId id) {
        return gangs.get(id);
    }

    Optional<Gang> find(GangId id) {
        return Optional.ofNullable(gangs.get(id));
    }

    /** All gangs in the order of their names. */
    Collection<Gang> all() {
        return gangs.values();
    }

    /** Adds a gang with the pods of it that have been seen. */
    void add(Gang gang) {
        gangs.put(gang.id(), gang);
        line.touch(gang);
        for (PodFacts pod : orphans.take(gang.id())) {
            adopt(gang, pod);
            if (gang.pods().seatOf(pod.uid()).isPresent()) {
                vacate(pod.uid());
            }
        }
    }

    /** What a pod of a gang says about itself now. */
    void pod(PodFacts pod) {
        Gang gang = gangs.get(pod.gang());
        boolean seated = false;
        if (gang == null) {
            orphans.put(pod);
        } else if (pod.equals(gang.pods().get(pod.uid()))) {
            return;
        } else {
            adopt(gang, pod);
            seated = gang.pods().seatOf(pod.uid()).isPresent();
        }
        if (pod.state().isPlaced() && pod.node().isPresent() && !seated) {
            occupy(pod.uid(), pod.node().get(), pod.shape());
        } else {
            vacate(pod.uid());
        }
    }

    /** Pods that were seen before their gang, which is not for here; they are counted no longer. */
    Collection<PodFacts> handOver(GangId id) {
        Collection<PodFacts> pods = orphans.take(id);
        pods.forEach(pod -> vacate(pod.uid()));
        return pods;
    }

    void podGone(GangId id, String podUid) {
        orphans.remove(id, podUid);
        vacate(podUid);
        Gang gang = gangs.get(id);
        if (gang != null && gang.pods().forget(podUid)) {
            gang.departures().gone(podUid);
            line.touch(gang);
            leave(gang, podUid);
        }
    }

    void occupy(String podUid, String node, Shape shape) {
        if (occupants.occupy(podUid, node, shape)) {
            changed.run();
        }
    }

    void vacate(String podUid) {
        if (occupants.vacate(podUid)) {
            changed.run();
        }
    }

    private void adopt(Gang gang, PodFacts pod) {
        gang.pods().put(pod.withShapeOf(gang.spec()));
        line.touch(gang);
        if (pod.state().isPlaced()) {
            takeSeatByNode(gang, pod);
        } else if (pod.state() == PodFacts.State.FINISHED) {
            leave(gang, pod.uid());
        }
    }

    /**
     * After a restart a pod has no seat in memory yet, but says on which node it is; and that is what counts. Where the
     * gang has lent seats there and others, it sits on one such as it claims, as it did before.
     */
    private void takeSeatByNode(Gang gang, PodFacts pod) {
        if (pod.node().isEmpty()) {
            return;
        }
        String node = pod.node().get();
        Optional<Seat> seat = gang.pods().seatOf(pod.uid());
        if (seat.isPresent() && !seat.get().node().equals(node)) {
            leave(gang, pod.uid());
        }
        if (gang.pods().seatOf(pod.uid()).isEmpty()) {
            List<Seat> here = gang.seatsOf(pod.podSet()).stream()
                    .filter(s -> s.node().equals(node) && s.shape().equals(pod.shape()))
                    .toList();
            List<Seat> free = here.stream().filter(Seat::isFree).toList();
            free.stream()
                    .filter(own ->
                            pod.claimed().equals(Optional.of(own.claimant().tier())))
                    .findFirst()
                    .or(() -> free.stream().findFirst())
                    .or(() -> heldByTheLeaving(gang, pod, here))
                    .ifPresent(own -> gang.pods().sit(pod.uid(), own));
        }
    }

    /** Pods that are left of an earlier placement of the gang make room for those of this one. */
    private Optional<Seat> heldByTheLeaving(Gang gang, PodFacts pod, List<Seat> seats) {
        for (Seat seat : pod.state() == PodFacts.State.TERMINATING ? List.<Seat>of() : seats) {
            Optional<String> leaving = seat.podUid().filter(uid -> gang.pods().isTerminating(uid));
            if (leaving.isPresent()) {
                gang.pods().rise(leaving.get());
                occupy(leaving.get(), seat.node(), seat.shape());
                return Optional.of(seat);
            }
        }
        return Optional.empty();
    }

    /** The pod gives up its seat; the seat is the gang's, for its next pod, unless it is over. */
    void leave(Gang gang, String podUid) {
        Optional<Seat> seat = gang.pods().rise(podUid);
        boolean over = gang.phase() == Gang.Phase.CLOSING || gang.phase() == Gang.Phase.ROLLING_BACK;
        if (seat.isPresent() && (over || gang.id().isLonePod())) {
            seating.giveBack(gang, seat.get());
            changed.run();
        }
        forgetIfOver(gang);
    }

    /** A lone pod is over when it is finished or gone; others when they were withdrawn. */
    void forgetIfOver(Gang gang) {
        boolean closed = gang.phase() == Gang.Phase.CLOSING
                || (gang.id().isLonePod()
                        && gang.pods().all().stream().allMatch(p -> p.state() == PodFacts.State.FINISHED));
        if (closed && gang.id().isLonePod() && !gang.seats().isEmpty()) {
            // A seat that is still free will never hold a pod.
            gang.plan(Optional.empty());
            seating.giveBackFree(gang);
            changed.run();
        }
        if (closed && gang.seats().isEmpty()) {
            // A lone pod has no other record than its claim of what it has left.
            seating.giveBackLeft(gang);
            gangs.remove(gang.id());
            gang.pods().all().forEach(orphans::put);
            line.forget(gang);
            changed.run();
        }
    }
}
