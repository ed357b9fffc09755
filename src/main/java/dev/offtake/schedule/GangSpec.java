package dev.offtake.schedule;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a gang asks for, resolved and checked as far as that needs no state.
 *
 * @param tenant of the gang's namespace
 * @param contract the only contract that it may draw on; empty for all of the tenant's
 * @param gpuClasses that it accepts, in order; empty for the class of the tenant's first commitment
 * @param tiers that it accepts, in order; at least one
 * @param resource extended resource by which its pods ask for GPUs
 * @param podSets at least one
 * @param duration declared length
 * @param createdAt decides its age
 * @param problem why it cannot be placed as it is written; such a gang waits as {@code Invalid}
 * @param checkpoint how much is lost if it is evicted; empty for everything
 * @param maker names what makes its pods anew, as another gang, when they are gone; that one is spared what this one was
 *     refused. Empty where nobody does, or as this gang
 * @param sparesPods whether it is elastic, and single pods of it can be taken back without a failure that is charged to it
 * @param comesBack whether all its pods are made anew, as this gang, when it is taken back as a whole
 * @param subTenant for which its namespace says it is; a contract may list another choice of them
 */
public record GangSpec(
        GangId id,
        String tenant,
        Optional<String> contract,
        List<String> gpuClasses,
        List<Tier> tiers,
        String resource,
        List<PodSet> podSets,
        Optional<String> required,
        Optional<String> preferred,
        Optional<Duration> duration,
        int priority,
        Instant createdAt,
        Optional<String> problem,
        Optional<Checkpoint> checkpoint,
        Optional<String> maker,
        boolean sparesPods,
        boolean comesBack,
        Optional<String> subTenant) {
    public GangSpec {
        gpuClasses = List.copyOf(gpuClasses);
        tiers = List.copyOf(tiers);
        podSets = List.copyOf(podSets);
    }

    /** One of no sub-tenant that comes back when it is taken back. */
    public GangSpec(
            GangId id,
            String tenant,
            Optional<String> contract,
            List<String> gpuClasses,
            List<Tier> tiers,
            String resource,
            List<PodSet> podSets,
            Optional<String> required,
            Optional<String> preferred,
            Optional<Duration> duration,
            int priority,
            Instant createdAt,
            Optional<String> problem,
            Optional<Checkpoint> checkpoint,
            Optional<String> maker,
            boolean sparesPods) {
        this(
                id,
                tenant,
                contract,
                gpuClasses,
                tiers,
                resource,
                podSets,
                required,
                preferred,
                duration,
                priority,
                createdAt,
                problem,
                checkpoint,
                maker,
                sparesPods,
                true,
                Optional.empty());
    }

    /** One without checkpoints and without a maker, of which no single pods can be taken back. */
    public GangSpec(
            GangId id,
            String tenant,
            Optional<String> contract,
            List<String> gpuClasses,
            List<Tier> tiers,
            String resource,
            List<PodSet> podSets,
            Optional<String> required,
            Optional<String> preferred,
            Optional<Duration> duration,
            int priority,
            Instant createdAt,
            Optional<String> problem) {
        this(
                id,
                tenant,
                contract,
                gpuClasses,
                tiers,
                resource,
                podSets,
                required,
                preferred,
                duration,
                priority,
                createdAt,
                problem,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /**
     * Pods with equal requests.
     *
     * @param count seats of the pod set, at least 1
     * @param minCount the fewest with which the gang may start; equal to {@code count} unless it is elastic
     */
    public record PodSet(
            String name, int count, int minCount, Shape shape, NodeFilter filter, Optional<GangDemand.Slice> slice) {
        /** Pods by which a gang that is elastic becomes larger: a slice is of use only as a whole. */
        int step() {
            return slice.map(GangDemand.Slice::pods).orElse(1);
        }

        /** The most of so many pods that fill slices. */
        int inSteps(int pods) {
            return pods / step() * step();
        }
    }

    /** The same for another gang, of which so much is lost if it is evicted. */
    public GangSpec of(GangId gang, Instant created, Optional<Checkpoint> saved) {
        return new GangSpec(
                gang,
                tenant,
                contract,
                gpuClasses,
                tiers,
                resource,
                podSets,
                required,
                preferred,
                duration,
                priority,
                created,
                problem,
                saved,
                maker,
                sparesPods,
                comesBack,
                subTenant);
    }

    /** The same with those parts of another one, which are equal. */
    GangSpec withPartsOf(GangSpec other) {
        return new GangSpec(
                id,
                other.tenant,
                other.contract,
                other.gpuClasses,
                other.tiers,
                other.resource,
                other.podSets,
                other.required,
                other.preferred,
                duration,
                priority,
                createdAt,
                problem,
                checkpoint,
                maker,
                sparesPods,
                comesBack,
                other.subTenant);
    }

    Optional<PodSet> podSet(String name) {
        return podSets.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** Seats of all pod sets. */
    public int count() {
        int sum = 0;
        for (PodSet podSet : podSets) {
            sum += podSet.count();
        }
        return sum;
    }

    /** GPUs of the seats with which it may start. */
    public int leastGpus() {
        int sum = 0;
        for (PodSet podSet : podSets) {
            sum += podSet.minCount() * podSet.shape().gpus();
        }
        return sum;
    }

    /** GPUs of all seats. */
    public int gpus() {
        int sum = 0;
        for (PodSet podSet : podSets) {
            sum += podSet.count() * podSet.shape().gpus();
        }
        return sum;
    }
}
