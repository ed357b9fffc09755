package dev.offtake.sim.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the levels of pools had over time. A pool that comes later counts from then on. */
final class LevelSums {
    private final Map<List<String>, Sums> all = new LinkedHashMap<>();
    private List<Sample.OfLevel> levels = List.of();
    private List<Sums> current = List.of();

    /** Of one level. */
    private static final class Sums {
        private double length;
        private double whole;
        private double largestGang;
        private int least = Integer.MAX_VALUE;
        private Sample.OfLevel last;

        Sums(Sample.OfLevel first) {
            last = first;
        }

        void add(long more) {
            length += more;
            whole += (double) last.whole() * more;
            largestGang += (double) last.largestGang() * more;
            least = Math.min(least, last.largestGang());
        }

        Result.LevelTotal total() {
            boolean never = length == 0;
            return new Result.LevelTotal(
                    last,
                    never ? last.whole() : whole / length,
                    never ? last.largestGang() : largestGang / length,
                    Math.min(least, last.largestGang()));
        }
    }

    /** How they are from now on. */
    void set(List<Sample.OfLevel> now) {
        if (now == levels) {
            return;
        }
        levels = now;
        List<Sums> next = new ArrayList<>();
        for (Sample.OfLevel level : now) {
            Sums sums = all.computeIfAbsent(List.of(level.pool(), level.level()), l -> new Sums(level));
            sums.last = level;
            next.add(sums);
        }
        current = next;
    }

    /** They stay so for this time, in milliseconds. */
    void add(long length) {
        if (length > 0) {
            current.forEach(sums -> sums.add(length));
        }
    }

    List<Result.LevelTotal> totals() {
        return all.values().stream().map(Sums::total).toList();
    }
}
