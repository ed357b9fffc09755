package dev.offtake.schedule;

import dev.offtake.placement.Assignment;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to ask of placement for a gang, and the seats that come out of it. */
final class Demands {
    /** Distinct demands remembered; beyond that equal ones may be asked twice. */
    private static final int MOST = 65_536;

    private final Map<GangDemand, Demand> known = new HashMap<>();
    private int last;
    private int timesForgotten;

    /** A demand with a number that is the same for equal demands, so that it is compared in one step. */
    record Demand(int number, GangDemand value) {}

    /**
     * For all pods that wait, then, where the gang is elastic, for fewer down to its least.
     *
     * @param compact whether it is to be compact where it is lent its place
     */
    List<Demand> of(Gang gang, boolean compact) {
        return of(gang).stream()
                .map(demand -> number(compact ? demand.compactly() : demand))
                .toList();
    }

    private static List<GangDemand> of(Gang gang) {
        List<GangDemand> demands = new ArrayList<>();
        GangSpec spec = gang.spec();
        if (spec.podSets().size() > 1) {
            demands.add(demand(
                    gang, spec.podSets().stream().map(p -> podSet(p, p.count())).toList()));
            return demands;
        }
        GangSpec.PodSet only = spec.podSets().get(0);
        for (int pods = mostPods(gang); pods >= only.minCount(); pods = next(pods, only.minCount(), only.step())) {
            demands.add(demand(gang, List.of(podSet(only, pods))));
        }
        return demands;
    }

    /** The pods of a gang's only pod set for which it asks first; of one that has more, all are asked for at once. */
    static int mostPods(Gang gang) {
        GangSpec.PodSet first = gang.spec().podSets().get(0);
        return gang.spec().podSets().size() > 1
                ? gang.spec().count()
                : Math.max(
                        first.minCount(),
                        first.inSteps(Math.min(first.count(), gang.pods().countUnseated(first))));
    }

    /** How often demands were forgotten, and equal ones have other numbers since. */
    int timesForgotten() {
        return timesForgotten;
    }

    /** For so many pods more of one pod set. */
    static GangDemand more(Gang gang, GangSpec.PodSet podSet, int pods) {
        return demand(gang, List.of(podSet(podSet, pods)));
    }

    /** For a part of a slice beside the rest of it. */
    static GangDemand within(Gang gang, GangSpec.PodSet podSet, int pods, String level) {
        return new GangDemand(
                gang.spec().resource(),
                List.of(new GangDemand.PodSet(podSet.name(), pods, podSet.shape(), podSet.filter(), Optional.empty())),
                Optional.of(level),
                Optional.empty(),
                gang.refusals().nodes());
    }

    /** For other seats in place of these, which stand in the order of their pod sets. */
    static GangDemand again(Gang gang, List<Seat> seats) {
        List<GangDemand.PodSet> podSets = new ArrayList<>();
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int count = (int)
                    seats.stream().filter(s -> s.podSet().equals(podSet.name())).count();
            if (count > 0) {
                podSets.add(podSet(podSet, count));
            }
        }
        return demand(gang, podSets);
    }

    /** Halfway down to the least by steps of so many, and to none at last. */
    static int next(int pods, int least, int step) {
        return pods <= least ? 0 : least + (pods - least) / 2 / step * step;
    }

    private static GangDemand demand(Gang gang, List<GangDemand.PodSet> podSets) {
        GangSpec spec = gang.spec();
        return new GangDemand(
                spec.resource(),
                podSets,
                spec.required(),
                spec.preferred(),
                gang.refusals().nodes());
    }

    private static GangDemand.PodSet podSet(GangSpec.PodSet podSet, int pods) {
        return new GangDemand.PodSet(podSet.name(), pods, podSet.shape(), podSet.filter(), podSet.slice());
    }

    private Demand number(GangDemand demand) {
        Demand same = known.get(demand);
        if (same == null) {
            if (known.size() >= MOST) {
                known.clear();
                timesForgotten++;
            }
            same = new Demand(++last, demand);
            known.put(demand, same);
        }
        return same;
    }

    /** The seats of a placement from an instant on, in the order of the topology. */
    static List<Seat> seats(GangDemand demand, Outcome.Placed placed, Instant since) {
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < demand.podSets().size(); i++) {
            String podSet = demand.podSets().get(i).name();
            Shape shape = demand.podSets().get(i).shape();
            for (Assignment.NodePods nodePods : placed.assignment().nodes().get(i)) {
                for (int pod = 0; pod < nodePods.pods(); pod++) {
                    seats.add(new Seat(podSet, placed.claimant(), shape, nodePods.node(), since));
                }
            }
        }
        return seats;
    }
}
