package dev.offtake.schedule;

import dev.offtake.placement.Rationale;
import dev.offtake.placement.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one gang. Mutable; only the scheduler touches it. */
final class Gang {
    /** How far a gang is. */
    enum Phase {
        /** In the queue. */
        WAITING,
        /** It has seats; their record is being written. */
        RECORDING,
        /** It has seats that others have to leave first; its plan is durable. */
        RECLAIMING,
        /** The record is durable (or none is needed): pods are released as they come. */
        PLACED,
        /** Its pods are being taken back; it waits again when they are gone. */
        ROLLING_BACK,
        /** It is over; seats go as their pods go. */
        CLOSING
    }

    private GangSpec spec;
    private Template template;
    private Rank rank;
    private Phase phase = Phase.WAITING;
    private final Pods pods = new Pods();
    private final List<Seat> seats = new ArrayList<>();
    private final List<Seat> leaving = new ArrayList<>();
    private List<Seat> durable = List.of();
    private Optional<Ask> ask = Optional.empty();
    /** Where it stands in the queue, by what it asked for when it was put there. */
    private @Nullable Place place;

    private Refusals refusals = new Refusals();
    private Optional<Decision.Grant> grant = Optional.empty();
    private Optional<Reason> told = Optional.empty();
    private Optional<Instant> refusedSince = Optional.empty();
    private Optional<Plan> plan = Optional.empty();
    /** The seats that it had for sure before it got a plan. */
    private List<Seat> beforePlan = List.of();

    private Duration ran = Duration.ZERO;
    private Optional<Rationale> why = Optional.empty();
    private boolean planDurable;
    private boolean recordKept;
    private boolean victimsGone;
    private boolean hadPlace;
    private Optional<Instant> goesBy = Optional.empty();
    private Optional<Instant> lateSince = Optional.empty();
    private boolean reported;
    private final Departures departures = new Departures();

    /**
     * What it asks for as it stands.
     *
     * @param missing what it waits for, other than a place
     * @param demands any of which would do, best first
     * @param kind of which it is; empty where something is missing
     * @param compactUntil until when it is to be compact where it is lent its place
     */
    record Ask(
            Optional<Reason> missing,
            List<Demands.Demand> demands,
            Optional<Kind.Key> kind,
            Optional<Instant> compactUntil) {
        /** Of one that is not to be placed yet. */
        static Ask missing(Reason reason) {
            return new Ask(Optional.of(reason), List.of(), Optional.empty(), Optional.empty());
        }

        /** The same of one that is to be compact until then. */
        Ask compactUntil(Optional<Instant> until) {
            return new Ask(missing, demands, kind, until);
        }
    }

    Gang(GangSpec spec) {
        this(spec, new Template(spec));
    }

    /** @param template of the specification, which others may have in common with it */
    Gang(GangSpec spec, Template template) {
        this.spec = template.share(spec);
        this.template = template;
        rank = template.rank(spec.priority());
    }

    GangId id() {
        return spec.id();
    }

    GangSpec spec() {
        return spec;
    }

    /** What it has in common with others. */
    Template template() {
        return template;
    }

    void respecify(GangSpec changed) {
        Template next = new Template(changed);
        template = next.equals(template) ? template : next;
        spec = template.share(changed);
        rank = template.rank(spec.priority());
    }

    /** By which it has its place in the queue. */
    Rank rank() {
        return rank;
    }

    void rank(Rank next) {
        rank = next;
    }

    Phase phase() {
        return phase;
    }

    /** Where it is as soon as its record is durable. */
    Phase recordedPhase() {
        return plan.isPresent() ? Phase.RECLAIMING : Phase.PLACED;
    }

    /** Whether it has a place that it does not leave, as far as it knows. */
    boolean hasPlace() {
        return switch (phase) {
            case RECORDING, RECLAIMING, PLACED -> true;
            case WAITING, ROLLING_BACK, CLOSING -> false;
        };
    }

    void enter(Phase next) {
        phase = next;
    }

    /** It is over. */
    void close() {
        hadPlace = hasPlace() || (hadPlace && phase == Phase.CLOSING);
        enter(Phase.CLOSING);
    }

    /** Whether it was not on its way out before it was over. */
    boolean hadPlace() {
        return hadPlace;
    }

    Pods pods() {
        return pods;
    }

    List<Seat> seats() {
        return seats;
    }

    List<Seat> seatsOf(String podSet) {
        return seats.stream().filter(s -> s.podSet().equals(podSet)).toList();
    }

    /** Seats that are its no longer, once the record that leaves them out is durable. */
    List<Seat> leaving() {
        return leaving;
    }

    /** The seats of the last record that is known to be durable. */
    List<Seat> durable() {
        return durable;
    }

    /** The seats as they are now are those of the durable record; none is none. */
    void recorded() {
        durable = List.copyOf(seats);
        planDurable = plan.isPresent();
    }

    /** What it asks for, as long as nothing has happened to it. */
    Optional<Ask> ask() {
        return ask;
    }

    void ask(Optional<Ask> known) {
        ask = known;
    }

    /** What the scheduler refused it. */
    Refusals refusals() {
        return refusals;
    }

    /** From now on it remembers together with others. */
    void refusals(Refusals shared) {
        refusals = shared;
    }

    Optional<Decision.Grant> grant() {
        return grant;
    }

    void grant(Decision.Grant onAccount) {
        grant = Optional.of(onAccount);
    }

    /** How long it had a place before it lost it, all times together, as far as this process knows. */
    Duration ran() {
        return ran;
    }

    /** It has lost its place. */
    void ranUntil(Instant end) {
        Instant began = grant.map(Decision.Grant::since).orElse(end);
        ran = began.isBefore(end) ? ran.plus(Duration.between(began, end)) : ran;
    }

