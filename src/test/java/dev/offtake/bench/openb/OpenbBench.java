package dev.offtake.bench.openb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offtake.bench.Table;
import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How full the cluster of the FGD paper gets, and how well it serves large pods once work departs. */
@Tag("bench")
class OpenbBench {
    private static final Map<String, Policy.Maker> POLICIES = new TreeMap<>(Map.of(
            "BestFit",
            (inventory, trace) -> new BestFit(inventory),
            "FGD",
            Fgd::new,
            "ours",
            (inventory, trace) -> new Ours(inventory)));

    private final Optional<OpenbData> data = OpenbData.find();

    /** Row a: the published experiment, FGD and best fit within 0.1 points of their published runs. */
    @Test
    void fillsTheClusterMoreThanFgd() {
        data.ifPresent(openb -> {
            Table table = new Table(
                    "openb fill, GPUs allocated at 100 % / 130 % arrivals, mean of seeds " + OpenbData.SEEDS,
                    "trace",
                    "BestFit",
                    "FGD",
                    "ours",
                    "ours - FGD, worst seed",
                    "ours, decisions per CPU second");
            for (String trace : OpenbData.TRACES) {
                List<Demand> pods = openb.pods(trace);
                double worst = Double.MAX_VALUE;
                Map<String, double[]> sums = new TreeMap<>();
                for (int seed : OpenbData.SEEDS) {
                    List<Demand> arrivals = openb.arrivals(trace, seed);
                    Map<String, Fill> fills = new TreeMap<>();
                    POLICIES.forEach((name, maker) -> {
                        Inventory inventory = openb.cluster(trace, seed);
                        fills.put(name, Fill.run(inventory, maker.make(inventory, pods), arrivals));
                    });
                    for (String policy : List.of("FGD", "BestFit")) {
                        OpenbData.Published published = openb.published(trace, policy, seed);
                        assertThat(get(fills, policy).at100()).isCloseTo(published.at100(), within(0.1));
                        assertThat(get(fills, policy).at130()).isCloseTo(published.at130(), within(0.1));
                    }
                    worst = Math.min(
                            worst,
                            get(fills, "ours").at100() - get(fills, "FGD").at100());
                    fills.forEach((name, fill) -> add(sums, name, fill.at100(), fill.at130(), fill.perSecond()));
                }
                table.row(
                        trace,
                        pair(sums, "BestFit", 2),
                        pair(sums, "FGD", 2),
                        pair(sums, "ours", 2),
                        text(worst, 2),
                        text(mean(sums, "ours", 2), 0));
                assertThat(worst).as("ours against FGD on %s", trace).isPositive();
            }
            table.print();
        });
    }

    /** Row b: a loss system; what a policy refuses is gone. */
    @Test
    void servesLargePodsWhenWorkDeparts() {
        double measured = Double.parseDouble(System.getProperty("bench.openb.lifetimes", "10"));
        data.ifPresent(openb -> {
            Table table = new Table(
                    "openb with departures, " + text(measured, 0) + " mean lifetimes: GPUs in use, percent / 8-GPU pods"
                            + " refused, percent; mean of seeds " + OpenbData.SEEDS + " (spread of ours)",
                    "trace, offered load",
                    "BestFit",
                    "FGD",
                    "ours",
                    "spread");
            for (String trace : List.of("default", "multigpu30")) {
                List<Demand> pods = openb.pods(trace);
                for (double load : List.of(0.9, 0.95, 1.0)) {
                    Map<String, double[]> sums = new TreeMap<>();
                    double[] inUse = new double[OpenbData.SEEDS.size()];
                    double[] refused = new double[OpenbData.SEEDS.size()];
                    POLICIES.forEach((name, maker) -> {
                        for (int i = 0; i < inUse.length; i++) {
                            int seed = OpenbData.SEEDS.get(i);
                            Inventory inventory = openb.cluster(trace, seed);
                            Policy policy = maker.make(inventory, pods);
                            Departures run = Departures.run(inventory, policy, pods, load, 3, measured, seed);
                            add(sums, name, run.inUse(), run.refused8());
                            inUse[i] = run.inUse();
                            refused[i] = run.refused8();
                        }
                    });
                    table.row(
                            trace + ", " + text(load * 100, 0) + " %",
                            pair(sums, "BestFit", 1),
                            pair(sums, "FGD", 1),
                            pair(sums, "ours", 1),
                            text(spread(inUse), 2) + " / " + text(spread(refused), 1));
                }
            }
            table.print();
        });
    }

    /** Mixes that are in no file: nothing may be tuned to the five. */
    @Test
    void isNeverBelowFgdOnOtherMixes() {
        data.ifPresent(openb -> {
            Table table = new Table(
                    "openb resampled, GPUs allocated at 100 % / 130 % arrivals, seeds 1 to 3",
                    "mix", "BestFit", "FGD", "ours", "ours - FGD, worst seed");
            double worstOfAll = Double.MAX_VALUE;
            List<Mix> mixes = new ArrayList<>(Mix.ALL);
            mixes.add(Mix.BEYOND);
            for (Mix mix : mixes) {
                Map<String, double[]> sums = new TreeMap<>();
                double worst = Double.MAX_VALUE;
                for (int seed = 1; seed <= 3; seed++) {
                    int order = OpenbData.SEEDS.get(seed - 1);
                    double capacity = Fill.capacity(openb.cluster("default", order));
                    List<Demand> arrivals = mix.arrivals(openb.pods("gpuspec10"), capacity, seed);
                    Map<String, Fill> fills = new TreeMap<>();
                    POLICIES.forEach((name, maker) -> {
                        Inventory inventory = openb.cluster("default", order);
                        fills.put(name, Fill.run(inventory, maker.make(inventory, arrivals), arrivals));
                    });
                    worst = Math.min(
                            worst,
                            get(fills, "ours").at100() - get(fills, "FGD").at100());
                    fills.forEach((name, fill) -> add(sums, name, fill.at100(), fill.at130()));
                }
                if (mix != Mix.BEYOND) {
                    worstOfAll = Math.min(worstOfAll, worst);
                }
                table.row(
                        mix.name(),
                        pair(sums, "BestFit", 2),
                        pair(sums, "FGD", 2),
                        pair(sums, "ours", 2),
                        text(worst, 2));
            }
            table.print();
            assertThat(worstOfAll).as("ours against FGD, worst mix and seed").isNotNegative();
        });
    }

    private static void add(Map<String, double[]> sums, String name, double... values) {
        double[] sum = sums.computeIfAbsent(name, unused -> new double[values.length + 1]);
        for (int i = 0; i < values.length; i++) {
            sum[i] += values[i];
        }
        sum[values.length]++;
    }

    private static double mean(Map<String, double[]> sums, String name, int i) {
        double[] sum = get(sums, name);
        return sum[i] / sum[sum.length - 1];
    }

    private static <V> V get(Map<String, V> map, String name) {
        return Optional.ofNullable(map.get(name)).orElseThrow();
    }

    private static String pair(Map<String, double[]> sums, String name, int digits) {
        return text(mean(sums, name, 0), 2) + " / " + text(mean(sums, name, 1), digits);
    }

    private static double spread(double[] values) {
        return Arrays.stream(values).max().orElseThrow()
                - Arrays.stream(values).min().orElseThrow();
    }

    private static String text(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
