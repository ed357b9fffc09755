package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The order of the reference: guaranteed work in quota by submission, then borrowers, fairly; places by a rule. */
final class Baseline implements Scheduler {
    static final Comparator<Instance.Job> BY_AGE =
            Comparator.comparingInt(Instance.Job::submit).thenComparingInt(Instance.Job::id);

    private final Instance instance;
    private final GangState state;
    private final PlaceRule rule;
    private final List<Group> groups = new ArrayList<>();
    private final Quotas quotas;
    private long searches;

    /** Jobs of one tenant and class that ask for the same. */
    private record Group(int tenant, boolean guaranteed, int gpus, int required, TreeSet<Instance.Job> jobs) {
        /** What fails for one fails for all of this. */
        int shape() {
            return gpus * 8 + required;
        }
    }

    Baseline(Instance instance, PlaceRule.Maker maker) {
        this.instance = instance;
        state = new GangState(instance.topology());
        rule = maker.make(instance, state);
        quotas = new Quotas(instance);
    }

    @Override
    public boolean isFluid() {
        return rule.isFluid();
    }

    @Override
    public void submitted(Instance.Job job) {
        groups.stream()
                .filter(g -> g.tenant() == job.tenant()
                        && g.guaranteed() == job.guaranteed()
                        && g.gpus() == job.gpus()
                        && g.required() == job.required())
                .findFirst()
                .orElseGet(() -> {
                    TreeSet<Instance.Job> jobs = new TreeSet<>(BY_AGE);
                    Group group = new Group(job.tenant(), job.guaranteed(), job.gpus(), job.required(), jobs);
                    groups.add(group);
                    return group;
                })
                .jobs()
                .add(job);
    }

    @Override
    public void ended(int id) {
        release(instance.jobs().get(id));
    }

    private void release(Instance.Job job) {
        quotas.released(job);
        rule.released(job);
        if (!rule.isFluid()) {
            state.remove(job.id());
            state.commit();
        }
    }

    @Override
    public void promoted(int id) {
        Instance.Job job = instance.jobs().get(id);
        quotas.promoted(job);
        rule.promoted(job);
        if (!rule.isFluid()) {
            state.confirm(id);
            state.commit();
        }
    }

    @Override
    public long searches() {
        return searches;
    }

    @Override
    public void pass(int now, Cluster cluster) {
        Set<Integer> failed = new HashSet<>();
        for (Group g = nextInQuota(failed); g != null; g = nextInQuota(failed)) {
            Instance.Job job = g.jobs().first();
            searches++;
            PlaceRule.Place place = rule.free(job);
            if (place == null) {
                place = rule.reclaimed(job, cluster);
            }
            if (place == null) {
                failed.add(g.shape());
                continue;
            }
            if (!place.victims().isEmpty()) {
                failed.clear();
            }
            for (Instance.Job victim : place.victims()) {
                release(victim);
                cluster.preempt(victim.id());
            }
            start(g, place, false, cluster);
        }
        for (Group g = nextBorrower(failed); g != null; g = nextBorrower(failed)) {
            searches++;
            PlaceRule.Place place = rule.free(g.jobs().first());
            if (place == null) {
                failed.add(g.shape());
            } else {
                start(g, place, true, cluster);
            }
        }
    }

    private void start(Group group, PlaceRule.Place place, boolean isLent, Cluster cluster) {
        Instance.Job job = group.jobs().pollFirst();
        quotas.started(job, isLent);
        if (!rule.isFluid()) {
            state.place(job.id(), place.nodes(), Math.min(job.gpus(), Instance.GPUS_PER_NODE), isLent);
            state.commit();
        }
        rule.started(job, isLent);
        cluster.start(job.id(), place.nodes(), isLent);
    }

    private @Nullable Group nextInQuota(Set<Integer> failed) {
        Group best = null;
        for (Group g : groups) {
            if (!g.jobs().isEmpty()
                    && quotas.hasRoom(g.jobs().first())
                    && (best == null
                            || BY_AGE.compare(g.jobs().first(), best.jobs().first()) < 0)
                    && !failed.contains(g.shape())) {
                best = g;
            }
        }
        return best;
    }

    private @Nullable Group nextBorrower(Set<Integer> failed) {
        Group best = null;
        double least = 0;
        for (Group g : groups) {
            if (g.jobs().isEmpty()) {
                continue;
            }
            double share = quotas.share(g.tenant());
            boolean isBefore = best == null
                    || share < least
                    || (share == least
                            && BY_AGE.compare(g.jobs().first(), best.jobs().first()) < 0);
            if (isBefore && !failed.contains(g.shape())) {
                best = g;
                least = share;
            }
        }
        return best;
    }
}
