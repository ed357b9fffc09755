package dev.offtake.placement;

import dev.offtake.fleet.Pool;
import dev.offtake.fleet.PoolReport;
import java.util.List;

/**
 * A pool as others see it.
 *
 * @param pool the specification that the numbers belong to
 * @param report its nodes by state
 * @param committedGpus GPUs that active contracts have of it; what cannot be kept is counted at the first pool of the
 *     class
 * @param usedGpus GPUs that pods hold, whoever they are
 * @param unmanagedGpus of these, those of pods that no gang has a seat for
 * @param lentGpus of {@code usedGpus}, those of work that can be evicted
 * @param freeGpus GPUs that can be sold and are charged to nobody
 * @param levels outermost first, {@code node} and {@code gpu} included
 */
public record PoolView(
        Pool pool,
        PoolReport report,
        long committedGpus,
        int usedGpus,
        int unmanagedGpus,
        int lentGpus,
        int freeGpus,
        List<LevelView> levels) {
    public PoolView {
        levels = List.copyOf(levels);
    }

    /**
     * The cells of one level.
     *
     * @param cells those that are there
     * @param usable healthy as a whole
     * @param whole usable, free of work and bound by nobody
     * @param largestGang GPUs of the largest gang that fits into one of them now
     */
    public record LevelView(String name, int cells, int usable, int whole, int largestGang) {}
}
