package dev.offtake.sim.run;

import dev.offtake.fleet.NodeState;
import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import dev.offtake.schedule.Decider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Counts GPUs in use and waited for, adds them up over time, and takes samples. Times are in milliseconds. */
final class Meter {
    private static final int NO_POOL = -1;
    /** More than a chart can show. */
    private static final int MOST_SAMPLES = 1000;
    /** So many at most where an interval is given, and fewer numbers than would fill a small memory. */
    private static final int MOST_GIVEN = 1_000_000;

    private static final int MOST_NUMBERS = 10_000_000;
    /** So many nodes are looked at besides samples: it takes about a second. Of more, samples say how levels were. */
    private static final long MOST_LOOKS = 5_000_000;

    private final Decider decider;
    private final boolean isThinned;
    private final List<String> pools;
    private final List<String> tenants;
    private final Map<String, Integer> poolIndex = new HashMap<>();
    private final Map<String, Integer> tenantIndex = new HashMap<>();
    private final Supply supply;
    private final long[] used;
    private final long[] lent;
    private final long[] tenantUsed;
    private final long[] tenantWaiting;
    private final int[] tenantGangs;
    /** In GPU-milliseconds; whole numbers would not do for a million nodes over a century. */
    private final double[][] poolSums;

    private final double[][] tenantSums;
    private final List<Sample> samples = new ArrayList<>();
    private long interval;
    private long now;
    private long nextSample;
    private boolean changed = true;
    private List<Sample.OfLevel> levels = List.of();
    private final LevelSums levelSums = new LevelSums();
    private long looks;

    /**
     * A meter that has counted nothing.
     *
     * @param interval between two samples; empty for one that gets longer with the simulation
     * @param first such an interval to begin with
     */
    Meter(
            Decider decider,
            Optional<Duration> interval,
            Duration first,
            Collection<String> pools,
            Collection<String> tenants) {
        this.decider = decider;
        this.interval = interval.orElse(first).toMillis();
        isThinned = interval.isEmpty();
        this.pools = List.copyOf(new TreeSet<>(pools));
        this.tenants = List.copyOf(new TreeSet<>(tenants));
        this.pools.forEach(name -> poolIndex.put(name, poolIndex.size()));
        this.tenants.forEach(name -> tenantIndex.put(name, tenantIndex.size()));
        supply = new Supply(decider.scheduler().cluster().fleet(), this.pools);
        used = new long[this.pools.size()];
        lent = new long[this.pools.size()];
        tenantUsed = new long[this.tenants.size()];
        tenantWaiting = new long[this.tenants.size()];
        tenantGangs = new int[this.tenants.size()];
        poolSums = new double[this.pools.size()][5];
        tenantSums = new double[this.tenants.size()][2];
    }

    /** Time goes on, and nothing has changed until then. */
    void advance(long to) {
        while (nextSample < to) {
            sample(nextSample);
            if (!isThinned && samples.size() >= mostGiven()) {
                throw new TooManySamplesException(mostGiven(), nextSample);
            }
            if (isThinned && samples.size() > MOST_SAMPLES) {
                thin();
            }
            nextSample = (nextSample / interval + 1) * interval;
        }
        if (to > now) {
            supply.count();
        }
        long length = to - now;
        addLevels(length);
        double time = length;
        for (int p = 0; p < used.length; p++) {
            poolSums[p][0] += supply.gpus(p) * time;
            poolSums[p][1] += supply.usable(p) * time;
            poolSums[p][2] += used[p] * time;
            poolSums[p][3] += supply.usedOfUsable(p) * time;
            poolSums[p][4] += lent[p] * time;
        }
        for (int t = 0; t < tenantUsed.length; t++) {
            tenantSums[t][0] += tenantUsed[t] * time;
            tenantSums[t][1] += tenantWaiting[t] * time;
        }
        now = to;
    }

    private int mostGiven() {
        return Math.min(MOST_GIVEN, MOST_NUMBERS / (pools.size() + tenants.size() + levels.size()));
    }

    private void addLevels(long length) {
        if (length > 0 && looks < MOST_LOOKS) {
            look();
        }
        levelSums.add(length);
    }

    /** A gang that waits for years keeps no sample of each second of them. */
    private void thin() {
        interval = Intervals.after(Duration.ofMillis(interval)).toMillis();
        samples.removeIf(sample -> sample.at() % interval != 0);
    }

