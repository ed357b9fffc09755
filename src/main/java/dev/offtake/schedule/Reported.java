package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gangs that others place. What runs of them is charged to the account that it would be on, where it runs, as far as that
 * has room; for the rest it is said what would be decided. That is tried on the state and undone: nothing is held for
 * them, and nobody has to go.
 */
final class Reported {
    /** Time between two forecasts, and before the first: most pods are bound within a moment. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Placer placer;
    private final Accounts accounts;
    private final Seating seating;
    private final Lent lent;
    private final Occupants occupants;
    private final Runnable changed;
    private final Demands demands = new Demands();
    private final Map<GangId, ReportedGang> gangs = new TreeMap<>();
    private boolean uncharged;
    private boolean dirty;
    private Instant next = Instant.MIN;

    /** @param changed is told when something may fit that did not before */
    Reported(Cluster cluster, Placer placer, Accounts accounts, Seating seating, Lent lent, Runnable changed) {
        this.cluster = cluster;
        this.placer = placer;
        this.accounts = accounts;
        this.seating = seating;
        this.lent = lent;
        this.changed = changed;
        occupants = new Occupants(cluster);
    }

    boolean has(GangId id) {
        return gangs.containsKey(id);
    }

    Optional<GangView> view(GangId id) {
        return Optional.ofNullable(gangs.get(id)).map(ReportedGang::view);
    }

    Collection<GangView> views() {
        return gangs.values().stream().map(ReportedGang::view).toList();
    }

    /**
     * Adds a gang, or changes what it asks for.
     *
     * @param grant on whose account its pods ran so far, which they go on to do
     */
    void put(GangSpec spec, Optional<Decision.Grant> grant) {
        ReportedGang known = gangs.get(spec.id());
        if (known == null) {
            gangs.put(spec.id(), new ReportedGang(spec, grant));
        } else {
            known.gang().respecify(spec);
        }
        touch(true);
    }

    /** Forgets a gang; answers with its pods, which are nobody's now. */
    Collection<PodFacts> remove(GangId id) {
        ReportedGang gone = gangs.remove(id);
        if (gone == null) {
            return List.of();
        }
        gone.onNodes().forEach(pod -> leave(gone, pod));
        changed.run();
        return gone.pods();
    }

    /** What a pod of a gang that is known says about itself now. */
    void pod(PodFacts pod) {
        ReportedGang gang = gangs.get(pod.gang());
        Optional<PodFacts> before = gang.pod(pod.uid());
        if (before.filter(pod::equals).isPresent()) {
            return;
        }
        boolean stays = before.filter(ReportedGang::isOnNode).isPresent()
                && ReportedGang.isOnNode(pod)
                && before.get().node().equals(pod.node())
                && before.get().shape().equals(pod.shape());
        if (!stays) {
            before.filter(ReportedGang::isOnNode).ifPresent(b -> {
                leave(gang, b);
                changed.run();
            });
        }
        gang.put(pod);
        if (!stays && ReportedGang.isOnNode(pod)) {
            occupants.occupy(pod.uid(), pod.node().orElseThrow(), pod.shape());
        }
        touch(true);
    }

    void podGone(GangId id, String podUid) {
        ReportedGang gang = gangs.get(id);
        gang.pod(podUid).filter(ReportedGang::isOnNode).ifPresent(pod -> {
            leave(gang, pod);
            changed.run();
        });
        gang.forget(podUid);
        touch(false);
    }

    /** What runs on a contract that is no more is charged to nobody. */
    void removeContract(String name) {
        for (ReportedGang gang : gangs.values()) {
            if (gang.isChargedTo(name)) {
                for (PodFacts pod : gang.onNodes()) {
                    leave(gang, pod);
                    occupants.occupy(pod.uid(), pod.node().orElseThrow(), pod.shape());
                }
            }
        }
    }

    /** Something else may be decided now than before. */
    void touch() {
        touch(true);
    }

    private void touch(boolean mayCharge) {
        uncharged |= mayCharge;
        dirty = true;
    }

    private void leave(ReportedGang reported, PodFacts pod) {
        Gang gang = reported.gang();
        gang.rise(pod.uid()).ifPresentOrElse(seat -> seating.giveBack(gang, seat), () -> occupants.vacate(pod.uid()));
    }

    /** Charges what runs, oldest first. */
    void charge(Instant now) {
        if (!uncharged) {
            return;
        }
        uncharged = false;
        boolean any = false;
        for (ReportedGang reported : inOrder(gangs.values().stream()
                .filter(gang -> !gang.unseated().isEmpty())
                .toList())) {
            any |= charge(reported, now);
        }
        if (any) {
            changed.run();
        }
    }

    private boolean charge(ReportedGang reported, Instant now) {
        Gang gang = reported.gang();
        Optional<Decision.Grant> known = reported.takeKnownGrant();
        if (known.isPresent()) {
            gang.grant(known.get());
            reported.unseated().forEach(pod -> seat(gang, pod, claimant(known.get())));
            return true;
        }
        if (reported.isCharged()) {
            Claimant claimant = claimant(gang.grant().orElseThrow());
            boolean any = false;
            for (PodFacts pod : reported.unseated()) {
                any |= seatWithinQuota(gang, List.of(pod), claimant);
            }
            return any;
        }
        if (!reported.runs() || Readiness.missing(gang).isPresent()) {
            return false;
        }
        for (Accounts.Choice choice : accounts.choices(gang.spec(), now)) {
            if (seatWithinQuota(gang, reported.unseated(), choice.claimant())) {
                gang.grant(grant(gang, choice, now));
                return true;
            }
        }
        return false;
    }

