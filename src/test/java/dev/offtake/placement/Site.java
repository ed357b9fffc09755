package dev.offtake.placement;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pool and its nodes in one line: {@code site().racks(4).trays(18).spares(2).gpus(4)}. Nodes are named after their
 * place: {@code r0-n0}, with blocks {@code b0-r0-n0}, in a named pool {@code west-r0-n0}.
 */
record Site(
        String name,
        String gpuClass,
        int blocks,
        int racks,
        int trays,
        int spares,
        int gpus,
        int half,
        boolean sized,
        long cpuPerGpu,
        long memoryPerGpu) {
    static final String RESOURCE = "nvidia.com/gpu";
    static final long GIB = 1L << 30;

    static Site site() {
        return new Site("east", "h100", 0, 1, 4, 0, 8, 0, true, 16_000, 256 * GIB);
    }

    /** 4 GPUs per tray, 18 trays per rack of which 2 are spares. */
    static Site nvl72(int racks) {
        return site().gpuClass("gb300").racks(racks).trays(18).spares(2).gpus(4);
    }

    Site named(String value) {
        return new Site(value, gpuClass, blocks, racks, trays, spares, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    Site gpuClass(String value) {
        return new Site(name, value, blocks, racks, trays, spares, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    Site blocks(int value) {
        return new Site(name, gpuClass, value, racks, trays, spares, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    /** Racks, of each block where there are blocks. */
    Site racks(int value) {
        return new Site(name, gpuClass, blocks, value, trays, spares, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    /** Nodes of each rack, spares included. */
    Site trays(int value) {
        return new Site(name, gpuClass, blocks, racks, value, spares, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    Site spares(int value) {
        return new Site(name, gpuClass, blocks, racks, trays, value, gpus, half, sized, cpuPerGpu, memoryPerGpu);
    }

    Site gpus(int value) {
        return new Site(name, gpuClass, blocks, racks, trays, spares, value, half, sized, cpuPerGpu, memoryPerGpu);
    }

    /** A level {@code half} of so many GPUs. */
    Site half(int value) {
        return new Site(name, gpuClass, blocks, racks, trays, spares, gpus, value, sized, cpuPerGpu, memoryPerGpu);
    }

    Site cpusPerGpu(int value) {
        return new Site(name, gpuClass, blocks, racks, trays, spares, gpus, half, sized, value * 1000L, memoryPerGpu);
    }

    /** The keyed levels have no declared size. */
    Site unsized() {
        return new Site(name, gpuClass, blocks, racks, trays, spares, gpus, half, false, cpuPerGpu, memoryPerGpu);
    }

    Pool pool() {
        List<Level> levels = new ArrayList<>();
        if (blocks > 0) {
            levels.add(Level.keyed("block", List.of("block"), sized ? racks * trays : 0, sized ? racks * spares : 0));
        }
        levels.add(Level.keyed("rack", List.of("rack"), sized ? trays : 0, sized ? spares : 0));
        if (half > 0) {
            levels.add(Level.split("half", half));
        }
        return new Pool(
                name,
                gpuClass,
                List.of(),
                List.of(new ProductKey("product", List.of(name))),
                RESOURCE,
                gpus,
                levels,
                List.of(),
                List.of());
    }

    List<NodeFacts> nodes() {
        List<NodeFacts> nodes = new ArrayList<>();
        for (int b = 0; b < Math.max(1, blocks); b++) {
            for (int r = 0; r < racks; r++) {
                for (int n = 0; n < trays; n++) {
                    nodes.add(node(b, r, n));
                }
            }
        }
        return nodes;
    }

    /** A node, whether or not the site has so many. */
    NodeFacts node(int block, int rack, int tray) {
        String prefix = name.equals("east") ? "" : name + "-";
        String rackName = prefix + (blocks > 0 ? "b" + block + "-" : "") + "r" + rack;
        Map<String, String> labels = blocks > 0
                ? Map.of("product", name, "rack", rackName, "block", prefix + "b" + block)
                : Map.of("product", name, "rack", rackName);
        String node = rackName + "-n" + tray;
        return new NodeFacts(
                node,
                "uid-" + node,
                labels,
                List.of(),
                true,
                false,
                Map.of(),
                Map.of(RESOURCE, (long) gpus, "cpu", gpus * cpuPerGpu, "memory", gpus * memoryPerGpu, "pods", 110L));
    }
}
