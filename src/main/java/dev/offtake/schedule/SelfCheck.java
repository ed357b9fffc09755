package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Given;
import dev.offtake.placement.Miscount;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks at each decision whether it keeps what it must: that all counts are right after it ({@link SeatRecount}), and that
 * it gives nothing twice (I1), no gang less than it needs (I2), nobody more than he is entitled to (I3) and no spare to
 * anybody beside the nodes that its cell may give. It costs a pass over all nodes and gangs, so it is off unless the system property {@value #PROPERTY} says up to
 * how many nodes it is on; what is decided is the same with it and without.
 */
final class SelfCheck {
    static final String PROPERTY = "offtake.recount";

    private int mostNodes = Integer.getInteger(PROPERTY, 0);
    private final Cluster cluster;
    private final Roster roster;
    private final SeatRecount recount;
    /** Gangs that have a place which is too small for them, for which no decision is to blame. */
    private final Set<Gang> tooSmall = new HashSet<>();

    private Given given = Given.NOTHING;
    private Map<String, Integer> overused = Map.of();
    private boolean looks;

    SelfCheck(Cluster cluster, Roster roster, SeatRecount recount) {
        this.cluster = cluster;
        this.roster = roster;
        this.recount = recount;
    }

    /** It is on for so many nodes from now on. */
    void upTo(int nodes) {
        mostNodes = nodes;
    }

    /** What has happened is counted, and nothing is decided yet. */
    void begin() {
        looks = mostNodes > 0 && cluster.nodes() <= mostNodes;
        if (!looks) {
            return;
        }
        given = Given.of(cluster);
        overused = recount.overused();
        tooSmall.clear();
        for (Gang gang : roster.all()) {
            if (hasPlace(gang) && lacks(gang)) {
                tooSmall.add(gang);
            }
        }
    }

    /** All is decided. */
    void end() {
        if (!looks) {
            return;
        }
        recount.compare();
        sparesAreFree();
        Set<String> awaited = new HashSet<>();
        Set<String> moving = new HashSet<>();
        recount.heldToComeBack().forEach(seat -> awaited.add(seat.node()));
        for (Gang gang : roster.all()) {
            if (gang.plan().isPresent()) {
                gang.seats().forEach(seat -> awaited.add(seat.node()));
            }
            gang.leaving().forEach(seat -> moving.add(seat.claimant().account()));
            if (hasPlace(gang) && lacks(gang) && !tooSmall.contains(gang)) {
                throw new Miscount("I2: a decision left " + gang.id() + " fewer seats than it needs: "
                        + gang.seats().size() + " of " + gang.spec().podSets());
            }
        }
        Given.compare(cluster, given, awaited, moving);
    }

    /** More nodes than before are in use only of cells that may give them, as soon as all have gone who are in plans. */
    private void sparesAreFree() {
        recount.overused().forEach((cell, nodes) -> {
            if (nodes > overused.getOrDefault(cell, 0)) {
                throw new Miscount("spares: a decision left " + nodes + " nodes more in use of " + cell
                        + " than it may give, before " + overused.getOrDefault(cell, 0));
            }
        });
    }

    private static boolean hasPlace(Gang gang) {
        return switch (gang.phase()) {
            case RECORDING, RECLAIMING, PLACED -> true;
            case WAITING, ROLLING_BACK, CLOSING -> false;
        };
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
