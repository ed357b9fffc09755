package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a fleet looks like; each method changes it and returns it. */
public final class FleetSpec {
    private static final int PODS_PER_NODE = 110;

    private int blocks = 1;
    private int racks = 1;
    private int traysPerRack = 18;
    private Optional<Integer> gpusPerTray = Optional.empty();
    private String vocabulary = "nvidia";
    private String product = "NVIDIA-GB300";
    private String resourceName = "nvidia.com/gpu";
    private String prefix = "node";
    private Optional<String> cpu = Optional.empty();
    private Optional<String> memory = Optional.empty();
    private Optional<String> arch = Optional.empty();
    private final List<Taint> taints = new ArrayList<>();
    private final Map<String, String> labels = new TreeMap<>();

    FleetSpec() {}

    /** Racks of all blocks together. */
    public FleetSpec racks(int count) {
        racks = count;
        return this;
    }

    /** Nodes of a rack. */
    public FleetSpec traysPerRack(int count) {
        traysPerRack = count;
        return this;
    }

    /** GPUs of a node; by default what the product has. */
    public FleetSpec gpusPerTray(int count) {
        gpusPerTray = Optional.of(count);
        return this;
    }

    /** Groups of racks; the racks are divided among them in order, the first blocks get what is left over. */
    public FleetSpec blocks(int count) {
        blocks = count;
        return this;
    }

    /**
     * Whose labels the nodes carry: {@code nvidia}, {@code nebius}, {@code gke}, {@code coreweave},
     * {@code topograph-v1}, {@code topograph-v0}, {@code aws} or {@code oci}.
     */
    public FleetSpec vocabulary(String name) {
        vocabulary = name;
        return this;
    }

    /** As GPU Feature Discovery writes it: {@code NVIDIA-H100-80GB-HBM3}. Decides GPUs, CPU, memory and architecture. */
    public FleetSpec product(String value) {
        product = value;
        return this;
    }

    /** The name of the GPU class that such nodes are of. */
    public String gpuClass() {
        return GpuProduct.of(product).gpuClass();
    }

    /** The extended resource of the GPUs. */
    public FleetSpec resourceName(String name) {
        resourceName = name;
        return this;
    }

    public FleetSpec cpuPerNode(String quantity) {
        cpu = Optional.of(quantity);
        return this;
    }

    public FleetSpec memoryPerNode(String quantity) {
        memory = Optional.of(quantity);
        return this;
    }

    public FleetSpec arch(String value) {
        arch = Optional.of(value);
        return this;
    }

    public FleetSpec taint(String key, String value, String effect) {
        taints.add(new Taint(effect, key, null, value));
        return this;
    }

    /** How node names begin; two fleets of one test need two. */
    public FleetSpec prefix(String value) {
        prefix = value;
        return this;
    }

    /** A label of every node; wins over those of the vocabulary. */
    public FleetSpec label(String key, String value) {
        labels.put(key, value);
        return this;
    }

    /** The nodes in order of rack and tray, with their status, without a control plane. */
    public List<Node> build() {
        GpuProduct hardware = GpuProduct.of(product);
        int gpus = gpusPerTray.orElse(hardware.gpusPerNode());
        VocabularyLabels speech = VocabularyLabels.of(vocabulary);
        List<Node> nodes = new ArrayList<>();
        for (int rack = 0; rack < racks; rack++) {
            for (int tray = 0; tray < traysPerRack; tray++) {
                FleetPlace place = new FleetPlace(
                        prefix, blockOf(rack), rack, tray, nodeName(rack, tray), product, hardware, gpus);
                Map<String, String> all = new LinkedHashMap<>(common(place.node(), hardware));
                all.putAll(speech.labels(place));
                all.putAll(labels);
                nodes.add(new NodeBuilder()
                        .withNewMetadata()
                        .withName(place.node())
                        .withLabels(all)
                        .endMetadata()
                        .withNewSpec()
                        .withTaints(taints)
                        .withProviderID("testbed://" + place.node())
                        .endSpec()
                        .withStatus(status(hardware, gpus))
                        .build());
            }
        }
        return nodes;
    }

    /** Makes the nodes on the control plane; they carry the label of the sandbox and its id in their names. */
    public LiveFleet create(Sandbox sandbox) {
        String own = prefix;
        prefix = sandbox.id() + "-" + own;
        label(Sandbox.LABEL, sandbox.id());
        try {
            return LiveFleet.create(sandbox, build(), traysPerRack, resourceName);
        } finally {
            prefix = own;
            labels.remove(Sandbox.LABEL);
        }
    }

    private String nodeName(int rack, int tray) {
        return "%s-r%d-t%02d".formatted(prefix, rack, tray);
    }

    private int blockOf(int rack) {
        int larger = racks % blocks;
        int size = racks / blocks;
        int inLarger = larger * (size + 1);
        return rack < inLarger ? rack / (size + 1) : larger + (rack - inLarger) / size;
    }

    private Map<String, String> common(String node, GpuProduct hardware) {
        return Map.of(
                "kubernetes.io/hostname",
                node,
                "kubernetes.io/os",
                "linux",
                "kubernetes.io/arch",
                arch.orElse(hardware.arch()));
    }

    private NodeStatus status(GpuProduct hardware, int gpus) {
        Map<String, Quantity> resources = Map.of(
                "cpu",
                Quantity.parse(cpu.orElse(hardware.cpu())),
                "memory",
                Quantity.parse(memory.orElse(hardware.memory())),
                "ephemeral-storage",
                Quantity.parse("10Ti"),
                "pods",
                Quantity.parse(Integer.toString(PODS_PER_NODE)),
                resourceName,
                Quantity.parse(Integer.toString(gpus)));
        return new NodeStatusBuilder()
                .withCapacity(resources)
                .withAllocatable(resources)
                .withConditions(new NodeConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("KubeletReady")
                        .withLastHeartbeatTime("2026-01-01T00:00:00Z")
                        .withLastTransitionTime("2026-01-01T00:00:00Z")
                        .build())
                .build();
    }
}
