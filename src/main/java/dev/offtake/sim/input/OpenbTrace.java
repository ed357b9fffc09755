package dev.offtake.sim.input;

import dev.offtake.api.OfftakeAnnotations;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pod lists of openb, which is Alibaba's cluster-trace-gpu-v2023; beside them lies the {@link OpenbSite list of nodes}.
 * Each pod is a gang of one. What pods have of a GPU by fraction is not simulated, as no pool is sold by fractions.
 */
final class OpenbTrace implements TraceFormat {
    private static final String TENANT = "openb";
    private static final int WHOLE = 1000;
    private static final int MOST_GPUS = 1024;

    /** Most classes that a gang may name. */
    private static final int MOST_CLASSES = 16;

    private static final List<String> TIMES = List.of("creation_time", "deletion_time", "scheduled_time");

    /** By QoS class: who serves somebody has what was promised, best effort has what is idle. */
    private static final Map<String, String> TIERS =
            Map.of("LS", "Reserved", "Guaranteed", "Reserved", "Burstable", "Reserved,Spot", "BE", "Spot");

    @Override
    public String name() {
        return "openb (cluster-trace-gpu-v2023 of Alibaba)";
    }

    @Override
    public List<String> columns() {
        return List.of("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli");
    }

    @Override
    public boolean addSite(ManifestReader manifests, Path directory, Optional<String> tenant) {
        OpenbSite.addTo(manifests, directory, tenant.orElse(TENANT));
        return true;
    }

    @Override
    public Trace read(Csv csv, Settings settings) {
        if (!csv.has(TIMES.toArray(String[]::new))) {
            throw InputException.of(
                    csv.file(),
                    1,
                    "has not all of the columns " + String.join(",", TIMES)
                            + ", without which nobody knows when pods come and go; use a list of openb that has them");
        }
        TraceBuilder trace = new TraceBuilder(csv.file(), settings);
        for (Csv.Row row : csv.rows()) {
            int gpus = row.number("num_gpu", 0, MOST_GPUS);
            if (gpus == 0) {
                trace.skip();
            } else if (row.number("gpu_milli", 0, WHOLE) < WHOLE) {
                trace.skip("its pod asks for a part of a GPU (gpu_milli below 1000), and no pool sells parts");
            } else if (row.find("scheduled_time").isEmpty()) {
                trace.skip("its pod never ran (no scheduled_time), so that nobody knows for how long it would");
            } else {
                add(row, gpus, trace, settings);
            }
        }
        return trace.relative();
    }

    private static void add(Csv.Row row, int gpus, TraceBuilder trace, Settings settings) {
        int began = row.number("scheduled_time", 0, Integer.MAX_VALUE);
        int ended = row.number("deletion_time", 0, Integer.MAX_VALUE);
        if (ended < began) {
            throw row.problem("deletion_time", "is before scheduled_time " + began + "; write a later one");
        }
        if (ended == began) {
            trace.skip("its pod was deleted in the second in which it began");
            return;
        }
        Map<String, String> requests = Map.of(
                "cpu", row.number("cpu_milli", 0, Integer.MAX_VALUE) + "m",
                "memory", row.number("memory_mib", 0, Integer.MAX_VALUE) + "Mi");
        Map<String, String> wishes = new TreeMap<>();
        wishes.put(OfftakeAnnotations.GPU_CLASS, classes(row, settings.gpuClasses()));
        row.find("qos").ifPresent(qos -> wishes.put(OfftakeAnnotations.TIER, tier(row, qos)));
        trace.add(
                row,
                "name",
                new Submission(
                        row.line(),
                        row.get("name"),
                        new Ask(settings.tenant().orElse(TENANT), Optional.empty(), 1, gpus, requests, wishes),
                        1000L * row.number("creation_time", 0, Integer.MAX_VALUE),
                        1000L * (ended - began),
                        0,
                        0));
    }

    private static String tier(Csv.Row row, String qos) {
        return Optional.ofNullable(TIERS.get(qos))
                .orElseThrow(() -> row.problem(
                        "qos",
                        "is no class of QoS; use "
                                + String.join(
                                        ", ", TIERS.keySet().stream().sorted().toList())));
    }

    /** The models that a pod accepts, all where it names none; models of no pool stay, for they are told. */
    private static String classes(Csv.Row row, List<String> there) {
        List<String> named = row.find("gpu_spec").stream()
                .flatMap(spec -> List.of(spec.split("\\|", -1)).stream())
                .filter(model -> !model.isBlank())
                .map(OpenbTrace::gpuClass)
                .distinct()
                .toList();
        List<String> known =
                there.stream().filter(c -> named.isEmpty() || named.contains(c)).toList();
        return String.join(",", known.isEmpty() ? named : known.subList(0, Math.min(MOST_CLASSES, known.size())));
    }

    /** The class of a GPU model. */
    static String gpuClass(String model) {
        return model.strip().toLowerCase(Locale.ROOT);
    }
}
