package dev.offtake.schedule;

import dev.offtake.contract.SubTenant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Whose turn it is among the first of all rows: across lines the older one's; inside a line the higher priority's, then
 * that of the sub-tenant which has least of its share, then the older one's (Rule 5). As shares change with each turn,
 * who is the first of its line is found anew for each.
 */
final class Turns {
    private final Shares shares;
    private final boolean lent;
    private final Map<LevelKey, Level> levels = new LinkedHashMap<>();
    /** Of those whom shares do not set apart. */
    private final Comparator<Head> order;

    private final PriorityQueue<Entry> entries;

    /** Somebody who has a turn. */
    interface Head {
        Rank rank();

        Position position();

        /** GPUs with which it may start. */
        int gpus();
    }

    private record LevelKey(Queue.Line line, int priority) {}

    /** A level, and who was its first when it was put in. */
    private record Entry(Level level, Head first) {}

    /** Those of a line that have one priority, by sub-tenant. */
    private final class Level {
        private final Map<Optional<SubTenant>, PriorityQueue<Head>> groups = new LinkedHashMap<>();

        void add(Head head) {
            groups.computeIfAbsent(head.rank().subTenant(), s -> new PriorityQueue<>(order))
                    .add(head);
        }

        boolean isEmpty() {
            return groups.isEmpty();
        }

        Head first() {
            if (groups.size() == 1) {
                return groups.values().iterator().next().element();
            }
            Optional<Head> first = Optional.empty();
            Portion least = Portion.NONE;
            for (PriorityQueue<Head> group : groups.values()) {
                Head head = group.element();
                Portion portion = shares.portion(head.rank(), lent);
                int byShare = portion.compareTo(least);
                if (first.isEmpty() || byShare < 0 || (byShare == 0 && order.compare(head, first.get()) < 0)) {
                    first = Optional.of(head);
                    least = portion;
                }
            }
            return first.orElseThrow();
        }

        Optional<Portion> leastOfOthers(Rank rank) {
            return groups.values().stream()
                    .map(group -> group.element().rank())
                    .filter(rank::competesByShare)
                    .map(other -> shares.portion(other, lent))
                    .min(Portion::compareTo);
        }

        void remove(Head head) {
            PriorityQueue<Head> group = groups.getOrDefault(head.rank().subTenant(), new PriorityQueue<>());
            group.remove();
            if (group.isEmpty()) {
                groups.remove(head.rank().subTenant());
            }
        }
    }

    /** Turns for what is not lent. */
    Turns(Shares shares) {
        this(shares, false, Comparator.comparing(Head::position));
    }

    private Turns(Shares shares, boolean lent, Comparator<Head> order) {
        this.shares = shares;
        this.lent = lent;
        this.order = order;
        entries = new PriorityQueue<>(Comparator.comparing(Entry::first, order));
    }

    /** Turns of one tenant for what is lent. */
    static Turns ofBorrowers(Shares shares, Comparator<Head> order) {
        return new Turns(shares, true, order);
    }

    /** Adds somebody before the first turn. */
    void add(Head head) {
        LevelKey key = new LevelKey(head.rank().line(), head.rank().priority());
        Level level = levels.get(key);
        if (level == null) {
            level = new Level();
            levels.put(key, level);
        }
        level.add(head);
    }

    /** All are there. */
    void begin() {
        levels.values().forEach(level -> entries.add(new Entry(level, level.first())));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The one whose turn is next. */
    Head next() {
        Entry entry = takeFirst();
        entries.add(entry);
        return entry.first();
    }

    /** The least portion that another sub-tenant has of those that compete with this one by it; empty without any. */
    Optional<Portion> leastOfOthers(Rank rank) {
        Level level = levels.get(new LevelKey(rank.line(), rank.priority()));
        return level == null ? Optional.empty() : level.leastOfOthers(rank);
    }

    /** Gives the first its turn, which answers who comes in its place. */
    void serveFirst(Function<Head, Optional<Head>> serve) {
        Entry entry = takeFirst();
        Level level = entry.level();
        level.remove(entry.first());
        serve.apply(entry.first()).ifPresent(level::add);
        if (!level.isEmpty()) {
            entries.add(new Entry(level, level.first()));
        }
    }

    /** Somebody else may be the first of a level since it was put in. */
    private Entry takeFirst() {
        while (true) {
            Entry entry = entries.remove();
            Head first = entry.level().first();
            if (first == entry.first()) {
                return entry;
            }
            entries.add(new Entry(entry.level(), first));
        }
    }
}
