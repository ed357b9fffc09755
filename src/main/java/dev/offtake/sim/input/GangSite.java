package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code nodes.csv} and {@code tenants.csv} of the gang benchmark as the manifests that they mean. */
final class GangSite {
    private static final String CLASS = "h100-sxm";
    private static final String PRODUCT = "nvidia.com/gpu.product";
    private static final String PRODUCT_VALUE = "NVIDIA-H100-80GB-HBM3";
    private static final int MOST = 1_000_000;

    /** Names of the levels, outermost first, as jobs name them, and the columns of the nodes. */
    private static final Map<String, String> LEVELS = levels();

    private GangSite() {}

    private static Map<String, String> levels() {
        Map<String, String> levels = new LinkedHashMap<>();
        levels.put("block", "block");
        levels.put("rack", "rack");
        levels.put("nvlink", "nvlink_domain");
        return levels;
    }

    /** Adds one pool, its nodes, and a contract for each tenant, who lends what it leaves idle. */
    static void addTo(ManifestReader manifests, Path directory) {
        Csv nodes = Csv.read(directory.resolve("nodes.csv"));
        int gpusPerNode = 1;
        for (Csv.Row row : nodes.rows()) {
            int here = row.number("gpus", 1, 1024);
            gpusPerNode = Math.max(gpusPerNode, here);
            Map<String, String> labels = new LinkedHashMap<>(Map.of(PRODUCT, PRODUCT_VALUE));
            LEVELS.forEach((level, column) -> labels.put(level, row.get(column)));
            manifests.add(
                    nodes.file(),
                    row.line(),
                    Manifest.node(row.get("node"), labels, Map.of("nvidia.com/gpu", String.valueOf(here))));
        }
        List<Map<String, Object>> topology = LEVELS.keySet().stream()
                .map(level -> Map.<String, Object>of("name", level, "keys", List.of(level)))
                .toList();
        manifests.add(
                nodes.file(),
                1,
                Manifest.pool(
                        "gang",
                        Map.of("gpuClass", CLASS, "nodes", Map.of("gpusPerNode", gpusPerNode), "topology", topology)));
        Csv tenants = Csv.read(directory.resolve("tenants.csv"));
        ForeignTenants names = new ForeignTenants();
        for (Csv.Row row : tenants.rows()) {
            manifests.add(tenants.file(), row.line(), contract(row, names));
        }
    }

    private static JsonNode contract(Csv.Row row, ForeignTenants tenants) {
        int gpus = row.number("guaranteed_gpus", 1, MOST);
        return Manifest.contract(tenants.tenant(row.get("tenant")), List.of(Manifest.commitment("base", CLASS, gpus)));
    }
}
