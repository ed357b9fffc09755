package dev.offtake.translate;

import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.fleet.GpuClass;
import dev.offtake.placement.GangDemand;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A gang in the making: takes wishes and pods, checks the ones against the others. A wish that is wrong is left out, so
 * that the gang can be shown as far as it is understood.
 */
final class GangDraft {
    /** Largest number of pod sets of a GPUWorkload. */
    static final int MOST_POD_SETS = 16;

    private final GangId id;
    private final Tenancy tenancy;
    private final Wishes wishes;
    private final Instant createdAt;
    private final List<Problem> problems;
    private final List<GangSpec.PodSet> podSets = new ArrayList<>();
    private Optional<String> resource = Optional.empty();
    private Optional<String> maker = Optional.empty();
    private OptionalInt left = OptionalInt.empty();
    private boolean sparesPods = true;
    private boolean comesBack;

    GangDraft(GangId id, Tenancy tenancy, Wishes wishes, Instant createdAt) {
        this.id = id;
        this.tenancy = tenancy;
        this.wishes = wishes;
        this.createdAt = createdAt;
        this.problems = new ArrayList<>(wishes.problems());
    }

    void problem(Problem problem) {
        problems.add(problem);
    }

    void addPodSet(String name, int pods, PodAsk ask) {
        ask.problem().ifPresent(problems::add);
        int count = pods;
        if (count > WishReader.MOST_PODS) {
            problems.add(Problem.of(
                    Wishes.INVALID,
                    "spec.parallelism",
                    count,
                    "is above the largest gang, " + WishReader.MOST_PODS + " pods; split the work"));
            count = WishReader.MOST_PODS;
        }
        if (podSets.size() == MOST_POD_SETS) {
            problems.add(new Problem(
                    Wishes.INVALID,
                    "requests",
                    "the pods of the gang differ in more than " + MOST_POD_SETS
                            + " ways; give more of them the same requests, selectors and tolerations"));
            return;
        }
        if (resource.isPresent() && ask.resource().isPresent() && !resource.equals(ask.resource())) {
            problems.add(Problem.of(
                    Wishes.INVALID,
                    "resources.requests",
                    resource.get() + ", " + ask.resource().get(),
                    "are two GPU resources in one gang; split the work, or ask for one of them"));
        }
        resource = resource.or(ask::resource);
        Optional<GangDemand.Slice> slice = slice(count);
        podSets.add(new GangSpec.PodSet(name, count, count, ask.shape(), ask.filter(), slice));
    }

    /** Elastic gangs have one pod set: which pods of several kinds can be spared is not for us to guess. */
    private List<GangSpec.PodSet> elastic() {
        OptionalInt minPods = wishes.minPods();
        if (minPods.isEmpty()) {
            return podSets;
        }
        if (podSets.size() > 1) {
            minPodsProblem("needs pods with equal requests, those of the gang differ; remove it, or make them equal");
            return podSets;
        }
        return podSets.stream()
                .map(set -> withMinCount(set, minCount(set, minPods.getAsInt())))
                .toList();
    }

    private int minCount(GangSpec.PodSet set, int wished) {
        int count = set.count();
        int step = set.slice().map(GangDemand.Slice::pods).orElse(1);
        if (wished > count) {
            minPodsProblem("exceeds the gang's size " + count + "; use " + (count == 1 ? "1" : "1 to " + count));
            return count;
        }
        if (wished % step != 0) {
            minPodsProblem("is not a whole number of slices of " + step + " pods; use a multiple of " + step + " up to "
                    + count);
            return count;
        }
        return wished;
    }

    private void minPodsProblem(String text) {
        problems.add(Problem.of(
                Wishes.INVALID, OfftakeAnnotations.MIN_PODS, wishes.minPods().orElse(0), text));
    }

    private static GangSpec.PodSet withMinCount(GangSpec.PodSet set, int minCount) {
        return new GangSpec.PodSet(set.name(), set.count(), minCount, set.shape(), set.filter(), set.slice());
    }

    private Optional<GangDemand.Slice> slice(int count) {
        Optional<GangDemand.Slice> slice = wishes.slice();
        if (slice.isPresent() && count % slice.get().pods() != 0) {
            int pods = slice.get().pods();
            String value = slice.get().level() + "=" + pods;
            String of = podSets.isEmpty() ? "the gang's " + count + " pods" : "the " + count + " pods of a pod set";
            problems.add(Problem.of(
                    Wishes.INVALID,
                    OfftakeAnnotations.SLICE,
                    value,
                    "does not divide " + of + "; use a number of pods that divides " + count));
            return Optional.empty();
        }
        return slice;
    }

    /** No more pods than so many will come any more. */
    void startsWith(int most) {
        left = OptionalInt.of(most);
    }

    void madeBy(Optional<String> name) {
        maker = name;
    }

    /** All its pods are made anew, as this gang, when it is taken back as a whole. */
    void comesBack() {
        comesBack = true;
    }

    /** A failure is charged for a single pod of it that is taken back. */
    void sparesNoPods() {
        sparesPods = false;
    }

    GangSpec spec() {
        List<GangSpec.PodSet> wished = elastic();
        boolean elastic = wished.stream().anyMatch(set -> set.minCount() < set.count());
        List<GangSpec.PodSet> sets = wished.stream()
                .map(set -> withMinCount(set, Math.min(set.minCount(), left.orElse(set.minCount()))))
                .toList();
        return new GangSpec(
                id,
                tenancy.tenant(),
                tenancy.contract(),
                wishes.gpuClasses(),
                wishes.tiers(),
                resource.orElse(GpuClass.RESOURCE_NAME),
                sets,
                wishes.required(),
                wishes.preferred(),
                wishes.duration(),
                wishes.priority(),
                createdAt,
                problems.isEmpty() ? Optional.empty() : Optional.of(Problem.join(problems)),
                wishes.checkpoint(),
                maker,
                sparesPods && elastic,
                comesBack,
                tenancy.subTenant());
    }
}
