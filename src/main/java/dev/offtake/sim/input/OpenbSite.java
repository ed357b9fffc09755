package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A list of nodes of openb as the manifests that it means. GPU models are classes. */
final class OpenbSite {
    /** In the order in which they are looked for. */
    private static final List<String> LISTS = List.of("openb_node_list_gpu_node.csv", "openb_node_list_all_node.csv");

    /** As NVIDIA's feature discovery labels nodes. */
    private static final String PRODUCT = "nvidia.com/gpu.product";

    private static final String COUNT = "nvidia.com/gpu.count";
    private static final int MOST_GPUS = 1024;

    private OpenbSite() {}

    /** Nodes with as many GPUs of a model. */
    private record Kind(String model, int gpus) {}

    /**
     * Adds the nodes that have GPUs, a pool for each of their kinds, and one contract over all of it. The commonest class
     * is the first, so that work that accepts any leaves the scarce ones to others.
     */
    static void addTo(ManifestReader manifests, Path directory, String tenant) {
        Csv nodes = Csv.read(list(directory));
        Map<Kind, Integer> kinds = new LinkedHashMap<>();
        for (Csv.Row row : nodes.rows()) {
            int gpus = row.number("gpu", 0, MOST_GPUS);
            if (gpus > 0) {
                kinds.merge(new Kind(model(row), gpus), 1, Integer::sum);
                manifests.add(nodes.file(), row.line(), node(row, gpus));
            }
        }
        Map<String, Integer> gpusOf = new TreeMap<>();
        kinds.forEach((kind, count) -> gpusOf.merge(kind.model(), kind.gpus() * count, Integer::sum));
        if (gpusOf.isEmpty()) {
            throw InputException.of(nodes.file(), "has no node with GPUs; add one");
        }
        List<String> models = gpusOf.keySet().stream()
                .sorted(Comparator.comparing(gpusOf::get, Comparator.reverseOrder()))
                .toList();
        kinds.keySet().stream()
                .sorted(Comparator.comparing((Kind kind) -> models.indexOf(kind.model()))
                        .thenComparing(Kind::gpus, Comparator.reverseOrder()))
                .forEach(kind -> manifests.add(nodes.file(), 1, pool(kind)));
        List<JsonNode> commitments = new ArrayList<>();
        for (String model : models) {
            String gpuClass = OpenbTrace.gpuClass(model);
            commitments.add(Manifest.commitment(gpuClass, gpuClass, gpusOf.getOrDefault(model, 0)));
        }
        manifests.add(nodes.file(), 1, Manifest.contract(tenant, commitments));
    }

    private static Path list(Path directory) {
        return LISTS.stream()
                .map(directory::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> InputException.of(
                        directory,
                        "has no list of nodes beside the trace; put " + String.join(" or ", LISTS)
                                + " there, or name a directory with --manifests"));
    }

    private static String model(Csv.Row row) {
        String model = row.get("model");
        if (!Names.isLabel(OpenbTrace.gpuClass(model))) {
            throw row.problem("model", "is no name of a GPU class in lower case; " + Names.LABEL);
        }
        return model;
    }

    private static JsonNode node(Csv.Row row, int gpus) {
        return Manifest.node(
                row.get("sn"),
                Map.of(PRODUCT, row.get("model"), COUNT, String.valueOf(gpus)),
                Map.of(
                        "nvidia.com/gpu",
                        String.valueOf(gpus),
                        "cpu",
                        row.number("cpu_milli", 0, Integer.MAX_VALUE) + "m",
                        "memory",
                        row.number("memory_mib", 0, Integer.MAX_VALUE) + "Mi"));
    }

    private static JsonNode pool(Kind kind) {
        String gpuClass = OpenbTrace.gpuClass(kind.model());
        Map<String, Object> product = Map.of("key", PRODUCT, "values", List.of(kind.model()));
        return Manifest.pool(
                gpuClass + "-" + kind.gpus(),
                Map.of(
                        "gpuClass",
                        gpuClass,
                        "nodes",
                        Map.of(
                                "product",
                                List.of(product),
                                "gpusPerNode",
                                kind.gpus(),
                                "selector",
                                Map.of("matchLabels", Map.of(COUNT, String.valueOf(kind.gpus()))))));
    }
}
