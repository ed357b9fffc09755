package dev.offtake.placement;

import java.util.Map;

/** What one pod asks of a node, resolved for the nodes of one pool. */
final class Need {
    private final Shape shape;
    private final Resources resources;
    private final int gpusPerNode;
    private final long cpu;
    private final long memory;
    private final int[] resource;
    private final long[] amount;
    /** The charge on a node of so much: most nodes are alike. */
    private int lastCharge = -1;

    private long lastCpu;
    private long lastMemory;

    Need(Shape shape, Resources resources, int gpusPerNode) {
        this.shape = shape;
        this.resources = resources;
        this.gpusPerNode = gpusPerNode;
        cpu = shape.request(Shape.CPU);
        memory = shape.request(Shape.MEMORY);
        resource = new int[shape.requests().size()];
        amount = new long[resource.length];
        int i = 0;
        for (Map.Entry<String, Long> request : shape.requests().entrySet()) {
            resource[i] = resources.find(request.getKey());
            amount[i] = request.getValue();
            i++;
        }
    }

    boolean isOf(Shape other) {
        return shape.equals(other);
    }

    /** The GPUs that such a pod takes from what can be promised on this node. */
    int charge(int n) {
        if (cpu == 0 && memory == 0) {
            return shape.gpus();
        }
        long nodeCpu = resources.allocatable(n, Resources.CPU);
        long nodeMemory = resources.allocatable(n, Resources.MEMORY);
        if (lastCharge < 0 || nodeCpu != lastCpu || nodeMemory != lastMemory) {
            lastCharge = shape.charge(nodeCpu, nodeMemory, gpusPerNode);
            lastCpu = nodeCpu;
            lastMemory = nodeMemory;
        }
        return lastCharge;
    }

    /** How many such pods fit beside what is there, at most {@code most}. */
    int fit(int n, int most, Right right) {
        long pods = shape.gpus() == 0 ? most : Math.min(most, free(n, Resources.DEVICES, right) / shape.gpus());
        for (int i = 0; i < resource.length && pods > 0; i++) {
            if (amount[i] > 0) {
                pods = resource[i] < 0 ? 0 : Math.min(pods, free(n, resource[i], right) / amount[i]);
            }
        }
        return (int) Math.max(0, pods);
    }

    private long free(int n, int r, Right right) {
        return right.reclaims() ? resources.freeOfFirm(n, r) : resources.free(n, r);
    }

    /** How many would fit by all resources but GPUs, if the node were empty. */
    int fitEmpty(int n) {
        long pods = Integer.MAX_VALUE;
        for (int i = 0; i < resource.length; i++) {
            if (amount[i] > 0) {
                pods = resource[i] < 0 ? 0 : Math.min(pods, resources.allocatable(n, resource[i]) / amount[i]);
            }
        }
        return (int) pods;
    }
}
