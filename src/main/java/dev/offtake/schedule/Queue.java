package dev.offtake.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * The order of Rule 5: tiers in their order; across contracts by age, inside one by priority, then by age. The head of
 * each contract's queue stands for it.
 */
final class Queue {
    private static final Comparator<Gang> BY_AGE = Comparator.<Gang, java.time.Instant>comparing(
                    g -> g.spec().createdAt())
            .thenComparing(Gang::id);
    private static final Comparator<Gang> INSIDE =
            Comparator.<Gang>comparingInt(g -> -g.spec().priority()).thenComparing(BY_AGE);
    private static final Comparator<Deque<Gang>> ACROSS = Comparator.<Deque<Gang>, dev.offtake.placement.Tier>comparing(
                    q -> q.element().spec().tiers().get(0))
            .thenComparing(Deque::element, BY_AGE);

    private Queue() {}

    private record Line(String tenant, String contract, dev.offtake.placement.Tier tier) implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            return Comparator.comparing(Line::tenant)
                    .thenComparing(Line::contract)
                    .thenComparing(Line::tier)
                    .compare(this, other);
        }
    }

    static List<Gang> inOrder(List<Gang> waiting) {
        Map<Line, List<Gang>> lines = new TreeMap<>();
        for (Gang gang : waiting) {
            GangSpec spec = gang.spec();
            Line line = new Line(
                    spec.tenant(), spec.contract().orElse(""), spec.tiers().get(0));
            lines.computeIfAbsent(line, l -> new ArrayList<>()).add(gang);
        }
        PriorityQueue<Deque<Gang>> heads = new PriorityQueue<>(ACROSS);
        for (List<Gang> line : lines.values()) {
            line.sort(INSIDE);
            heads.add(new ArrayDeque<>(line));
        }
        List<Gang> order = new ArrayList<>(waiting.size());
        while (!heads.isEmpty()) {
            Deque<Gang> line = heads.remove();
            order.add(line.remove());
            if (!line.isEmpty()) {
                heads.add(line);
            }
        }
        return order;
    }
}
