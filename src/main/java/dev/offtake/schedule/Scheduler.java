package dev.offtake.schedule;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Miscount;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The whole decision: events change the state, {@link #decide} says what is to be done about it, in one {@link Round}
 * after another.
 *
 * <p>All state lies in memory and is changed in place by one thread; after a restart it is rebuilt by {@link #restore}
 * before the first round ({@link Restoring}). What fails of what was decided comes back as an event ({@link Writes}).
 */
public final class Scheduler {
    /** How long a scheduler may go on refusing a released pod: it retries by itself when its view catches up. */
    public static final Duration REFUSAL_GRACE = Duration.ofSeconds(5);

    private final Cluster cluster = new Cluster();
    private final Accounts accounts = new Accounts();
    private final Shares shares = new Shares(accounts);
    private final Line line = new Line(shares, cluster::leastGpusPerNode);
    private final Lent lent = new Lent(line::podsInPlans);
    private final Holders holders = new Holders();
    private final Seating seating = new Seating(cluster, lent, holders, shares);
    private final Occupants strangers = new Occupants(cluster);
    private final Roster roster = new Roster(strangers, line, seating, this::changed);
    private final Ranks ranks = new Ranks(accounts, roster, line);
    private final RollBacks rollBacks = new RollBacks(REFUSAL_GRACE, seating, roster, line);
    private final Yields yields = new Yields(roster, accounts, seating, line);
    private final Submissions submissions = new Submissions(roster, ranks, line, seating, rollBacks, this::changed);
    private final Writes writes = new Writes(roster, line, seating, this::changed);
    private final Placer placer = new Placer(cluster);
    private final Beside beside = new Beside(placer, seating, lent, accounts, line);
    private final Repair repair = new Repair(cluster, placer, seating, beside);
    private final GrowthTurns growth = new GrowthTurns(new Growth(seating, beside), beside, accounts, shares, cluster);
    private final Upkeep upkeep = new Upkeep(seating, repair, growth, accounts, line);
    private final Reclaims reclaims = new Reclaims(
            line,
            accounts,
            seating,
            new InTheWay(roster, seating, lent, yields),
            yields,
            new Notices(accounts, yields),
            upkeep);
    private final Promotion promotion = new Promotion(placer, accounts, seating, line);
    private final Preemptions preemptions = new Preemptions(cluster, placer, accounts, lent, holders, yields);
    private final Restoring restoring = new Restoring(roster, line, seating, rollBacks, yields);
    private final Kept kept = new Kept();
    private final Patience patience = new Patience(shares);
    private final Ends ends = new Ends(cluster, holders);
    private final Clearances clearances = new Clearances(cluster, placer, seating, holders, lent);
    private final Drains drains = new Drains(
            cluster,
            kept,
            holders,
            ends,
            patience,
            clearances,
            new LentDrains(line.waiting(), accounts, cluster, patience, clearances));
    private final Backfill backfill = new Backfill(kept, ends, patience, drains);
    private final Stranded stranded = new Stranded(cluster, placer, beside, repair, seating, roster, line, backfill);
    private final Verdicts verdicts = new Verdicts(kept, backfill, ends, patience, drains);
    private final Grants grants =
            new Grants(cluster, placer, accounts, line, seating, upkeep, lent, preemptions, backfill, verdicts);
    private final Cycle cycle = new Cycle(
            line,
            accounts,
            cluster,
            placer,
            upkeep,
            promotion,
            preemptions,
            grants,
            kept,
            patience,
            backfill,
            drains,
            verdicts);
    private final Moves moves = new Moves(cluster, placer, lent, accounts, roster, line, seating, upkeep, yields);
    private final Defragmentation defragmentation = new Defragmentation(
            line, roster, accounts, backfill, new Repacking(cluster, placer, lent, accounts), moves);
    private final Reported reported = new Reported(cluster, placer, accounts, seating, lent, roster, this::changed);
    private final Leavers leavers = new Leavers(yields, rollBacks, reclaims, moves, preemptions);
    private final SelfCheck check = new SelfCheck(
            cluster, roster, new SeatRecount(cluster, roster, reported, moves, strangers, lent, holders, shares));
    private final Round round = new Round(
            cluster,
            accounts,
            ranks,
            roster,
            line,
            lent,
            leavers,
            upkeep,
            stranded,
            backfill,
            cycle,
            defragmentation,
            reported,
            check);

    public Scheduler() {
        cluster.quotas().handovers(() -> yields.handovers(moves::held));
    }

    /**
     * Sets for how long gangs are passed by others of their account if nobody can tell when they start; from then on all
     * that is free is kept for the first of them.
     *
     * @param duration zero for not at all
     */
    public void reserveAfter(Duration duration) {
        patience.reserveAfter(duration);
        changed();
    }

    public void putPool(Pool pool) {
        cluster.putPool(pool);
        changed();
    }

    public void removePool(String name) {
        cluster.removePool(name);
        changed();
    }

    public void putNode(NodeFacts node) {
        boolean known = cluster.fleet()
                .node(node.name())
                .map(NodeState::facts)
                .filter(node::equals)
                .isPresent();
        if (!known) {
            cluster.putNode(node);
            changed();
        }
    }

    public void removeNode(String name) {
        cluster.removeNode(name);
        rollBacks.nodeGone(name);
        changed();
    }

    /** Adds or replaces an admitted contract. */
    public void putContract(Contract contract) {
        if (!accounts.contract(contract.name()).filter(contract::equals).isPresent()) {
            accounts.put(contract);
            changed();
        }
    }

    /** Removes a contract; what runs on it goes on, on nobody's account. */
    public void removeContract(String name) {
        if (accounts.remove(name)) {
            reported.removeContract(name);
            changed();
        }
    }

    /** Counts a pod on a node that is no gang's, or changes it. */
    public void occupy(String podUid, String node, Shape shape) {
        roster.occupy(podUid, node, shape);
    }

    /** Such a pod is gone. */
    public void vacate(String podUid) {
        roster.vacate(podUid);
    }

    /** Adds a gang to the queue, or changes what it asks for; what is placed keeps its seats. */
    public void submit(GangSpec spec) {
        submissions.submit(spec);
    }

    /**
     * Adds a gang that others place, or changes what it asks for. A gang is either submitted or reported, as long as
     * there is this scheduler.
     *
     * @param grant on whose account its pods ran so far
     */
    public void report(GangSpec spec, Optional<Decision.Grant> grant) {
        reported.put(spec, grant);
    }

    /** The gang is over: seats without a pod are free at once, the others when their pod is gone. */
    public void withdraw(GangId id) {
        reported.withdraw(id);
        submissions.withdraw(id);
    }

    /**
     * Takes over a placement that was made before: the gang has these seats, and its pods are released into them.
     * Before the first round only.
     *
     * @param plan who had to go first, and may still be there
     */
    public void restore(GangSpec spec, Decision.Grant grant, List<Decision.Seats> seats, Optional<Plan> plan) {
        restoring.placement(spec, grant, seats, plan);
        changed();
    }

    /**
     * Takes over that the scheduler refused the gang before. Before the first round only.
     *
     * @param since when that was
     * @param underWay whether its pods were being taken back
     */
    public void restoreRefusal(GangId id, String words, List<String> nodes, Instant since, boolean underWay) {
        restoring.refusal(id, words, nodes, since, underWay);
    }

    /**
     * Takes over a gang whose eviction was under way: {@link Decision.RolledBack} comes when its pods are gone. Before
     * the first round only.
     *
     * @param reason what its user was told
     * @param deadline until when its pods have time, as its user was told
     */
    public void restoreEviction(GangId id, Reason reason, Optional<Instant> deadline) {
        restoring.eviction(id, reason, deadline);
    }

    /**
     * What a pod of a gang says about itself now. On a node without a seat it is counted as nobody's.
     */
    public void pod(PodFacts pod) {
        if (!reported.pod(pod)) {
            roster.pod(pod);
        }
    }

    /** The pod object is gone. */
    public void podGone(GangId id, String podUid) {
        if (!reported.podGone(id, podUid)) {
            roster.podGone(id, podUid);
        }
    }

    /** The record of the gang's seats is durable. */
    public void recorded(GangId id) {
        writes.recorded(id);
    }

    /**
     * The record could not be written. A first placement is undone, the gang is where it was in the queue; a change of
     * one that is durable is written again.
     */
    public void recordFailed(GangId id) {
        writes.recordFailed(id);
    }

    /** A release did not happen: the pod is still gated, and its seat free. */
    public void releaseFailed(GangId id, String podUid) {
        writes.releaseFailed(id, podUid);
    }

    /** The pods could not be taken back: one of them was bound after all. */
    public void rollBackFailed(GangId id) {
        writes.rollBackFailed(id);
    }

    /** A pod was not taken back that was to leave its gang by itself. */
    public void shrinkFailed(GangId id, String podUid) {
        writes.shrinkFailed(id, podUid);
    }

    /** The class that a gang is of which names none. */
    public Optional<String> defaultClass(GangSpec gang, Instant now) {
        return accounts.defaultClass(gang, now);
    }

    /** Decides everything that can be decided at {@code now}. */
    public List<Decision> decide(Instant now) {
        return round.decide(now);
    }

    /** How often a place was looked for so far. */
    public long searches() {
        return placer.searches();
    }

    /** Does now what the next decision would have to do first; for those who have time until then. */
    public void settle() {
        cluster.settle();
    }

    /** The earliest instant at which {@link #decide} has something to do without an event. */
    public Optional<Instant> nextWake() {
        return round.due();
    }

    /**
     * The same without looks at what is to be moved, which are taken again and again while a gang waits for whole cells: as
     * long as nothing happens, and nobody is spared any more who was moved, each shows what the last one did.
     */
    public Optional<Instant> nextKnownWake() {
        return round.known();
    }

    /** Whether {@link #decide} has something to do by now, even without an event. */
    public boolean isDue(Instant now) {
        return nextWake().map(wake -> !now.isBefore(wake)).orElse(false);
    }

    private void changed() {
        round.changed();
    }

    /**
     * For how long from now on gangs that prefer a level rather wait than be lent a place in many cells.
     *
     * @param longest since they were made; zero for not at all
     */
    public void bePatient(Duration longest) {
        line.compactWait().set(longest);
        line.compactWait().all().forEach(line::touch);
    }

    /** Who is first of those that wait for what is lent. */
    public void lendInOrder(SpotOrder order) {
        line.waiting().lendInOrder(order);
        changed();
    }

    /**
     * How long a gang that runs waits from now on for nodes that it has lost, before it starts over elsewhere.
     *
     * @param duration zero for ever
     */
    public void startOverAfter(Duration duration) {
        stranded.startOverAfter(duration);
    }

    /** Nobody asks for {@link #moveProposals()}: what is only proposed is not sought. */
    void proposeNoMoves() {
        defragmentation.proposeNothing();
    }

    /** What would have to be moved for gangs that wait for whole cells, in the order of the queue. */
    public List<MoveProposal> moveProposals() {
        return defragmentation.proposals();
    }

    /** How often a gang had its turn so far: the work of the queue. */
    long tries() {
        return grants.tries();
    }

    /** How often everybody who waits had his turn so far. */
    long passes() {
        return cycle.passes();
    }

    /** From now on everybody has his turn also where that would change nothing; to compare. */
    void passAlways() {
        cycle.passAlways();
    }

    SelfCheck check() {
        return check;
    }

    /**
     * Looks from now on at one decision in a minute at most whether it keeps the invariants, and whether all that is kept
     * is what is there; in a thousandth of the time at most.
     *
     * @param faults is told of each fault of this program that is found
     * @param nanoTime a clock in nanoseconds; what is decided does not depend on it
     */
    public void checkNowAndThen(Consumer<Miscount> faults, LongSupplier nanoTime) {
        check.sample(faults, nanoTime);
    }

    Shares shares() {
        return shares;
    }

    Lent lent() {
        return lent;
    }

    Holders holders() {
        return holders;
    }

    Accounts accounts() {
        return accounts;
    }

    public Cluster cluster() {
        return cluster;
    }

    /** The gangs as they stand, in the order of their names. */
    public Collection<GangView> gangs() {
        return Stream.concat(roster.all().stream().map(GangView::of), reported.views().stream())
                .toList();
    }

    /** Whether a pod has a seat of its gang. */
    public boolean hasSeat(GangId id, String podUid) {
        return roster.find(id).flatMap(gang -> gang.pods().seatOf(podUid)).isPresent();
    }

    /** On whose account a pod runs that has a seat of its gang. */
    public Optional<Decision.Grant> grant(GangId id, String podUid) {
        return roster.find(id)
                .flatMap(gang -> gang.grant()
                        .flatMap(grant -> gang.pods().seatOf(podUid).map(seat -> Seating.onAccount(grant, seat))));
    }

    public Optional<GangView> gang(GangId id) {
        return roster.find(id).map(GangView::of).or(() -> reported.view(id));
    }
}
