package dev.offtake.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The GPU classes that are known out of the box. A pool may name any other class, if it says everything itself.
 *
 * <p>Product values are exact, so shared GPUs and MIG devices ({@code -SHARED}, {@code -MIG-...}) and the PCIe cards of
 * the same name are not in a class.
 */
public final class GpuClasses {
    private static final String GFD = "nvidia.com/gpu.product";
    private static final String COREWEAVE = "gpu.nvidia.com/model";
    private static final String GKE = "cloud.google.com/gke-accelerator";
    private static final String NEBIUS = "nebius.com/gpu-name";
    private static final String EKS = "eks.amazonaws.com/instance-gpu-name";
    private static final String KARPENTER = "karpenter.k8s.aws/instance-gpu-name";

    private static final String CAPTURES =
            "github.com/NVIDIA/k8s-test-infra tests/e2e/go/assertions/nvidiasmi/testdata/hardware";
    private static final String SIMULATOR =
            "github.com/NVIDIA/k8s-test-infra deployments/nvml-mock/helm/nvml-mock/profiles";
    private static final String MANIFESTS = "public manifests that select nodes by this value";
    private static final String COREWEAVE_DOC =
            "docs.coreweave.com/coreweave-kubernetes/label-selectors; public manifests";
    private static final String GKE_DOC = "cloud.google.com/kubernetes-engine/docs/how-to/gpus";
    private static final String NEBIUS_DOC = "SkyPilot sky/provision/kubernetes/utils.py, NebiusLabelFormatter";
    private static final String EKS_DOC = "docs.aws.amazon.com/eks/latest/userguide, Auto Mode node labels";
    private static final String KARPENTER_DOC = "karpenter.sh/docs/reference/instance-types";

    private static final String NVL72_GUIDE =
            "docs.nvidia.com/enterprise-reference-architectures/nvl72-ai-factory: 18 trays of 4 GPUs";
    private static final String DGX_GUIDES = "docs.nvidia.com/dgx user guides";

