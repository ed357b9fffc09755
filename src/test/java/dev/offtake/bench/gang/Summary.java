package dev.offtake.bench.gang;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Means of one scheduler over the instances of a family, beside those of two others on the same instances.
 *
 * @param fluid what the gap of utilisation is measured to
 * @param topo what the longest wait is measured by
 */
record Summary(List<Metrics> metrics, List<Metrics> fluid, List<Metrics> topo) {
    static final String HEADER = String.format(
            "%-9s %6s %6s %6s %6s %6s %6s %6s %7s %7s %6s %6s %6s %6s %6s %7s %7s %6s",
            "", "util", "gap", "+-", "good", "lent", "blckd", "waste", "late%", "delay", "rack", "island", "pref%",
            "wait", "long/t", "worst", "unfin", "pass ms", "dec/s");

    String line(String name) {
        double[] gaps = IntStream.range(0, metrics.size())
                .mapToDouble(i -> fluid.get(i).util() - metrics.get(i).util())
                .toArray();
        double gap = IntStream.range(0, gaps.length)
                .mapToDouble(i -> gaps[i])
                .average()
                .orElse(0);
        double square = IntStream.range(0, gaps.length)
                .mapToDouble(i -> (gaps[i] - gap) * (gaps[i] - gap))
                .sum();
        double error = gaps.length < 2 ? 0 : Math.sqrt(square / (gaps.length - 1) / gaps.length);
        return String.format(
                Locale.ROOT,
                "%-9s %6.2f %6.2f %6.2f %6.2f %6.2f %6.2f %6.3f %7.4f %7.0f %6.3f %6.3f %6.1f %6.0f %6.2f %6.2f %7.0f"
                        + " %7.2f %6.0f",
                name,
                mean(Metrics::util),
                gap,
                error,
                mean(Metrics::goodput),
                mean(Metrics::borrowed),
                mean(Metrics::blockedIdle),
                mean(Metrics::wasted),
                mean(Metrics::late),
                metrics.stream().mapToDouble(Metrics::maxDelay).max().orElse(0),
                mean(Metrics::rackCompact),
                mean(Metrics::domainCompact),
                mean(Metrics::preferredMet),
                mean(Metrics::meanWait),
                longestByTopo().average().orElse(0),
                longestByTopo().max().orElse(0),
                mean(Metrics::unfinished),
                metrics.stream().mapToDouble(Metrics::longestPassMillis).max().orElse(0),
                mean(Metrics::decisionsPerSecond));
    }

    private double mean(ToDoubleFunction<Metrics> of) {
        return metrics.stream().mapToDouble(of).average().orElse(0);
    }

    /** The longest wait by that under topo, of each instance. */
    private DoubleStream longestByTopo() {
        return IntStream.range(0, metrics.size())
                .mapToDouble(i -> metrics.get(i).longestWait() / topo.get(i).longestWait());
    }
}
