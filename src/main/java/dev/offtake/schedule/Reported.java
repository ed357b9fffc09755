package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Recount;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gangs that others place. What runs of them is charged to the account that it would be on, where it runs, as far as that
 * has room; for the rest it is said what would be decided. That is tried on the state and undone: nothing is held for
 * them, and nobody has to go.
 */
final class Reported {
    /** Time between two forecasts, and before the first: most pods are bound within a moment. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Placer placer;
    private final Accounts accounts;
    private final Seating seating;
    private final Lent lent;
    private final Roster roster;
    private final Charges charges;
    private final Runnable changed;
    private final Demands demands = new Demands();
    private final Map<GangId, ReportedGang> gangs = new TreeMap<>();
    private boolean uncharged;
    private boolean dirty;
    private Instant next = Instant.MIN;

    /**
     * Has no gangs yet.
     *
     * @param roster where pods are as long as no gang here has them
     * @param changed is told when something may fit that did not before
     */
    Reported(
            Cluster cluster,
            Placer placer,
            Accounts accounts,
            Seating seating,
            Lent lent,
            Roster roster,
            Runnable changed) {
        this.placer = placer;
        this.accounts = accounts;
        this.seating = seating;
        this.lent = lent;
        this.roster = roster;
        this.changed = changed;
        charges = new Charges(cluster, accounts, seating);
    }

    Optional<GangView> view(GangId id) {
        return Optional.ofNullable(gangs.get(id)).map(ReportedGang::view);
    }

    List<Gang> all() {
        return gangs.values().stream().map(ReportedGang::gang).toList();
    }

    /** Pods of them that are on nobody's account. */
    List<Recount.Stray> strangers() {
        return charges.strangers();
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
            seating.respecify(known.gang(), spec);
        }
        roster.handOver(spec.id()).forEach(this::pod);
        touch(true);
    }

    /** The gang is over, or not for here any more: its pods are nobody's. */
    void withdraw(GangId id) {
        @Nullable ReportedGang gone = gangs.remove(id);
        if (gone != null) {
            gone.onNodes().forEach(pod -> charges.leave(gone, pod));
            gone.pods().forEach(roster::pod);
            changed.run();
        }
    }

    /** What a pod says about itself now; answers whether it is of a gang of these. */
    boolean pod(PodFacts pod) {
        @Nullable ReportedGang gang = gangs.get(pod.gang());
        if (gang != null) {
            // It may have been nobody's before.
            roster.vacate(pod.uid());
            put(gang, pod);
        }
        return gang != null;
    }

    private void put(ReportedGang gang, PodFacts pod) {
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
                charges.leave(gang, b);
                changed.run();
            });
        }
        gang.put(pod);
        if (!stays && ReportedGang.isOnNode(pod)) {
            charges.occupy(pod);
        }
        touch(true);
    }

    /** The pod object is gone; answers whether it was of a gang of these. */
    boolean podGone(GangId id, String podUid) {
        @Nullable ReportedGang gang = gangs.get(id);
        if (gang == null) {
            return false;
        }
        roster.vacate(podUid);
        gang.pod(podUid).filter(ReportedGang::isOnNode).ifPresent(pod -> {
            charges.leave(gang, pod);
            changed.run();
        });
        gang.forget(podUid);
        touch(false);
        return true;
    }

    /** What runs on a contract that is no more is charged to nobody. */
    void removeContract(String name) {
        for (ReportedGang gang : gangs.values()) {
            if (gang.isChargedTo(name)) {
                for (PodFacts pod : gang.onNodes()) {
                    charges.leave(gang, pod);
                    charges.occupy(pod);
                }
            }
        }
    }

    private void touch(boolean mayCharge) {
        uncharged |= mayCharge;
        dirty = true;
    }

    /** Charges what runs, oldest first. */
    void charge(Instant now) {
        if (!uncharged || gangs.isEmpty()) {
            return;
        }
        uncharged = false;
        boolean any = false;
        for (ReportedGang reported : inOrder(gangs.values().stream()
                .filter(gang -> !gang.unseated().isEmpty())
                .toList())) {
            any |= charges.charge(reported, now);
        }
        if (any) {
            changed.run();
        }
    }

    /** When there is something to say without an event. */
    Optional<Instant> due() {
        return dirty && !gangs.isEmpty() ? Optional.of(next) : Optional.empty();
    }

    /**
     * Says what would be decided, where that is news.
     *
     * @param anew whether something may fit now that did not
     * @param decisions of this round, by which something may not fit any more; gets what is to be said
     */
    void foresee(boolean anew, Instant now, List<Decision> decisions) {
        if (anew || !decisions.isEmpty()) {
            touch(true);
        }
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
        reported.unseated().forEach(pod -> charges.vacate(pod));
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
        reported.unseated().forEach(pod -> charges.occupy(pod));
    }

    /** Gives the gang the place that it would be granted; answers why there is none. */
    private Optional<Reason> place(Gang gang, Instant now) {
        List<Accounts.Choice> choices = accounts.choices(gang.spec(), now);
        if (choices.isEmpty()) {
            return Optional.of(accounts.none(gang.spec(), now));
        }
        Optional<Refusal> leastOfFirst = Optional.empty();
        for (Rivals rivals : Rivals.of(choices)) {
            List<Terms> terms =
                    rivals.terms(account -> Keep.NOTHING, minRuntime -> lent.evictables(minRuntime, now, true));
            Optional<Refusal> least = Optional.empty();
            for (Demands.Demand demand : demands.of(gang, false)) {
                Outcome outcome = placer.place(demand.value(), terms, false);
                if (outcome instanceof Outcome.Placed placed) {
                    Accounts.Choice choice = Rivals.choice(List.of(rivals), placed.claimant());
                    seating.found(gang, Demands.seats(demand.value(), placed, now));
                    gang.grant(choice.grant(gang.spec(), now));
                    if (!placed.victims().isEmpty()) {
                        gang.plan(Optional.of(Lent.plan(
                                placed.victims(), now.plus(choice.lending().notice()))));
                    }
                    return Optional.empty();
                }
                least = Optional.of(((Outcome.Refused) outcome).refusal());
            }
            leastOfFirst = leastOfFirst.isPresent() ? leastOfFirst : least;
        }
        return Optional.of(gang.reason(leastOfFirst.orElseThrow()));
    }

    private List<ReportedGang> inOrder(List<ReportedGang> some) {
        return Queue.inOrder(some.stream().map(ReportedGang::gang).toList()).stream()
                .map(gang -> gangs.get(gang.id()))
                .toList();
    }
}
