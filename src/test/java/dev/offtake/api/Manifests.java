package dev.offtake.api;

/** The smallest object of each kind, as the reference shows it. */
final class Manifests {
    static final String SMALLEST_POOL = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: vineland-gb300}
            spec:
              gpuClass: gb300-nvl72
              location: {provider: nebius, site: vineland, jurisdiction: US}
            """;

    /** What can be said when a class is not known, or other than usual. */
    static final String WHOLE_POOL = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: vineland-gb300}
            spec:
              gpuClass: gb300-nvl72
              location: {provider: nebius, site: vineland, jurisdiction: US}
              nodes:
                selector: {matchLabels: {site: vineland}}
                product: [{key: nvidia.com/gpu.product, values: [NVIDIA-GB300, NVIDIA-GB300-NVL]}]
                resourceName: nvidia.com/gpu
                gpusPerNode: 4
              topology:
              - {name: block, keys: [fabric.topograph.run/tier-2, topology.nebius.com/tier-2]}
              - {name: rack, keys: [nvidia.com/gpu.clique, topology.nebius.com/nvl-instance-group-id], nodes: 18, spareNodes: 0}
              - {name: half, gpus: 2}
              unhealthyConditions: [{type: GpuNvlinkWatch, status: "True"}]
              unhealthyTaints: [nvidia.com/gpu-xid-error]
            """;

    static final String SMALLEST_CONTRACT = """
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: research-2026}
            spec:
              tenant: research
              term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
              commitments:
              - {name: base, gpuClass: h100-sxm, unit: gpu, tranches: [{name: all, quantity: 4, due: "2026-01-01T00:00:00Z"}]}
            """;

    /** A contract that arrives in tranches, with an on-demand limit. */
    static final String WHOLE_CONTRACT = """
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: meta-2025}
            spec:
              tenant: meta
              term: {start: "2025-12-01T00:00:00Z", end: "2031-06-01T00:00:00Z"}
              commitments:
              - name: cluster
                gpuClass: gb300-nvl72
                unit: rack
                tranches:
                - {name: first, quantity: 120, due: "2025-12-01T00:00:00Z", end: "2030-12-01T00:00:00Z"}
                - {name: second, quantity: 120, due: "2026-02-01T00:00:00Z", end: "2031-02-01T00:00:00Z"}
                onDemand: {gpus: 64}
                lending: {policy: Always, notice: 120s, minRuntime: 10m}
            """;

    /** A contract on two classes, the first of which is the default. */
    static final String TWO_CLASSES = """
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: acme-2026}
            spec:
              tenant: acme
              term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
              commitments:
              - {name: train, gpuClass: gb300-nvl72, unit: rack, tranches: [{name: all, quantity: 2, due: "2026-01-01T00:00:00Z"}]}
              - {name: serve, gpuClass: l40s, unit: gpu, onDemand: {gpus: 8}}
            """;

    static final String WORKLOAD = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUWorkload
            metadata: {name: job-pretrain, namespace: default}
            spec:
              gpuClasses: [gb300-nvl72]
              tiers: [Reserved, OnDemand]
              podSets:
              - name: workers
                count: 16
                minCount: 16
                requests: {nvidia.com/gpu: 4, cpu: "64", memory: 800Gi}
                slice: {level: rack, pods: 16}
              topology: {required: block, preferred: rack}
              duration: 720h
              checkpoint: {interval: 30m, restartCost: 5m}
              priority: 0
            """;

    private Manifests() {}
}
