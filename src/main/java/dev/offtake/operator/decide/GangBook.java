package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Owner;
import dev.offtake.operator.act.PodRef;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.PodFacts;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Gangs;
import dev.offtake.translate.Levels;
import dev.offtake.translate.PodGang;
import dev.offtake.translate.PodNeeds;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** What gangs there are, from what is seen of Jobs, pods and namespaces. Only the loop touches it. */
final class GangBook implements Explainer.Gangs {
    private final Caches caches;
    private final BiPredicate<GangId, String> suspendedByUs;
    private final BiPredicate<GangId, String> seated;
    private Set<String> gpuResources = Set.of(dev.offtake.fleet.GpuClass.RESOURCE_NAME);

    /**
     * @param suspendedByUs whether the operator has suspended a Job to take its gang back, by gang and uid
     * @param seated whether a pod has its seat, by gang and uid; it may still be seen as gated
     */
    GangBook(Caches caches, BiPredicate<GangId, String> suspendedByUs, BiPredicate<GangId, String> seated) {
        this.caches = caches;
        this.suspendedByUs = suspendedByUs;
        this.seated = seated;
    }

    void gpuResources(Set<String> names) {
        gpuResources = names;
    }

    /**
     * Whether a pod is placed by contract: of a tenant, asking for GPUs, and held or placed by us; or would be if its
     * namespace was enforced.
     */
    boolean isManaged(SeenPod pod) {
        return pod.wantsGpus()
                && caches.tenancies.containsKey(pod.namespace())
                && (isReported(pod.namespace())
                        || pod.gated()
                        || pod.claim().isPresent()
                        || caches.adopted.contains(pod.uid()));
    }

    /** Whether others place the work of a namespace. */
    boolean isReported(String namespace) {
        return Optional.ofNullable(caches.tenancies.get(namespace))
                .filter(Tenancy::isReported)
                .isPresent();
    }

    /** What the gang asks for now; empty if it wants nothing, or nothing any more. */
    @Override
    public Optional<GangSpec> spec(GangId id) {
        Optional<Tenancy> tenancy = Optional.ofNullable(caches.tenancies.get(id.namespace()));
        if (tenancy.isEmpty()) {
            return Optional.empty();
        }
        List<SeenPod> pods = caches.podsOf(id).stream().filter(this::isManaged).toList();
        Optional<GangSpec> spec;
        if (id.isLonePod()) {
            spec = pods.stream()
                    .filter(p -> p.facts().state() != PodFacts.State.FINISHED)
                    .findFirst()
                    .flatMap(pod -> Gangs.ofPod(pod.view(), tenancy.get(), gpuResources));
        } else if (caches.jobs.containsKey(id)) {
            spec = ofJob(id, pods, tenancy.get());
        } else {
            spec = ofPods(pods, tenancy.get()).map(PodGang::spec);
        }
        return spec.map(gang -> Levels.checked(gang, caches.pools.values()));
    }

    private Optional<GangSpec> ofJob(GangId id, List<SeenPod> pods, Tenancy tenancy) {
        Job job = caches.jobs.get(id);
        if (job == null || job.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        Job running = suspendedByUs.test(id, job.getMetadata().getUid())
                ? new JobBuilder(job).editSpec().withSuspend(false).endSpec().build()
                : job;
        return Gangs.ofJob(running, sample(job, pods), tenancy, gpuResources);
    }

    /**
     * What the youngest pod of just this Job needs: those of an earlier one of its name may still be there, and those that
     * were made before it was suspended and changed.
     */
    private static Optional<PodNeeds> sample(Job job, List<SeenPod> pods) {
        return pods.stream()
                .filter(pod -> is(job, pod.view().maker()))
                .max(Comparator.comparing((SeenPod pod) -> pod.view().createdAt())
                        .thenComparing(SeenPod::uid))
                .map(pod -> pod.view().needs());
    }

    private Optional<PodGang> ofPods(List<SeenPod> pods, Tenancy tenancy) {
        boolean bare = pods.stream().allMatch(p -> p.view().job().isEmpty());
        boolean over = pods.stream().allMatch(p -> p.facts().state() == PodFacts.State.FINISHED);
        if (pods.isEmpty() || !bare || over) {
            return Optional.empty();
        }
        return PodGang.of(pods.stream().map(SeenPod::view).toList(), tenancy, gpuResources);
    }

    /** Whether a pod is of a Job that is gone, and another one of its name is there. */
    boolean isOfEarlierJob(SeenPod pod) {
        return isAnother(pod.gang(), pod.view().maker());
    }

    /** Whether a record is of a Job that is gone, and another one of its name is there. */
    boolean isOfEarlierJob(GangId id, GPUWorkload record) {
        Optional<String> uid = Owner.uidOf(record);
        return uid.isPresent() && isAnother(id, uid);
    }

    private boolean isAnother(GangId id, Optional<String> uid) {
        Job job = caches.jobs.get(id);
        return job != null && !is(job, uid);
    }

    private static boolean is(Job job, Optional<String> uid) {
        return uid.equals(Optional.of(job.getMetadata().getUid()));
    }

    /** The pod's facts with its pod set, and with its claim. */
    PodFacts facts(SeenPod pod) {
        PodFacts facts = pod.facts();
        return new PodFacts(
                facts.uid(),
                facts.name(),
                facts.gang(),
                podSet(pod),
                facts.index(),
                facts.state(),
                facts.node(),
                facts.words(),
                pod.shape(),
                pod.claim().map(Claims::grant).map(Decision.Grant::tier));
    }

    private String podSet(SeenPod pod) {
        if (pod.gang().isLonePod()) {
            return Gangs.POD;
        }
        if (pod.view().job().isPresent()) {
            return Gangs.WORKERS;
        }
        Tenancy tenancy = caches.tenancies.get(pod.namespace());
        List<SeenPod> siblings =
                caches.podsOf(pod.gang()).stream().filter(this::isManaged).toList();
        return tenancy == null
                ? ""
                : ofPods(siblings, tenancy)
                        .map(gang -> gang.podSets().getOrDefault(pod.uid(), ""))
                        .orElse("");
    }

    @Override
    public Optional<Owner> owner(GangId id) {
        Job job = caches.jobs.get(id);
        if (job != null) {
            return Optional.of(new Owner(
                    "batch/v1",
                    "Job",
                    id.namespace(),
                    job.getMetadata().getName(),
                    job.getMetadata().getUid()));
        }
        return caches.podsOf(id).stream()
                .findFirst()
                .map(pod -> new Owner("v1", "Pod", pod.namespace(), pod.facts().name(), pod.uid()));
    }

    /** The Job that makes the pods of a gang. */
    Optional<Owner> job(GangId id) {
        return owner(id).filter(owner -> owner.kind().equals("Job"));
    }

    /** The Job, or the lone pod. Bare pods of a gang come and go, and own nothing. */
    @Override
    public Optional<Owner> recordOwner(GangId id) {
        return id.isLonePod() ? owner(id) : job(id);
    }

    @Override
    public Collection<PodRef> waitingPods(GangId id) {
        return caches.podsOf(id).stream()
                .filter(p -> isManaged(p)
                        && (p.facts().state() == PodFacts.State.GATED
                                || p.facts().state() == PodFacts.State.HELD)
                        && !seated.test(id, p.uid()))
                .map(this::ref)
                .toList();
    }

    PodRef ref(SeenPod pod) {
        return new PodRef(
                pod.namespace(),
                pod.facts().name(),
                pod.uid(),
                pod.layout(),
                pod.view().createdAt());
    }
}