    Optional<Reason> told() {
        return told;
    }

    /** Remembers what was told; answers whether that is news: another code, another fault, another plan. */
    boolean tell(Reason reason) {
        boolean byNumbers = reason.code() == Reason.Code.INVALID || reason.code() == Reason.Code.RECLAIMING;
        boolean known = told.isPresent()
                && told.get().code() == reason.code()
                && (!byNumbers || told.get().equals(reason));
        if (!known) {
            told = Optional.of(reason);
        }
        return !known;
    }

    void tellNothing() {
        told = Optional.empty();
    }

    Optional<Instant> refusedSince() {
        return refusedSince;
    }

    void refusedSince(Optional<Instant> instant) {
        refusedSince = instant;
    }

    /** When it has to be gone as a whole; empty if it was not told to go since it has its place. */
    Optional<Instant> goesBy() {
        return goesBy;
    }

    void goesBy(Optional<Instant> deadline) {
        goesBy = deadline;
    }

    /** When it was to be gone that is still there, so that nobody counts on that any more; empty if there is time. */
    Optional<Instant> lateSince() {
        return lateSince;
    }

    void lateSince(Optional<Instant> deadline) {
        lateSince = deadline;
    }

    /** Whether others have to go for it, and this gang or a part of it is among them. */
    boolean awaits(Gang victim) {
        return plan.filter(p -> p.everybody().contains(victim.id())).isPresent();
    }

    /** Whether it has pods, and all of them are ending already. */
    boolean isEnding() {
        List<PodFacts> placed =
                pods().all().stream().filter(pod -> pod.state().isPlaced()).toList();
        return !placed.isEmpty() && placed.stream().allMatch(pod -> pods().isTerminating(pod.uid()));
    }

    /** Whether others place it, and it is only said what would be decided about it. */
    boolean isReported() {
        return reported;
    }

    void report() {
        reported = true;
    }

    /** Pods of it that are taken back one by one. */
    Departures departures() {
        return departures;
    }

    /** Who has to go before it can start. */
    Optional<Plan> plan() {
        return plan;
    }

    void plan(Optional<Plan> next) {
        plan = next;
        beforePlan = next.isPresent() ? durable : List.of();
        recordKept |= next.isPresent();
        victimsGone = false;
        planDurable = false;
    }

    /** Whether its plan is in its record, perhaps with another deadline. */
    boolean isPlanDurable() {
        return planDurable;
    }

    /** Others have until then to go. */
    void postpone(Instant deadline) {
        plan = plan.map(known -> known.until(deadline));
    }

    /** Whether it has a plan, and had a place before: others leave it other seats or more of them, and it runs on. */
    boolean runsWithPlan() {
        return plan.isPresent() && (!beforePlan.isEmpty() || seats.stream().anyMatch(seat -> !seat.isFree()));
    }

    /** Whether the seat is its for its next pod: nobody has to leave it first. */
    boolean hasForSure(Seat seat) {
        return plan.isEmpty() || beforePlan.contains(seat);
    }

    /** Whether its claim alone says where it is: a lone pod for which nobody had to go. */
    boolean isUnrecorded() {
        return id().isLonePod() && !recordKept;
    }

    /** Why it was placed where it is; forgotten by asking, as it is told once. */
    Optional<Rationale> takeWhy() {
        Optional<Rationale> told = why;
        why = Optional.empty();
        return told;
    }

    void why(Optional<Rationale> next) {
        why = next;
    }

    /** There is a record of where it is, or was when it was taken over. */
    void recordIsKept() {
        recordKept = true;
    }

    /**
     * Whether its pod may go, or stay, where its seats are now although no record says so: the claim of a lone pod is
     * enough, unless an older record says something else as long as it is not on its way.
     */
    boolean isClaimEnough() {
        return isUnrecorded() || (id().isLonePod() && pods.isAnySeated());
    }

    /** What was recorded is void. */
    void recordIsVoid() {
        recordKept = false;
        durable = List.of();
    }

    /** Whether its plan is carried out, and only its record still has to say so. */
    boolean victimsGone() {
        return victimsGone;
    }

    void victimsAreGone() {
        victimsGone = true;
    }

    /** Whether a refusal means something else for each gang. */
    static boolean isOfEach(Refusal refusal) {
        return refusal.code() == Refusal.Code.CONSTRAINTS_MATCH_NO_NODE || refusal.code() == Refusal.Code.NOT_COMPACT;
    }

    /** What a refusal means for this gang. */
    Reason reason(Refusal refusal) {
        boolean onlyAvoidedAreLeft = refusal.code() == Refusal.Code.CONSTRAINTS_MATCH_NO_NODE
                && !refusals.nodes().isEmpty();
        Reason reason = onlyAvoidedAreLeft ? refusals.reason() : Reason.of(refusal);
        Optional<Instant> until =
                refusal.code() == Refusal.Code.NOT_COMPACT ? ask.flatMap(Ask::compactUntil) : Optional.empty();
        return until.map(end -> reason.with("until", end)).orElse(reason);
    }

    /** Where it stands in the queue; only the queue changes it. */
    Optional<Place> place() {
        return Optional.ofNullable(place);
    }

    void place(Optional<Place> next) {
        place = next.orElse(null);
    }

    /** Another seat is in place of this one, with the pod that sits there. */
    void exchange(Seat before, Seat after) {
        seats.set(seats.indexOf(before), after);
        pods.exchange(before, after);
    }

    int seats(String podSet) {
        return (int) seats.stream().filter(s -> s.podSet().equals(podSet)).count();
    }
}
