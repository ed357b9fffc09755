package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Any idle GPUs will do. */
final class Fluid implements PlaceRule {
    private static final int[] NO_NODES = {};

    private final Set<Instance.Job> lent = new LinkedHashSet<>();
    private int idle;

    Fluid(Instance instance) {
        idle = instance.gpus();
    }

    @Override
    public boolean isFluid() {
        return true;
    }

    @Override
    public @Nullable Place free(Instance.Job job) {
        return job.gpus() <= idle ? new Place(NO_NODES, List.of()) : null;
    }

    @Override
    public @Nullable Place reclaimed(Instance.Job job, Cluster cluster) {
        List<Instance.Job> cheapest = new ArrayList<>(lent);
        cheapest.sort(Comparator.comparingDouble(j -> j.gpus() * cluster.secondsPerGpu(j.id())));
        List<Instance.Job> victims = new ArrayList<>();
        int freed = idle;
        for (Instance.Job candidate : cheapest) {
            if (freed >= job.gpus()) {
                break;
            }
            victims.add(candidate);
            freed += candidate.gpus();
        }
        return freed >= job.gpus() ? new Place(NO_NODES, victims) : null;
    }

    @Override
    public void started(Instance.Job job, boolean isLent) {
        idle -= job.gpus();
        if (isLent) {
            lent.add(job);
        }
    }

    @Override
    public void released(Instance.Job job) {
        idle += job.gpus();
        lent.remove(job);
    }

    @Override
    public void promoted(Instance.Job job) {
        lent.remove(job);
    }
}
