package dev.offtake.bench.gang;

import java.util.List;

/**
 * One problem: a fleet, its tenants, and the jobs in order of submission.
 *
 * @param jobs sorted by submission
 */
record Instance(String name, GangTopology topology, List<Tenant> tenants, List<Job> jobs) {
    /** Names of the levels in the files, innermost first; their numbers are those of {@link GangTopology}. */
    static final List<String> LEVELS = List.of("node", "nvlink", "rack", "block", "none");

    static final int NODE = 0;
    static final int NVLINK = 1;
    static final int RACK = 2;
    static final int BLOCK = 3;
    static final int ANYWHERE = 4;
    static final int GPUS_PER_NODE = 8;
    static final int NODES_PER_DOMAIN = 4;
    static final int NODES_PER_RACK = 8;
    static final int NODES_PER_BLOCK = 64;

    /** @param weight share of idle capacity when borrowing */
    record Tenant(String name, int guaranteed, double weight) {}

    /**
     * One gang.
     *
     * @param submit seconds from the start
     * @param duration run time needed, seconds, restarts aside
     * @param checkpoint progress is saved at multiples of this, seconds; 0 is never
     * @param restart seconds lost at the start of each run after a preemption
     */
    record Job(
            int id,
            int tenant,
            int submit,
            int gpus,
            int duration,
            boolean guaranteed,
            int required,
            int preferred,
            int checkpoint,
            int restart) {
        boolean isWholeNodes() {
            return gpus > GPUS_PER_NODE;
        }

        int nodes() {
            return (gpus + GPUS_PER_NODE - 1) / GPUS_PER_NODE;
        }
    }

    /** GPUs of the fleet. */
    int gpus() {
        return topology.nodes() * GPUS_PER_NODE;
    }

    /** The last submission, rounded up to a full hour. */
    int horizon() {
        int last = jobs.get(jobs.size() - 1).submit();
        return (last + 3599) / 3600 * 3600;
    }

    /** Requested GPU-seconds by capacity over the span. */
    double load() {
        double sum =
                jobs.stream().mapToDouble(j -> (double) j.gpus() * j.duration()).sum();
        return sum / ((double) gpus() * horizon());
    }

    /** Nodes of 8 GPUs in order: 4 to a domain, 8 to a rack, 64 to a block. */
    static GangTopology regular(int nodes) {
        int[] capacity = new int[nodes];
        int[][] cells = new int[3][nodes];
        for (int n = 0; n < nodes; n++) {
            capacity[n] = GPUS_PER_NODE;
            cells[0][n] = n / NODES_PER_DOMAIN;
            cells[1][n] = n / NODES_PER_RACK;
            cells[2][n] = n / NODES_PER_BLOCK;
        }
        return new GangTopology(capacity, cells);
    }
}
