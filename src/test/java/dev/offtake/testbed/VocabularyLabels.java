package dev.offtake.testbed;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The labels that a cloud or tool puts on its GPU nodes, as found on real ones. */
enum VocabularyLabels {
    /** Bare GPU Feature Discovery: the NVLink domain is all the topology there is. */
    NVIDIA {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
        }
    },

    /** Tier 0 is the closest; for want of an accelerator tier, NVLink domains come from other labels. */
    NEBIUS {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
            String model = place.hardware().model();
            String platform = "gpu-" + model.toLowerCase(Locale.ROOT);
            addLocation(labels, "us-central1", "us-central1-a", platform);
            labels.put("nebius.com/gpu", "true");
            labels.put("nebius.com/gpu-name", model);
            labels.put(
                    "nebius.com/resource-preset",
                    place.gpus() + "gpu-" + place.hardware().cpu() + "vcpu");
            labels.put("nebius.com/node-group-id", "mk8snodegroup-" + place.rackName());
            labels.put("topology.nebius.com/gpu-cluster-id", "computegpucluster-" + place.fleet());
            if (place.hardware().nvl72()) {
                labels.put("topology.nebius.com/nvl-instance-group-id", "computenvlinstancegroup-" + place.rackName());
                labels.put("topology.nebius.com/tier-0", place.rackName());
                labels.put("topology.nebius.com/tier-1", place.rackName() + "-leaf");
            } else {
                labels.put("topology.nebius.com/tier-0", place.node());
                labels.put("topology.nebius.com/tier-1", place.rackName());
            }
            labels.put("topology.nebius.com/tier-2", place.blockName());
        }
    },

    /** Google's own driver installation brings no GPU Feature Discovery. */
    GKE {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            String machine = place.hardware().nvl72() ? "a4x-maxgpu-4g-metal" : "a3-megagpu-8g";
            addLocation(labels, "us-central1", "us-central1-b", machine);
            labels.put("cloud.google.com/gke-gpu", "true");
            labels.put("cloud.google.com/gke-accelerator", place.hardware().gke());
            labels.put("cloud.google.com/gke-accelerator-count", Integer.toString(place.gpus()));
            labels.put("cloud.google.com/gke-nodepool", place.fleet());
            labels.put("cloud.google.com/gce-topology-block", place.blockName());
            labels.put("cloud.google.com/gce-topology-subblock", place.rackName());
            labels.put("cloud.google.com/gce-topology-host", place.node());
        }
    },

    /** Own model label in place of {@code nvidia.com/gpu.product}. */
    COREWEAVE {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            String model = place.hardware().model();
            addLocation(labels, "us-east-04", "us-east-04a", model.toLowerCase(Locale.ROOT) + "-" + place.gpus() + "x");
            labels.put("gpu.nvidia.com/model", model);
            labels.put("gpu.nvidia.com/class", model);
            labels.put("gpu.nvidia.com/count", Integer.toString(place.gpus()));
            labels.put("gpu.nvidia.com/vram", Integer.toString(place.hardware().memoryMiB() / 1024));
            labels.put("node.coreweave.cloud/cpu", place.hardware().arch().equals("arm64") ? "grace" : "intel-xeon");
            labels.put("node.coreweave.cloud/rack", place.rackName());
            labels.put("backend.coreweave.cloud/flavor", "infiniband");
            labels.put("backend.coreweave.cloud/fabric", place.coreName());
            labels.put("backend.coreweave.cloud/superpod", place.blockName());
            labels.put("backend.coreweave.cloud/leafgroup", place.rackName());
            labels.put("ib.coreweave.cloud/fabric", place.coreName());
            labels.put("ib.coreweave.cloud/superpod", place.blockName());
            labels.put("ib.coreweave.cloud/leafgroup", place.rackName());
            labels.put("ib.coreweave.cloud/speed", "400G");
            if (place.hardware().nvl72()) {
                labels.put("nvidia.com/gpu.clique", place.clique());
                labels.put("ds.coreweave.com/nvlink.domain", place.rackName());
            }
        }
    },

    /** Topograph from 1.0.0: tier 0 is the closest. */
    TOPOGRAPH_V1 {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
            labels.put("fabric.topograph.run/tier-0", place.rackName());
            labels.put("fabric.topograph.run/tier-1", place.blockName());
            labels.put("fabric.topograph.run/tier-2", place.coreName());
            if (place.hardware().nvl72()) {
                labels.put("accelerator.topograph.run/domain", place.rackName());
            }
        }
    },

    /** Topograph up to 0.5. */
    TOPOGRAPH_V0 {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
            labels.put("network.topology.nvidia.com/leaf", place.rackName());
            labels.put("network.topology.nvidia.com/spine", place.blockName());
            labels.put("network.topology.nvidia.com/core", place.coreName());
            if (place.hardware().nvl72()) {
                labels.put("network.topology.nvidia.com/accelerator", place.rackName());
            }
        }
    },

    /** Layer 3 is the closest. */
    AWS {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
            addLocation(
                    labels, "us-east-1", "us-east-1a", place.hardware().nvl72() ? "p6e-gb300.36xlarge" : "p5.48xlarge");
            labels.put("topology.k8s.aws/network-node-layer-1", "nn-" + place.coreName());
            labels.put("topology.k8s.aws/network-node-layer-2", "nn-" + place.blockName());
            labels.put("topology.k8s.aws/network-node-layer-3", "nn-" + place.rackName());
            if (place.hardware().nvl72()) {
                labels.put("topology.k8s.aws/ultraserver-id", "us-" + place.rackName());
            }
        }
    },

    OCI {
        @Override
        void add(Map<String, String> labels, FleetPlace place) {
            addFeatureDiscovery(labels, place);
            addLocation(
                    labels,
                    "us-ashburn-1",
                    "US-ASHBURN-AD-1",
                    place.hardware().nvl72() ? "BM.GPU.GB300.4" : "BM.GPU.H100.8");
            labels.put("oci.oraclecloud.com/host.id", place.node());
            labels.put("oci.oraclecloud.com/host.rack_id", place.rackName());
            labels.put("oci.oraclecloud.com/host.network_block_id", place.blockName());
        }
    };

    abstract void add(Map<String, String> labels, FleetPlace place);

    static VocabularyLabels of(String name) {
        for (VocabularyLabels vocabulary : values()) {
            if (vocabulary.written().equals(name)) {
                return vocabulary;
            }
        }
        throw new IllegalArgumentException("vocabulary \"" + name + "\" is not known; there are "
                + java.util.Arrays.stream(values())
                        .map(VocabularyLabels::written)
                        .toList());
    }

    Map<String, String> labels(FleetPlace place) {
        Map<String, String> labels = new LinkedHashMap<>();
        add(labels, place);
        return labels;
    }

    private String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static void addLocation(Map<String, String> labels, String region, String zone, String instanceType) {
        labels.put("topology.kubernetes.io/region", region);
        labels.put("topology.kubernetes.io/zone", zone);
        labels.put("node.kubernetes.io/instance-type", instanceType);
    }

    static void addFeatureDiscovery(Map<String, String> labels, FleetPlace place) {
        GpuProduct hardware = place.hardware();
        labels.put("nvidia.com/gpu.present", "true");
        labels.put("nvidia.com/gpu.product", place.product());
        labels.put("nvidia.com/gpu.count", Integer.toString(place.gpus()));
        labels.put("nvidia.com/gpu.memory", Integer.toString(hardware.memoryMiB()));
        labels.put("nvidia.com/gpu.replicas", "1");
        labels.put("nvidia.com/gpu.sharing-strategy", "none");
        labels.put("nvidia.com/gpu.family", hardware.family());
        labels.put("nvidia.com/gpu.compute.major", Integer.toString(hardware.computeMajor()));
        labels.put("nvidia.com/gpu.compute.minor", Integer.toString(hardware.computeMinor()));
        labels.put("nvidia.com/gpu.mode", "compute");
        labels.put("nvidia.com/mig.capable", Boolean.toString(!hardware.model().equals("L40S")));
        if (hardware.nvl72()) {
            labels.put("nvidia.com/gpu.clique", place.clique());
        }
    }
}
