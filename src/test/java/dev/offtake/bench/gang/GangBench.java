package dev.offtake.bench.gang;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Utilisation, compactness and waits of gangs on the traces of packing-benchmark.md §B: policy beside baselines. */
@Tag("bench")
class GangBench {
    private static final String FLUID = "fluid";
    private static final Map<String, Function<Instance, Scheduler>> SCHEDULERS = schedulers();

    private final InstanceFiles files = new InstanceFiles(Path.of(System.getProperty("bench.data", "../shared/data")));
    private final int seeds = Integer.getInteger("bench.seeds", 12);
    /** Of the families; 21 are others than the first twenty. */
    private final int firstSeed = Integer.getInteger("bench.firstSeed", 1);
    /** Names of scenarios and families. */
    private final List<String> only =
            List.of(System.getProperty("bench.only", "medium,small,philly").split(","));

    private static Map<String, Function<Instance, Scheduler>> schedulers() {
        Map<String, Function<Instance, Scheduler>> all = new LinkedHashMap<>();
        all.put(FLUID, i -> new Baseline(i, (instance, state) -> new Fluid(instance)));
        all.put("firstfit", i -> nodes(i, NodeRule.Kind.FIRST_FIT));
        all.put("pack", i -> nodes(i, NodeRule.Kind.BEST_FIT));
        all.put("topo", i -> nodes(i, NodeRule.Kind.TOPO));
        all.put("policyW", PolicyW::new);
        all.put("offtake", Production::new);
        return all;
    }

    private static Scheduler nodes(Instance instance, NodeRule.Kind kind) {
        return new Baseline(instance, (i, state) -> new NodeRule(i, state, kind));
    }

    @Test
    void namedScenarios() {
        for (String name : only) {
            if (files.has(name)) {
                run("named " + name, 1, 1, i -> files.read(name));
            } else {
                System.out.println("[bench] left out: no scenario " + name + "; name its directory by -Dbench.data");
            }
        }
    }

    @Test
    void freshSeeds() {
        if (!files.hasRaw()) {
            System.out.println("[bench] left out: no raw traces; name their directory by -Dbench.data");
            return;
        }
        Generator generator = new Generator(files);
        PhillyReplay philly = new PhillyReplay(files);
        if (only.contains("medium")) {
            run("medium", firstSeed, seeds, seed -> generator.generate(Generator.Family.MEDIUM, seed));
        }
        if (only.contains("small")) {
            run("small", 2 * firstSeed - 1, 2 * seeds, seed -> generator.generate(Generator.Family.SMALL, seed));
        }
        if (only.contains("philly")) {
            run("philly", firstSeed, Math.min(6, seeds), philly::replay);
        }
    }

    /** Each scheduler on the instances of a family, one after the other; the table has means over them. */
    private static void run(String family, int first, int count, IntFunction<Instance> instances) {
        Map<String, List<Metrics>> results = new LinkedHashMap<>();
        IntStream.range(first, first + count)
                .mapToObj(instances)
                .forEach(instance -> SCHEDULERS.forEach((name, make) -> {
                    Metrics metrics = new Simulation(instance, make.apply(instance)).run();
                    results.computeIfAbsent(name, n -> new ArrayList<>()).add(metrics);
                }));
        System.out.printf(
                Locale.ROOT,
                "%n%s, means of %d (load %.2f)%n%s%n",
                family,
                count,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Summary.HEADER);
        results.forEach((name, metrics) ->
                System.out.println(new Summary(metrics, results.get(FLUID), results.get("topo")).line(name)));
    }
}
