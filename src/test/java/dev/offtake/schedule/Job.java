package dev.offtake.schedule;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a test says of a gang with one pod set, or with others beside it; each call makes another value. */
record Job(GangSpec spec) {
    static final String WORKERS = "workers";

    /** A gang that is not elastic, of a tenant in the namespace of its name. */
    static Job job(String tenant, String name, int pods, int gpusPerPod) {
        return new Job(new GangSpec(
                new GangId(tenant, name),
                tenant,
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED),
                Site.GPU,
                List.of(workers(pods, pods, gpusPerPod)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Site.START,
                Optional.empty()));
    }

    /** A pod of its own. */
    static Job lonePod(String tenant, String uid, int gpus) {
        return job(tenant, uid, 1, gpus).id(GangId.ofPod(tenant, uid));
    }

    static Shape shape(int gpus) {
        return new Shape(gpus, Map.of("cpu", 1000L * gpus, "memory", 1L << 30, "pods", 1L));
    }

    private static GangSpec.PodSet workers(int count, int minCount, int gpus) {
        return new GangSpec.PodSet(WORKERS, count, minCount, shape(gpus), NodeFilter.ANY, Optional.empty());
    }

    GangId id() {
        return spec.id();
    }

    boolean isLonePod() {
        return spec.id().isLonePod();
    }

    GangSpec.PodSet podSet() {
        return spec.podSets().get(0);
    }

    Job elasticFrom(int minCount) {
        return with(new GangSpec.PodSet(
                WORKERS, podSet().count(), minCount, podSet().shape(), podSet().filter(), podSet().slice()));
    }

    /** Single pods of it can be taken back at no charge. */
    Job sparesPods() {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                spec.podSets(),
                spec.required(),
                spec.preferred(),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                spec.checkpoint(),
                spec.maker(),
                true,
                spec.comesBack(),
                spec.subTenant()));
    }

    Job pods(int count) {
        return with(new GangSpec.PodSet(
                WORKERS,
                count,
                Math.min(count, podSet().minCount()),
                podSet().shape(),
                podSet().filter(),
                podSet().slice()));
    }

    Job shape(Shape shape) {
        return with(new GangSpec.PodSet(
                WORKERS, podSet().count(), podSet().minCount(), shape, podSet().filter(), podSet().slice()));
    }

    Job filter(NodeFilter filter) {
        return with(new GangSpec.PodSet(
                WORKERS, podSet().count(), podSet().minCount(), podSet().shape(), filter, podSet().slice()));
    }

    Job slice(String level, int pods) {
        return with(new GangSpec.PodSet(
                WORKERS,
                podSet().count(),
                podSet().minCount(),
                podSet().shape(),
                podSet().filter(),
                Optional.of(new GangDemand.Slice(level, pods))));
    }

    /** The same with one more pod set. */
    Job beside(GangSpec.PodSet other) {
        List<GangSpec.PodSet> podSets = new ArrayList<>(spec.podSets());
        podSets.add(other);
        return with(podSets);
    }

    private Job with(GangSpec.PodSet podSet) {
        List<GangSpec.PodSet> podSets = new ArrayList<>(spec.podSets());
        podSets.set(0, podSet);
        return with(podSets);
    }

    private Job with(List<GangSpec.PodSet> podSets) {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                podSets,
                spec.required(),
                spec.preferred(),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                spec.checkpoint(),
                spec.maker(),
                spec.sparesPods(),
                spec.comesBack(),
                spec.subTenant()));
    }

    /** It loses at most what it did since the last of its checkpoints. */
    Job checkpoints(Duration interval) {
        return checkpoints(interval, Duration.ZERO);
    }

    Job checkpoints(Duration interval, Duration restartCost) {
        return with(Optional.of(new Checkpoint(interval, restartCost)), spec.maker());
    }

    /** A pod that is made anew by this one. */
    Job madeBy(String maker) {
        return with(spec.checkpoint(), Optional.of(maker));
    }

    private Job with(Optional<Checkpoint> checkpoint, Optional<String> maker) {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                spec.podSets(),
                spec.required(),
                spec.preferred(),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                checkpoint,
                maker,
                spec.sparesPods(),
                spec.comesBack(),
                spec.subTenant()));
    }

    Job id(GangId id) {
        return change(id, spec.contract(), spec.gpuClasses(), spec.tiers());
    }

    Job contract(String contract) {
        return change(spec.id(), Optional.of(contract), spec.gpuClasses(), spec.tiers());
    }

    Job classes(String... classes) {
        return change(spec.id(), spec.contract(), List.of(classes), spec.tiers());
    }

    Job tiers(Tier... tiers) {
        return change(spec.id(), spec.contract(), spec.gpuClasses(), List.of(tiers));
    }

    private Job change(GangId id, Optional<String> contract, List<String> classes, List<Tier> tiers) {
        return new Job(new GangSpec(
                id,
                spec.tenant(),
                contract,
                classes,
                tiers,
                spec.resource(),
                spec.podSets(),
                spec.required(),
                spec.preferred(),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                spec.checkpoint(),
                spec.maker(),
                spec.sparesPods(),
                spec.comesBack(),
                spec.subTenant()));
    }

    /** Of a namespace with this label. */
    Job subTenant(String label) {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                spec.podSets(),
                spec.required(),
                spec.preferred(),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                spec.checkpoint(),
                spec.maker(),
                spec.sparesPods(),
                spec.comesBack(),
                label.isEmpty() ? Optional.empty() : Optional.of(label)));
    }

    Job required(String level) {
        return change(Optional.of(level), spec.duration(), spec.priority(), spec.createdAt(), spec.problem());
    }

    Job preferred(String level) {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                spec.podSets(),
                spec.required(),
                Optional.of(level),
                spec.duration(),
                spec.priority(),
                spec.createdAt(),
                spec.problem(),
                spec.checkpoint(),
                spec.maker(),
                spec.sparesPods(),
                spec.comesBack(),
                spec.subTenant()));
    }

    Job duration(Duration duration) {
        return change(spec.required(), Optional.of(duration), spec.priority(), spec.createdAt(), spec.problem());
    }

    Job priority(int priority) {
        return change(spec.required(), spec.duration(), priority, spec.createdAt(), spec.problem());
    }

    /** Seconds after the start of the world. */
    Job createdAt(int seconds) {
        return createdAt(Site.START.plusSeconds(seconds));
    }

    Job createdAt(Instant instant) {
        return change(spec.required(), spec.duration(), spec.priority(), instant, spec.problem());
    }

    Job problem(String problem) {
        return change(spec.required(), spec.duration(), spec.priority(), spec.createdAt(), Optional.of(problem));
    }

    private Job change(
            Optional<String> required,
            Optional<Duration> duration,
            int priority,
            Instant createdAt,
            Optional<String> problem) {
        return new Job(new GangSpec(
                spec.id(),
                spec.tenant(),
                spec.contract(),
                spec.gpuClasses(),
                spec.tiers(),
                spec.resource(),
                spec.podSets(),
                required,
                spec.preferred(),
                duration,
                priority,
                createdAt,
                problem,
                spec.checkpoint(),
                spec.maker(),
                spec.sparesPods(),
                spec.comesBack(),
                spec.subTenant()));
    }
}
