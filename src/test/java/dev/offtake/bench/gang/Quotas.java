package dev.offtake.bench.gang;

import java.util.List;

/** What a baseline knows of quotas: the GPUs that each tenant has in quota and borrowed, and which jobs borrow. */
final class Quotas {
    private final List<Instance.Tenant> tenants;
    private final int[] inQuota;
    private final int[] borrowed;
    private final boolean[] borrows;

    Quotas(Instance instance) {
        tenants = instance.tenants();
        inQuota = new int[tenants.size()];
        borrowed = new int[tenants.size()];
        borrows = new boolean[instance.jobs().size()];
    }

    void started(Instance.Job job, boolean isLent) {
        borrows[job.id()] = isLent;
        add(job, job.gpus());
    }

    void released(Instance.Job job) {
        add(job, -job.gpus());
    }

    void promoted(Instance.Job job) {
        released(job);
        started(job, false);
    }

    private void add(Instance.Job job, int gpus) {
        (borrows[job.id()] ? borrowed : inQuota)[job.tenant()] += gpus;
    }

    /** Whether a job may start in quota now, which opportunistic work never may. */
    boolean hasRoom(Instance.Job job) {
        return job.guaranteed()
                && inQuota[job.tenant()] + job.gpus()
                        <= tenants.get(job.tenant()).guaranteed();
    }

    /** What a tenant borrows by its weight: lending is fair where these are equal. */
    double share(int tenant) {
        return borrowed[tenant] / tenants.get(tenant).weight();
    }
}
