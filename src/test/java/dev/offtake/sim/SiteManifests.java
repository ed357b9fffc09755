package dev.offtake.sim;

/** Manifests of small sites: H100 on nodes of eight, and contracts over the year 2026 unless they say otherwise. */
public final class SiteManifests {
    public static final String BEGIN = "2026-01-01T00:00:00Z";
    public static final String END = "2027-01-01T00:00:00Z";

    private SiteManifests() {}

    /** Documents of one file. */
    public static String documents(String... manifests) {
        return String.join("---\n", manifests);
    }

    /** One with the levels of its class. */
    public static String pool(String name, String gpuClass) {
        return """
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: %s}
                """.formatted(name, gpuClass);
    }

    /** {@code h100}, in racks of so many nodes. */
    public static String racks(int nodes) {
        return pool("h100", "h100-sxm, topology: [{name: rack, keys: [rack], nodes: " + nodes + "}]");
    }

    /** So many nodes of {@link #racks} of so many. */
    public static String nodes(String name, int count, int perRack) {
        return """
                apiVersion: v1
                kind: Node
                metadata:
                  name: %1$s-{n}
                  annotations: {sim.offtake.dev/repeat: "%2$d"}
                  labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, rack: "%1$s-{n/%3$d}"}
                status: {allocatable: {nvidia.com/gpu: "8"}}
                """.formatted(name, count, perRack);
    }

    /** Of a tenant of its name. */
    public static String contract(String name, String... commitments) {
        return contractOf(name, BEGIN, END, commitments);
    }

    /** One of another term. */
    public static String contractOf(String name, String begin, String end, String... commitments) {
        return """
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %1$s}
                spec:
                  tenant: %1$s
                  term: {start: "%2$s", end: "%3$s"}
                  commitments: [%4$s]
                """.formatted(name, begin, end, String.join(", ", commitments));
    }

    /** Called {@code base}. */
    public static String commitment(String gpuClass, String unit, String... tranches) {
        return "{name: base, gpuClass: %s, unit: %s, tranches: [%s]}"
                .formatted(gpuClass, unit, String.join(", ", tranches));
    }

    /** Called like the class, with nothing promised. */
    public static String onDemand(String gpuClass, int gpus) {
        return "{name: %1$s, gpuClass: %1$s, unit: gpu, onDemand: {gpus: %2$d}}".formatted(gpuClass, gpus);
    }

    /** All that is ever promised. */
    public static String tranche(int quantity) {
        return tranche("all", quantity, BEGIN);
    }

    public static String tranche(String name, int quantity, String due) {
        return "{name: %s, quantity: %d, due: \"%s\"}".formatted(name, quantity, due);
    }
}