    /** Has a look at how things are before {@code to}: what is decided then may not be seen in that. */
    void look(long to) {
        if (nextSample < to || looks < MOST_LOOKS) {
            look();
        }
    }

    private void look() {
        supply.count();
        if (changed) {
            changed = false;
            levels = levels(decider.views());
            levelSums.set(levels);
            looks += supply.nodes();
        }
    }

    private void sample(long at) {
        look();
        List<Sample.OfPool> ofPools = new ArrayList<>();
        for (int p = 0; p < used.length; p++) {
            ofPools.add(new Sample.OfPool(supply.gpus(p), supply.usable(p), used[p], supply.usedOfUsable(p), lent[p]));
        }
        List<Sample.OfTenant> ofTenants = new ArrayList<>();
        for (int t = 0; t < tenantUsed.length; t++) {
            ofTenants.add(new Sample.OfTenant(tenantUsed[t], tenantWaiting[t], tenantGangs[t]));
        }
        samples.add(new Sample(at, ofPools, ofTenants, levels));
    }

    private static List<Sample.OfLevel> levels(Views views) {
        List<Sample.OfLevel> levels = new ArrayList<>();
        for (PoolView pool : views.pools().values()) {
            for (PoolView.LevelView level : pool.levels()) {
                levels.add(new Sample.OfLevel(
                        pool.pool().name(),
                        level.name(),
                        level.cells(),
                        level.usable(),
                        level.whole(),
                        level.largestGang()));
            }
        }
        return levels;
    }

    /** Nodes or pools are others than before. */
    void supplyChanged() {
        supply.changed();
        changed = true;
    }

    /** A place was given or taken back; what is cleared for a gang is not free long before it is used. */
    void placesChanged() {
        changed = true;
    }

    /** A node is in another state. */
    void nodeChanged(String node) {
        supply.changed(node);
        changed = true;
    }

    /**
     * GPUs of a node are in use; answers with the number of its pool, to give them back by.
     *
     * @param spot whether by work that can be evicted
     */
    int use(String node, String tenant, int more, boolean spot) {
        int pool = decider.scheduler()
                .cluster()
                .fleet()
                .node(node)
                .flatMap(NodeState::pool)
                .map(name -> poolIndex.getOrDefault(name, NO_POOL))
                .orElse(NO_POOL);
        useNoLonger(pool, node, tenant, -more, spot);
        return pool;
    }

    /** So many GPUs of a node of a pool are in use no longer. */
    void useNoLonger(int pool, String node, String tenant, int less, boolean spot) {
        if (pool != NO_POOL) {
            used[pool] -= less;
            lent[pool] -= spot ? less : 0;
        }
        supply.use(node, -less);
        tenantUsed[index(tenant)] -= less;
        changed = true;
    }

    /** A gang waits that did not. */
    void waits(String tenant, int gangGpus) {
        tenantWaiting[index(tenant)] += gangGpus;
        tenantGangs[index(tenant)]++;
    }

    /** A gang waits no longer. */
    void waitsNoLonger(String tenant, int gangGpus) {
        tenantWaiting[index(tenant)] -= gangGpus;
        tenantGangs[index(tenant)]--;
    }

    private int index(String tenant) {
        Integer index = tenantIndex.get(tenant);
        if (index == null) {
            throw new IllegalArgumentException("no tenant of the trace: " + tenant);
        }
        return index;
    }

    /** The last sample is of the end. */
    void finish(long end) {
        advance(end);
        sample(end);
    }

    List<Sample> samples() {
        return samples;
    }

    List<String> tenants() {
        return tenants;
    }

    List<Result.PoolTotal> poolTotals() {
        List<Result.PoolTotal> totals = new ArrayList<>();
        for (int p = 0; p < used.length; p++) {
            double[] sums = poolSums[p];
            totals.add(new Result.PoolTotal(pools.get(p), sums[0], sums[1], sums[2], sums[3], sums[4]));
        }
        return totals;
    }

    List<Result.LevelTotal> levelTotals() {
        return levelSums.totals();
    }

    List<Result.TenantTotal> tenantTotals() {
        List<Result.TenantTotal> totals = new ArrayList<>();
        for (double[] sums : tenantSums) {
            totals.add(new Result.TenantTotal(sums[0], sums[1]));
        }
        return totals;
    }
}
