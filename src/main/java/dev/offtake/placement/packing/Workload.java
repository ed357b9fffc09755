package dev.offtake.placement.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was asked for so far: how often each class of demand arrived, old arrivals counting less and less. */
final class Workload {
    /** Arrivals after which all counts are halved. */
    private static final int WINDOW = 1 << 16;

    private static final double FORGOTTEN = 0.01;

    /** Share of a placement's weight that is left after the next: the last thousand or so count. */
    private static final double REMEMBERED = 1 - 1.0 / 1024;

    private final Map<Demand, Integer> classes = new HashMap<>();
    private final List<Demand> demands = new ArrayList<>();
    private double[] count = new double[64];
    private int untilHalved = WINDOW;
    private double taken;
    private double givenBack;

    int classOf(Demand demand) {
        Integer known = classes.get(demand);
        if (known != null) {
            return known;
        }
        int index = demands.size();
        classes.put(demand, index);
        demands.add(demand);
        if (index == count.length) {
            count = Arrays.copyOf(count, index * 2);
        }
        return index;
    }

    Demand demand(int demandClass) {
        return demands.get(demandClass);
    }

    int classes() {
        return demands.size();
    }

    double count(int demandClass) {
        return count[demandClass];
    }

    void arrived(int demandClass) {
        count[demandClass]++;
        if (--untilHalved == 0) {
            untilHalved = WINDOW;
            for (int c = 0; c < demands.size(); c++) {
                count[c] = count[c] < FORGOTTEN ? 0 : count[c] / 2;
            }
        }
    }

    void taken() {
        taken = taken * REMEMBERED + 1;
        givenBack *= REMEMBERED;
    }

    void givenBack() {
        givenBack++;
    }

    /** Departures per placement of late: 0 while a fleet only fills up, 1 once as much leaves as comes. */
    double churn() {
        return taken == 0 ? 0 : Math.min(1, givenBack / taken);
    }

    /** Classes that arrived, those with most weight first, in the order of their first arrival among equals. */
    List<Integer> heaviest(double[] weight) {
        List<Integer> order = new ArrayList<>();
        for (int c = 0; c < demands.size(); c++) {
            if (weight[c] > 0) {
                order.add(c);
            }
        }
        order.sort(Comparator.comparingDouble((Integer c) -> -weight[c]));
        return order;
    }
}