    private static final List<GpuClass> CLASSES = List.of(
            new GpuClass(
                    "gb300-nvl72",
                    "blackwell",
                    "arm64",
                    4,
                    true,
                    new GpuClass.Power("rack", 142_000, NVL72_GUIDE),
                    new Values()
                            .gfd("NVIDIA-GB300", CAPTURES + "/qx-gb300.xml")
                            .gfd("NVIDIA-GB300-NVL", SIMULATOR + "/gb300.yaml")
                            .namedCoreweave("GB300")
                            .gke("nvidia-gb300")
                            .namedNebius("GB300")
                            .namedAws("gb300")
                            .list(),
                    levels(true),
                    NVL72_GUIDE),
            new GpuClass(
                    "gb200-nvl72",
                    "blackwell",
                    "arm64",
                    4,
                    true,
                    new GpuClass.Power("rack", 120_000, "docs.nvidia.com/dgx GB200 user guide: about 120 kW"),
                    new Values()
                            .gfd("NVIDIA-GB200", "github.com/NVIDIA/k8s-test-infra tests/e2e/go/profile/gfd_test.go")
                            .namedCoreweave("GB200")
                            .gke("nvidia-gb200")
                            .namedNebius("GB200")
                            .namedAws("gb200")
                            .list(),
                    levels(true),
                    "docs.nvidia.com/dgx GB200 user guide: 18 trays of 4 GPUs"),
            new GpuClass(
                    "b300-sxm",
                    "blackwell",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 14_500, DGX_GUIDES + ": DGX B300"),
                    new Values()
                            .gfd("NVIDIA-B300-SXM6-AC", MANIFESTS)
                            .namedCoreweave("B300")
                            .namedGke("nvidia-b300")
                            .namedNebius("B300")
                            .namedAws("b300")
                            .list(),
                    levels(false),
                    DGX_GUIDES + ": DGX B300"),
            new GpuClass(
                    "b200-sxm",
                    "blackwell",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 14_300, DGX_GUIDES + ": DGX B200"),
                    new Values()
                            .gfd("NVIDIA-B200", MANIFESTS)
                            .namedCoreweave("B200")
                            .gke("nvidia-b200")
                            .nebius("B200")
                            .aws("b200")
                            .list(),
                    levels(false),
                    DGX_GUIDES + ": DGX B200"),
            new GpuClass(
                    "h200-sxm",
                    "hopper",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 10_200, DGX_GUIDES + ": DGX H200"),
                    new Values()
                            .gfd("NVIDIA-H200", MANIFESTS)
                            .gfd("NVIDIA-H200-SXM5-141GB", MANIFESTS)
                            .coreweave("H200")
                            .gke("nvidia-h200-141gb")
                            .nebius("H200")
                            .aws("h200")
                            .list(),
                    levels(false),
                    DGX_GUIDES + ": DGX H200"),
            new GpuClass(
                    "h100-sxm",
                    "hopper",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 10_200, DGX_GUIDES + ": DGX H100"),
                    new Values()
                            .gfd("NVIDIA-H100-80GB-HBM3", CAPTURES + "/qx-h100.xml")
                            .coreweave("H100")
                            .coreweave("H100_NVLINK_80GB")
                            .gke("nvidia-h100-80gb")
                            .gke("nvidia-h100-mega-80gb")
                            .nebius("H100")
                            .aws("h100")
                            .list(),
                    levels(false),
                    DGX_GUIDES + ": DGX H100"),
            new GpuClass(
                    "a100-sxm",
                    "ampere",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 6_500, DGX_GUIDES + ": DGX A100"),
                    new Values()
                            .gfd("NVIDIA-A100-SXM4-80GB", MANIFESTS)
                            .gfd("NVIDIA-A100-SXM4-40GB", MANIFESTS)
                            .coreweave("A100_NVLINK_80GB")
                            .coreweave("A100_NVLINK")
                            .gke("nvidia-a100-80gb")
                            .gke("nvidia-tesla-a100")
                            .aws("a100")
                            .list(),
                    levels(false),
                    DGX_GUIDES + ": DGX A100; nodes with 4 GPUs set gpusPerNode"),
            new GpuClass(
                    "l40s",
                    "ada-lovelace",
                    "amd64",
                    8,
                    false,
                    new GpuClass.Power("node", 0, "depends on the server"),
                    new Values()
                            .gfd("NVIDIA-L40S", MANIFESTS)
                            .coreweave("L40S")
                            .nebius("L40S")
                            .aws("l40s")
                            .list(),
                    levels(false),
                    "docs.coreweave.com/platform/instances: 8 GPUs; others set gpusPerNode"));

    private GpuClasses() {}

    /** All known classes, newest first. */
    public static List<GpuClass> all() {
        return CLASSES;
    }

    public static Optional<GpuClass> find(String name) {
        return CLASSES.stream().filter(known -> known.name().equals(name)).findFirst();
    }

    /** Names of all known classes, for messages. */
    public static List<String> names() {
        return CLASSES.stream().map(GpuClass::name).toList();
    }

    private static List<Level> levels(boolean nvl72) {
        List<String> rackKeys = Vocabularies.keys(Vocabularies.RACK, nvl72);
        return List.of(
                Level.keyed(Vocabularies.BLOCK, Vocabularies.keys(Vocabularies.BLOCK, nvl72)),
                nvl72 ? Level.keyed(Vocabularies.RACK, rackKeys, 18, 0) : Level.keyed(Vocabularies.RACK, rackKeys));
    }

    /** Collects product values; their keys come in the order of the calls, NVIDIA's own first. */
    private static final class Values {
        /** For values that follow a provider's naming of its other GPUs. */
        private static final String BY_NAMING = " (by its naming of other GPUs)";

        private final List<GpuClass.ProductValue> values = new ArrayList<>();

        Values gfd(String value, String source) {
            return add(GFD, value, source);
        }

        Values coreweave(String value) {
            return add(COREWEAVE, value, COREWEAVE_DOC);
        }

        Values gke(String value) {
            return add(GKE, value, GKE_DOC);
        }

        Values nebius(String value) {
            return add(NEBIUS, value, NEBIUS_DOC);
        }

        Values aws(String value) {
            add(EKS, value, EKS_DOC);
            return add(KARPENTER, value, KARPENTER_DOC);
        }

        Values namedCoreweave(String value) {
            return add(COREWEAVE, value, COREWEAVE_DOC + BY_NAMING);
        }

        Values namedGke(String value) {
            return add(GKE, value, GKE_DOC + BY_NAMING);
        }

        Values namedNebius(String value) {
            return add(NEBIUS, value, NEBIUS_DOC + BY_NAMING);
        }

        Values namedAws(String value) {
            add(EKS, value, EKS_DOC + BY_NAMING);
            return add(KARPENTER, value, KARPENTER_DOC + BY_NAMING);
        }

        private Values add(String key, String value, String source) {
            values.add(new GpuClass.ProductValue(key, value, source));
            return this;
        }

        List<GpuClass.ProductValue> list() {
            return values;
        }
    }
}
