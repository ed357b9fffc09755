package dev.offtake.bench.gang;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a baseline puts a job. */
interface PlaceRule {
    record Place(int[] nodes, List<Instance.Job> victims) {}

    interface Maker {
        PlaceRule make(Instance instance, GangState state);
    }

    default boolean isFluid() {
        return false;
    }

    @Nullable
    Place free(Instance.Job job);

    @Nullable
    Place reclaimed(Instance.Job job, Cluster cluster);

    default void started(Instance.Job job, boolean isLent) {}

    default void released(Instance.Job job) {}

    default void promoted(Instance.Job job) {}
}
