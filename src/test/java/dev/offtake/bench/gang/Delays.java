package dev.offtake.bench.gang;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How long guaranteed jobs waited while their tenant's quota had room for them. */
final class Delays {
    private final Instance instance;
    /** Seconds so far in which a gang of this tenant and size would have been within quota. */
    private final Map<Integer, Map<Integer, long[]>> room = new HashMap<>();

    private final long[] since;
    private final long[] delay;

    Delays(Instance instance) {
        this.instance = instance;
        since = new long[instance.jobs().size()];
        delay = new long[instance.jobs().size()];
        Arrays.fill(since, -1);
    }

    void advance(int now, int to, int[] inQuota) {
        room.forEach((tenant, bySize) -> {
            int left = instance.tenants().get(tenant).guaranteed() - inQuota[tenant];
            bySize.forEach((gpus, seconds) -> seconds[0] += gpus <= left ? to - now : 0);
        });
    }

    private long[] room(Instance.Job job) {
        return room.computeIfAbsent(job.tenant(), t -> new HashMap<>()).computeIfAbsent(job.gpus(), g -> new long[1]);
    }

    void waits(Instance.Job job) {
        if (job.guaranteed()) {
            since[job.id()] = room(job)[0];
        }
    }

    void started(Instance.Job job) {
        if (job.guaranteed()) {
            delay[job.id()] += room(job)[0] - since[job.id()];
            since[job.id()] = -1;
        }
    }

    double of(Instance.Job job) {
        return delay[job.id()] + (since[job.id()] < 0 ? 0 : room(job)[0] - since[job.id()]);
    }
}
