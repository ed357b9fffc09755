package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Policy W of packing-benchmark.md §B.6, from its words: what is known to be reachable. It is told exactly what each job
 * would lose, and a borrower waits for as few racks as it may span for however long that takes.
 */
final class PolicyW implements Scheduler {
    /** Borrowers of more GPUs than this wait for a cell of their preferred level, for so many seconds. */
    private static final int LARGE = 128;

    private static final int PATIENCE = 4 * 3600;

    private final Instance instance;
    private final GangState state;
    private final PolicyWPlaces places;
    private final Quotas quotas;
    private long searches;
    private final TreeSet<Instance.Job> waiting = new TreeSet<>(Baseline.BY_AGE);

    PolicyW(Instance instance) {
        this.instance = instance;
        state = new GangState(instance.topology());
        places = new PolicyWPlaces(instance, state);
        quotas = new Quotas(instance);
    }

    @Override
    public void submitted(Instance.Job job) {
        waiting.add(job);
    }

    @Override
    public void ended(int id) {
        release(instance.jobs().get(id));
    }

    private void release(Instance.Job job) {
        quotas.released(job);
        state.remove(job.id());
        state.commit();
    }

    @Override
    public void promoted(int id) {
        Instance.Job job = instance.jobs().get(id);
        quotas.promoted(job);
        state.confirm(id);
        state.commit();
    }

    @Override
    public long searches() {
        return searches;
    }

    @Override
    public void pass(int now, Cluster cluster) {
        Set<List<Object>> failed = new HashSet<>();
        boolean reclaimed = true;
        while (reclaimed) {
            reclaimed = serveQuotas(failed, cluster);
        }
        for (Instance.Job job = nextBorrower(now, failed); job != null; job = nextBorrower(now, failed)) {
            PolicyWPlaces.Ask ask = borrower(job, now);
            searches++;
            PlaceRule.Place place = places.free(ask);
            if (place == null) {
                failed.add(kind(job, now));
            } else {
                start(job, place, true, cluster);
            }
        }
    }

    /** Whether anybody was evicted; then all may be asked again. */
    private boolean serveQuotas(Set<List<Object>> failed, Cluster cluster) {
        for (Instance.Job job : new ArrayList<>(waiting)) {
            List<Object> kind = List.of(job.gpus(), job.required());
            if (quotas.hasRoom(job) && !failed.contains(kind)) {
                PolicyWPlaces.Ask ask = PolicyWPlaces.Ask.inQuota(job);
                searches++;
                PlaceRule.Place place = places.free(ask);
                if (place == null) {
                    place = places.reclaimed(ask, cluster);
                }
                if (place == null) {
                    failed.add(kind);
                    continue;
                }
                for (Instance.Job victim : place.victims()) {
                    release(victim);
                    cluster.preempt(victim.id());
                }
                start(job, place, false, cluster);
                if (!place.victims().isEmpty()) {
                    failed.clear();
                    return true;
                }
            }
        }
        return false;
    }

    /** Sizes of a node or more in falling order, then the rest; of one size the tenant with the smallest share first. */
    private Instance.@Nullable Job nextBorrower(int now, Set<List<Object>> failed) {
        Instance.Job best = null;
        for (Instance.Job job : waiting) {
            if (!failed.contains(kind(job, now))
                    && (best == null
                            || rank(job) > rank(best)
                            || (rank(job) == rank(best) && quotas.share(job.tenant()) < quotas.share(best.tenant())))) {
                best = job;
            }
        }
        return best;
    }

    private static int rank(Instance.Job job) {
        return job.gpus() >= Instance.GPUS_PER_NODE ? job.gpus() : 0;
    }

    /** Where one borrower of a kind has no place, none has. */
    private static List<Object> kind(Instance.Job job, int now) {
        return List.of(job.gpus(), job.required(), outermost(job, now));
    }

    private static PolicyWPlaces.Ask borrower(Instance.Job job, int now) {
        int rack = Instance.GPUS_PER_NODE * Instance.NODES_PER_RACK;
        int racks = job.gpus() <= rack / 2 ? 1 : 2 * ((job.gpus() + rack - 1) / rack);
        return PolicyWPlaces.Ask.borrowed(job, racks, outermost(job, now));
    }

    /** The level of which one cell has to hold a borrower. */
    private static int outermost(Instance.Job job, int now) {
        return job.gpus() > LARGE && now - job.submit() < PATIENCE
                ? Math.min(job.required(), job.preferred())
                : job.required();
    }

    private void start(Instance.Job job, PlaceRule.Place place, boolean isLent, Cluster cluster) {
        waiting.remove(job);
        quotas.started(job, isLent);
        state.place(job.id(), place.nodes(), Math.min(job.gpus(), Instance.GPUS_PER_NODE), isLent);
        state.commit();
        cluster.start(job.id(), place.nodes(), isLent);
    }
}
