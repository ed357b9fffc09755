package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Given;
import dev.offtake.placement.Miscount;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks at decisions whether they keep what they must: that all counts are right after it ({@link SeatRecount}), that it
 * gives nothing twice (I1), no gang less than it needs (I2), nobody more than he is entitled to (I3), that what is promised
 * can be kept (I4), that who is evicted is so by a plan (I5), and that no spare is given to anybody beside the nodes that
 * its cell may give. What is decided is the same with it and without.
 *
 * <p>It costs a pass over all nodes and gangs. So it is for all decisions only up to as many nodes as the system property
 * {@value #PROPERTY} says, none unless it is set, and a fault ends the scheduler then; and {@linkplain #sample now and then}
 * where somebody wants to be told of faults.
 */
final class SelfCheck {
    static final String PROPERTY = "offtake.recount";
    /** Between two decisions that are looked at now and then. */
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /** It takes one part of so many of the time at most. */
    private static final int PART = 1000;

    private int mostNodes = Integer.getInteger(PROPERTY, 0);
    private Optional<Consumer<Miscount>> faults = Optional.empty();
    private LongSupplier nanoTime = () -> 0;
    private Optional<Instant> next = Optional.empty();
    /** Nanoseconds that it took, before the decision and after it. */
    private long took;

    private final Cluster cluster;
    private final Roster roster;
    private final SeatRecount recount;
    /** Gangs that have a place which is too small for them, for which no decision is to blame. */
    private final Set<Gang> tooSmall = new HashSet<>();

    private Given given = Given.NOTHING;
    private Map<String, Integer> overused = Map.of();
    private boolean looks;
    private boolean isAlways;

    SelfCheck(Cluster cluster, Roster roster, SeatRecount recount) {
        this.cluster = cluster;
        this.roster = roster;
        this.recount = recount;
    }

    /** It is on for so many nodes from now on. */
    void upTo(int nodes) {
        mostNodes = nodes;
    }

    /**
     * Tells of faults from now on, of one decision in a minute at most, and does not end: nor where the check itself fails,
     * which only reads and must not stop what it watches.
     *
     * @param clock by which it knows how long it takes
     */
    void sample(Consumer<Miscount> listener, LongSupplier clock) {
        faults = Optional.of(listener);
        nanoTime = clock;
    }

    /** What has happened is counted, and nothing is decided yet. */
    void begin(Instant now) {
        isAlways = mostNodes > 0 && cluster.nodes() <= mostNodes;
        if (faults.isPresent() && next.isEmpty()) {
            // Who has just begun to lead has other things to do.
            next = Optional.of(now.plus(PAUSE));
        }
        looks = isAlways || next.filter(at -> !now.isBefore(at)).isPresent();
        if (!looks) {
            return;
        }
        long start = nanoTime.getAsLong();
        looks = isDone(this::remember);
        took = nanoTime.getAsLong() - start;
        if (!looks) {
            restFrom(now);
        }
    }

    private void remember() {
        given = Given.of(cluster);
        overused = recount.overused();
        tooSmall.clear();
        for (Gang gang : roster.all()) {
            if (gang.hasPlace() && lacks(gang)) {
                tooSmall.add(gang);
            }
        }
    }

    /** All is decided. */
    void end(Instant now, List<Decision> decisions) {
        if (!looks) {
            return;
        }
        long start = nanoTime.getAsLong();
        isDone(() -> compare(decisions));
        took += nanoTime.getAsLong() - start;
        if (!isAlways) {
            restFrom(now);
        }
    }

    /** Whether a part of the check came to its end without a fault; where one is not only told, it ends the scheduler. */
    private boolean isDone(Runnable part) {
        if (isAlways) {
            part.run();
            return true;
        }
        try {
            part.run();
            return true;
        } catch (Miscount fault) {
            tell(fault);
        } catch (RuntimeException failure) {
            tell(new Miscount(failure));
        }
        return false;
    }

    private void tell(Miscount fault) {
        faults.ifPresent(listener -> listener.accept(fault));
    }

    private void restFrom(Instant now) {
        Duration pause = Duration.ofNanos(took).multipliedBy(PART);
        next = Optional.of(now.plus(pause.compareTo(PAUSE) < 0 ? PAUSE : pause));
    }

    private void compare(List<Decision> decisions) {
        recount.compare();
        sparesAreFree();
        decisions.forEach(this::isByPlan);
        Set<String> awaited = new HashSet<>();
        Map<String, Integer> moving = new HashMap<>();
        recount.heldToComeBack().forEach(seat -> awaited.add(seat.node()));
        for (Gang gang : roster.all()) {
            if (gang.plan().isPresent()) {
                gang.seats().forEach(seat -> awaited.add(seat.node()));
            }
            gang.leaving()
                    .forEach(seat -> moving.merge(
                            seat.claimant().account(),
                            takesWork(seat.node()) ? seat.shape().gpus() : 0,
                            Integer::sum));
            if (gang.hasPlace() && lacks(gang) && !tooSmall.contains(gang)) {
                throw new Miscount(
                        Miscount.Rule.I2,
                        "a decision left " + gang.id() + " fewer seats than it needs: "
                                + gang.seats().size() + " of " + gang.spec().podSets());
            }
        }
        Given.compare(cluster, given, awaited, moving);
    }

    private boolean takesWork(String node) {
        return cluster.fleet()
                .node(node)
                .filter(state -> state.health().takesWork())
                .isPresent();
    }

    private void isByPlan(Decision decision) {
        if (decision instanceof Decision.Evict evict && !isPlanned(evict.claimant(), evict.gang())) {
            throw new Miscount(Miscount.Rule.I5, "nobody's plan says " + evict);
        }
        if (decision instanceof Decision.Shrink shrink && !isPlanned(shrink.claimant(), shrink.gang())) {
            throw new Miscount(Miscount.Rule.I5, "nobody's plan says " + shrink);
        }
    }

    private boolean isPlanned(GangId claimant, GangId victim) {
        return roster.find(claimant)
                .flatMap(Gang::plan)
                .filter(plan -> plan.everybody().contains(victim))
                .isPresent();
    }

    /** More nodes than before are in use only of cells that may give them, as soon as all have gone who are in plans. */
    private void sparesAreFree() {
        recount.overused().forEach((cell, nodes) -> {
            if (nodes > overused.getOrDefault(cell, 0)) {
                throw new Miscount(
                        Miscount.Rule.SPARES,
                        "a decision left " + nodes + " nodes more in use of " + cell + " than it may give, before "
                                + overused.getOrDefault(cell, 0));
            }
        });
    }

    private static boolean lacks(Gang gang) {
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            if (gang.seats(podSet.name()) < podSet.minCount()) {
                return true;
            }
        }
        return false;
    }
}