    private static Claimant claimant(Decision.Grant grant) {
        return new Claimant(grant.commitment().toString(), grant.tier());
    }

    private static Decision.Grant grant(Gang gang, Accounts.Choice choice, Instant now) {
        return new Decision.Grant(
                choice.commitment(),
                choice.claimant().tier(),
                now,
                gang.spec().duration().map(now::plus));
    }

    private void seat(Gang gang, PodFacts pod, Claimant claimant) {
        occupants.vacate(pod.uid());
        Seat seat = new Seat(pod.podSet(), claimant, pod.shape(), pod.node().orElseThrow());
        seating.add(gang, seat);
        gang.sit(pod.uid(), seat);
    }

    private boolean seatWithinQuota(Gang gang, List<PodFacts> pods, Claimant claimant) {
        if (!pods.stream()
                .allMatch(pod -> cluster.serves(claimant.account(), pod.node().orElseThrow()))) {
            return false;
        }
        pods.forEach(pod -> seat(gang, pod, claimant));
        boolean fits = cluster.isWithinQuota(claimant);
        if (!fits) {
            for (PodFacts pod : pods) {
                seating.giveBack(gang, gang.rise(pod.uid()).orElseThrow());
                occupants.occupy(pod.uid(), pod.node().orElseThrow(), pod.shape());
            }
        }
        return fits;
    }

    /** When there is something to say without an event. */
    Optional<Instant> due() {
        return dirty && !gangs.isEmpty() ? Optional.of(next) : Optional.empty();
    }

    /** Says what would be decided, where that is news. */
    void foresee(Instant now, List<Decision> decisions) {
        if (!dirty || gangs.isEmpty() || now.isBefore(next)) {
            return;
        }
        dirty = false;
        next = now.plus(PAUSE);
        List<ReportedGang> open = new ArrayList<>();
        for (ReportedGang reported : gangs.values()) {
            if (reported.isCharged()) {
                reported.tell(Forecast.placed(reported.gang())).ifPresent(decisions::add);
            } else if (reported.isKnownSince(now.minus(PAUSE), now)) {
                open.add(reported);
            } else {
                dirty = true;
            }
        }
        List<ReportedGang> tried = new ArrayList<>();
        for (ReportedGang reported : inOrder(open)) {
            reported.tell(forecast(reported, now, tried)).ifPresent(decisions::add);
        }
        tried.forEach(this::undo);
    }

    /** @param tried gets those for which a place was found, which is to be undone */
    private Forecast forecast(ReportedGang reported, Instant now, List<ReportedGang> tried) {
        Gang gang = reported.gang();
        Optional<Reason> missing = Readiness.missing(gang);
        if (missing.isPresent()) {
            return Forecast.waits(missing.get());
        }
        // It would not be where it is.
        reported.unseated().forEach(pod -> occupants.vacate(pod.uid()));
        tried.add(reported);
        Optional<Reason> refused = place(gang, now);
        Forecast forecast = refused.isPresent() ? Forecast.waits(refused.get()) : Forecast.placed(gang);
        if (refused.isPresent()) {
            undo(reported);
        }
        return forecast;
    }

    /** Nobody is evicted, and no place is held. */
    private void undo(ReportedGang reported) {
        Gang gang = reported.gang();
        List.copyOf(gang.seats()).forEach(seat -> seating.giveBack(gang, seat));
        gang.plan(Optional.empty());
        reported.unseated()
                .forEach(pod -> occupants.occupy(pod.uid(), pod.node().orElseThrow(), pod.shape()));
    }

    /** Gives the gang a place on the first account that has room; answers why there is none. */
    private Optional<Reason> place(Gang gang, Instant now) {
        List<Accounts.Choice> choices = accounts.choices(gang.spec(), now);
        if (choices.isEmpty()) {
            return Optional.of(accounts.none(gang.spec(), now));
        }
        Map<Accounts.Choice, Refusal> refusals = new LinkedHashMap<>();
        for (Accounts.Choice choice : choices) {
            for (Demands.Demand demand : demands.of(gang)) {
                Outcome outcome = placer.place(
                        demand.value(),
                        choice.claimant(),
                        0,
                        lent.evictables(choice.lending().minRuntime(), now, true));
                if (outcome instanceof Outcome.Placed placed) {
                    seating.found(gang, Demands.seats(demand.value(), placed));
                    gang.grant(grant(gang, choice, now));
                    List<GangId> victims = placed.victims().stream()
                            .map(victim -> Lent.gang(victim).id())
                            .toList();
                    if (!victims.isEmpty()) {
                        gang.plan(Optional.of(
                                new Plan(victims, now.plus(choice.lending().notice()))));
                    }
                    return Optional.empty();
                }
                refusals.put(choice, ((Outcome.Refused) outcome).refusal());
            }
        }
        return Optional.of(gang.reason(refusals.get(choices.get(0))));
    }

    private List<ReportedGang> inOrder(List<ReportedGang> some) {
        return Queue.inOrder(some.stream().map(ReportedGang::gang).toList()).stream()
                .map(gang -> gangs.get(gang.id()))
                .toList();
    }
}
