package dev.offtake.schedule;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole decision: events change the state, {@link #decide} says what is to be done about it.
 *
 * <p>One cycle: what is due at this instant; refused pods taken back; seats for pods that came; the queue in order;
 * growth of elastic gangs. All state lies in memory and is changed in place by one thread; after a restart it is
 * rebuilt by {@link #restore} before the first cycle.
 */
public final class Scheduler {
    /** How long a scheduler may go on refusing a released pod: it retries by itself when its view catches up. */
    public static final Duration REFUSAL_GRACE = Duration.ofSeconds(5);

    private final Cluster cluster = new Cluster();
    private final Accounts accounts = new Accounts();
    private final Map<GangId, Gang> gangs = new TreeMap<>();
    private final Orphans orphans = new Orphans();
    private final Line line = new Line();
    private final Cycle cycle = new Cycle(cluster, accounts);
    private Optional<Instant> accountsChange = Optional.of(Instant.MIN);
    private boolean anew = true;

    public void putPool(Pool pool) {
        cluster.putPool(pool);
        changed();
    }

    public void removePool(String name) {
        cluster.removePool(name);
        changed();
    }

    public void putNode(NodeFacts node) {
        cluster.putNode(node);
        changed();
    }

    public void removeNode(String name) {
        cluster.removeNode(name);
        changed();
    }

    /** Adds or replaces an admitted contract. */
    public void putContract(Contract contract) {
        if (!accounts.contract(contract.name()).filter(contract::equals).isPresent()) {
            accounts.put(contract);
            accountsChange = Optional.of(Instant.MIN);
            changed();
        }
    }

    /** Removes a contract; what runs on it goes on, on nobody's account. */
    public void removeContract(String name) {
        if (accounts.remove(name)) {
            accountsChange = Optional.of(Instant.MIN);
            changed();
        }
    }

    /** Counts a pod on a node that is no gang's, or changes it. */
    public void occupy(String podUid, String node, Shape shape) {
        cluster.occupy(podUid, node, shape);
        changed();
    }

    /** Such a pod is gone. */
    public void vacate(String podUid) {
        cluster.vacate(podUid);
        changed();
    }

    /** Adds a gang to the queue, or changes what it asks for; what is placed keeps its seats. */
    public void submit(GangSpec spec) {
        Gang gang = gangs.get(spec.id());
        if (gang == null) {
            Gang added = new Gang(spec);
            gangs.put(spec.id(), added);
            line.touch(added);
            orphans.take(spec.id()).forEach((pod, shape) -> pod(pod, shape));
        } else if (gang.phase() == Gang.Phase.CLOSING || !gang.spec().equals(spec)) {
            gang.respecify(spec);
            if (gang.phase() == Gang.Phase.CLOSING) {
                // It begins again when what is left of it is gone.
                gang.enter(Gang.Phase.ROLLING_BACK);
            }
            line.touch(gang);
            changed();
        }
    }

    /** The gang is over: seats without a pod are free at once, the others when their pod is gone. */
    public void withdraw(GangId id) {
        Gang gang = gangs.get(id);
        if (gang != null) {
            gang.enter(Gang.Phase.CLOSING);
            line.touch(gang);
            giveBackFreeSeats(gang);
            forgetIfOver(gang);
            changed();
        }
    }

    /**
     * Takes over a placement that was made before: the gang has these seats, and its pods are released into them.
     * Before the first cycle only.
     */
    public void restore(GangSpec spec, Decision.Grant grant, List<Decision.Seats> seats) {
        Gang gang = gangs.computeIfAbsent(spec.id(), id -> new Gang(spec));
        gang.grant(grant);
        gang.enter(Gang.Phase.PLACED);
        for (Decision.Seats run : seats) {
            Optional<GangSpec.PodSet> podSet = spec.podSets().stream()
                    .filter(p -> p.name().equals(run.podSet()))
                    .findFirst();
            Claimant claimant = new Claimant(grant.commitment().toString(), run.tier());
            for (String node : podSet.isPresent() ? run.nodes() : List.<String>of()) {
                for (int i = 0; i < run.podsPerNode(); i++) {
                    gang.seats()
                            .add(new Seat(run.podSet(), claimant, podSet.get().shape(), node));
                }
                cluster.seat(node, claimant, podSet.get().shape(), run.podsPerNode());
            }
        }
        line.touch(gang);
        changed();
    }

    /**
     * What a pod of a gang says about itself now. On a node without a seat it is counted as nobody's.
     *
     * @param shape what it asks for
     */
    public void pod(PodFacts pod, Shape shape) {
        Gang gang = gangs.get(pod.gang());
        if (gang == null) {
            orphans.put(pod, shape);
            count(pod, shape, Optional.empty());
            return;
        }
        PodFacts before = gang.pods().put(pod.uid(), pod);
        if (before != null && before.equals(pod)) {
            return;
        }
        if (pod.state().isPlaced()) {
            takeSeatByNode(gang, pod);
        } else if (pod.state() == PodFacts.State.FINISHED) {
            leave(gang, pod.uid());
        }
        count(pod, shape, gang.seatOf(pod.uid()));
        line.touch(gang);
    }

    private void count(PodFacts pod, Shape shape, Optional<Seat> seat) {
        if (pod.state().isPlaced() && pod.node().isPresent() && seat.isEmpty()) {
            occupy(pod.uid(), pod.node().get(), shape);
        } else if (cluster.isOccupant(pod.uid())) {
            vacate(pod.uid());
        }
    }

    /** After a restart a pod has no seat in memory yet, but says on which node it is. */
    private static void takeSeatByNode(Gang gang, PodFacts pod) {
        if (gang.seatOf(pod.uid()).isEmpty() && pod.node().isPresent()) {
            gang.seats().stream()
                    .filter(s -> s.isFree()
                            && s.podSet().equals(pod.podSet())
                            && s.node().equals(pod.node().get()))
                    .findFirst()
                    .ifPresent(seat -> gang.sit(pod.uid(), seat));
        }
    }

    /** The pod object is gone. */
    public void podGone(GangId id, String podUid) {
        orphans.remove(id, podUid);
        if (cluster.isOccupant(podUid)) {
            vacate(podUid);
        }
        Gang gang = gangs.get(id);
        if (gang != null && gang.pods().remove(podUid) != null) {
            line.touch(gang);
            leave(gang, podUid);
        }
    }

    private void leave(Gang gang, String podUid) {
        Optional<Seat> seat = gang.rise(podUid);
        boolean over = gang.phase() == Gang.Phase.CLOSING || gang.phase() == Gang.Phase.ROLLING_BACK;
        if (seat.isPresent() && (over || gang.id().isLonePod())) {
            giveBack(gang, seat.get());
            changed();
        }
        forgetIfOver(gang);
    }

    /** A lone pod that never had a seat is over when its pod is; others when they were withdrawn. */
    private void forgetIfOver(Gang gang) {
        boolean closed = gang.phase() == Gang.Phase.CLOSING
                || (gang.id().isLonePod() && gang.pods().values().stream().allMatch(Scheduler::isFinished));
        if (closed && gang.seats().isEmpty()) {
            gangs.remove(gang.id());
            line.forget(gang);
            changed();
        }
    }

    private static boolean isFinished(PodFacts pod) {
        return pod.state() == PodFacts.State.FINISHED;
    }

    private void giveBackFreeSeats(Gang gang) {
        for (Seat seat : List.copyOf(gang.seats())) {
            if (seat.isFree()) {
                giveBack(gang, seat);
            }
        }
    }

    private void giveBack(Gang gang, Seat seat) {
        gang.seats().remove(seat);
        cluster.seat(seat.node(), seat.claimant(), seat.shape(), -1);
    }

    /** The record of the gang's seats is durable. */
    public void recorded(GangId id) {
        Gang gang = gangs.get(id);
        if (gang != null && gang.phase() == Gang.Phase.RECORDING) {
            gang.enter(Gang.Phase.PLACED);
            line.touch(gang);
        }
    }

    /** The record could not be written: the placement is undone, the gang is where it was in the queue. */
    public void recordFailed(GangId id) {
        Gang gang = gangs.get(id);
        if (gang != null && gang.phase() == Gang.Phase.RECORDING) {
            giveBackFreeSeats(gang);
            gang.enter(gang.seats().isEmpty() ? Gang.Phase.WAITING : Gang.Phase.PLACED);
            line.touch(gang);
            changed();
        }
    }

    /** A release did not happen: the pod is still gated, and its seat free. */
    public void releaseFailed(GangId id, String podUid) {
        Gang gang = gangs.get(id);
        if (gang == null) {
            return;
        }
        PodFacts pod = gang.pods().get(podUid);
        boolean stillGated = pod == null || pod.state() == PodFacts.State.GATED || pod.state() == PodFacts.State.HELD;
        if (stillGated && gang.rise(podUid).isPresent()) {
            if (gang.id().isLonePod()) {
                giveBackFreeSeats(gang);
                gang.enter(Gang.Phase.WAITING);
                changed();
            }
            line.touch(gang);
        }
    }

    /** The pods could not be taken back: one of them was bound after all. */
    public void rollBackFailed(GangId id) {
        Gang gang = gangs.get(id);
        if (gang != null && gang.phase() == Gang.Phase.ROLLING_BACK) {
            gang.enter(Gang.Phase.PLACED);
            line.touch(gang);
        }
    }

    /**
     * Takes over that the scheduler refused the gang before. Before the first cycle only.
     *
     * @param underWay whether its pods were being taken back
     */
    public void restoreRefusal(GangId id, String words, List<String> nodes, boolean underWay) {
        Gang gang = gangs.get(id);
        if (gang != null) {
            gang.avoid().addAll(nodes);
            gang.refusalWords(words);
            if (underWay) {
                gang.enter(Gang.Phase.ROLLING_BACK);
            }
            line.touch(gang);
        }
    }

    /** The class that a gang is of which names none. */
    public Optional<String> defaultClass(GangSpec gang, Instant now) {
        return accounts.defaultClass(gang, now);
    }

    /** Decides everything that can be decided at {@code now}. */
    public List<Decision> decide(Instant now) {
        List<Decision> decisions = new ArrayList<>();
        if (accountsChange.isPresent() && !now.isBefore(accountsChange.get())) {
            cluster.setAccounts(accounts.at(now));
            accountsChange = accounts.next(now);
            changed();
        }
        for (Gang gang : line.troubled()) {
            rollBack(gang, now, decisions);
        }
        for (Gang gang : line.takeSeatable()) {
            cycle.seat(gang, decisions);
        }
        List<Gang> arrived = line.takeArrived();
        if (anew || arrived.stream().anyMatch(g -> cycle.isLate(g, now))) {
            anew = false;
            cycle.startAnew();
            arrived = line.waiting();
        }
        cycle.serve(Queue.inOrder(arrived), now, decisions);
        cycle.grow(line.hungry(), decisions);
        for (Decision decision : decisions) {
            Gang gang = gangs.get(decision.gang());
            if (gang != null && !(decision instanceof Decision.Explain)) {
                line.touch(gang);
            }
        }
        // Cells that were bound just now may have room for gangs that needed a cell of their own before.
        anew |= decisions.stream().anyMatch(d -> d instanceof Decision.Record);
        return decisions;
    }

    private void rollBack(Gang gang, Instant now, List<Decision> decisions) {
        if (gang.phase() == Gang.Phase.ROLLING_BACK) {
            if (!gang.holdsPods()) {
                giveBackFreeSeats(gang);
                gang.enter(Gang.Phase.WAITING);
                decisions.add(new Decision.RolledBack(gang.id()));
                line.touch(gang);
                changed();
            }
            return;
        }
        List<PodFacts> refused = gang.phase() == Gang.Phase.PLACED || gang.phase() == Gang.Phase.RECORDING
                ? gang.pods().values().stream()
                        .filter(p -> p.state() == PodFacts.State.REFUSED)
                        .toList()
                : List.of();
        if (refused.isEmpty()) {
            gang.refusedSince(Optional.empty());
        } else if (gang.refusedSince().isEmpty()) {
            gang.refusedSince(Optional.of(now));
        } else if (!now.isBefore(gang.refusedSince().get().plus(REFUSAL_GRACE))) {
            List<String> nodes = refused.stream()
                    .flatMap(p -> p.node().stream())
                    .distinct()
                    .sorted()
                    .toList();
            gang.avoid().addAll(nodes);
            gang.refusalWords(refused.get(0).words());
            gang.refusedSince(Optional.empty());
            gang.enter(Gang.Phase.ROLLING_BACK);
            decisions.add(new Decision.RollBack(gang.id(), refused.get(0).words(), nodes));
            Reason reason = gang.refusedByScheduler();
            gang.tellNothing();
            gang.tell(reason);
            decisions.add(new Decision.Explain(gang.id(), reason));
            changed();
        }
    }

    /** The earliest instant at which {@link #decide} has something to do without an event. */
    public Optional<Instant> nextWake() {
        Optional<Instant> refusal = line.troubled().stream()
                .flatMap(g -> g.refusedSince().stream())
                .map(since -> since.plus(REFUSAL_GRACE))
                .min(Instant::compareTo);
        return refusal.isPresent()
                        && accountsChange.map(refusal.get()::isBefore).orElse(true)
                ? refusal
                : accountsChange;
    }

    /** Something may fit now that did not, or the order is another. */
    private void changed() {
        anew = true;
    }

    Accounts accounts() {
        return accounts;
    }

    public Cluster cluster() {
        return cluster;
    }

    /** The gangs as they stand, in the order of their names. */
    public Collection<GangView> gangs() {
        return gangs.values().stream().map(GangView::of).toList();
    }

    public Optional<GangView> gang(GangId id) {
        return Optional.ofNullable(gangs.get(id)).map(GangView::of);
    }
}
