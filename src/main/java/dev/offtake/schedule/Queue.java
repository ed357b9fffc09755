package dev.offtake.schedule;

import dev.offtake.placement.Tier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The order of Rule 5: tiers in their order; across contracts by age, inside one by priority, then by age. The head of
 * each contract's queue stands for it. Shares of sub-tenants come between priority and age where gangs have their turns:
 * {@link Turns}.
 */
final class Queue {
    /** Who goes first if nothing else sets them apart. */
    static final Comparator<Gang> BY_AGE = (a, b) -> {
        int byInstant = a.spec().createdAt().compareTo(b.spec().createdAt());
        return byInstant != 0 ? byInstant : a.id().compareTo(b.id());
    };

    private static final Comparator<Gang> INSIDE =
            Comparator.<Gang>comparingInt(g -> -g.rank().priority()).thenComparing(BY_AGE);
    private static final Comparator<Gang> ACROSS =
            Comparator.<Gang, Tier>comparing(g -> g.spec().tiers().get(0)).thenComparing(BY_AGE);

    private Queue() {}

    /** Gangs in one line compete by priority; the others by age only. */
    record Line(String tenant, String contract, Tier tier) {
        static Line of(Accounts.Asked asked) {
            return new Line(
                    asked.tenant(), asked.contract().orElse(""), asked.tiers().get(0));
        }
    }

    /** Whether {@code a} goes before {@code b} if there are no others. */
    static boolean isBefore(Gang a, Gang b) {
        return (a.rank().line().equals(b.rank().line()) ? INSIDE : ACROSS).compare(a, b) < 0;
    }

    static List<Gang> inOrder(List<Gang> waiting) {
        if (waiting.size() < 2) {
            return waiting;
        }
        Map<Line, List<Gang>> lines = new HashMap<>();
        for (Gang gang : waiting) {
            lines.computeIfAbsent(gang.rank().line(), l -> new ArrayList<>()).add(gang);
        }
        // No two heads are equal, so the order of the lines does not matter.
        PriorityQueue<Deque<Gang>> heads = new PriorityQueue<>(Comparator.comparing(Deque::element, ACROSS));
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
