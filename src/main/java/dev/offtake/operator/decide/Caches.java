package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.GpuClass;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.GangId;
import dev.offtake.translate.Kueue;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The last that was seen of everything, whether this process leads or not: what a scheduler is built from when it does.
 * Only the loop touches it.
 */
final class Caches {
    final Map<String, Pool> pools = new TreeMap<>();
    final Map<String, Contract> contracts = new TreeMap<>();
    final Map<String, NodeFacts> nodes = new TreeMap<>();
    final Map<String, Tenancy> tenancies = new HashMap<>();
    final Map<GangId, Job> jobs = new TreeMap<>();
    final Map<GangId, GPUWorkload> workloads = new TreeMap<>();
    final Map<String, SeenPod> pods = new HashMap<>();
    /** Uids of pods whose claim is being written: they were not placed by contract, and are from now on. */
    final Set<String> adopted = new HashSet<>();

    private final Map<GangId, Map<String, SeenPod>> podsOfGang = new HashMap<>();
    /** By namespace, how many pods hold GPUs that no contract has placed. */
    private final Map<String, Integer> unclaimed = new HashMap<>();

    /** Namespaces in which Kueue manages work. */
    final KueueSigns kueue = new KueueSigns();

    void putJob(GangId gang, Job job) {
        jobs.put(gang, job);
        kueue.put(gang.namespace(), "Job " + job.getMetadata().getName(), Kueue.manages(job));
    }

    void removeJob(GangId gang) {
        Optional.ofNullable(jobs.remove(gang))
                .ifPresent(job ->
                        kueue.put(gang.namespace(), "Job " + job.getMetadata().getName(), false));
    }

    /** Keeps a pod; those that want GPUs also with their gang. */
    void put(SeenPod pod) {
        Optional<SeenPod> before = Optional.ofNullable(pods.put(pod.uid(), pod));
        before.ifPresent(was -> countUnclaimed(was, -1));
        before.map(SeenPod::gang).filter(gang -> !gang.equals(pod.gang())).ifPresent(gang -> leave(gang, pod.uid()));
        countUnclaimed(pod, 1);
        kueue.put(pod.namespace(), sign(pod), pod.kueue());
        if (pod.wantsGpus()) {
            podsOfGang.computeIfAbsent(pod.gang(), g -> new TreeMap<>()).put(pod.uid(), pod);
        }
    }

    /** Forgets a pod; what it was, if it was known. */
    Optional<SeenPod> removePod(String uid) {
        Optional<SeenPod> pod = Optional.ofNullable(pods.remove(uid));
        pod.ifPresent(p -> countUnclaimed(p, -1));
        adopted.remove(uid);
        pod.ifPresent(p -> kueue.put(p.namespace(), sign(p), false));
        pod.ifPresent(p -> leave(p.gang(), uid));
        return pod;
    }

    private void leave(GangId gang, String uid) {
        Map<String, SeenPod> siblings = podsOfGang.getOrDefault(gang, new TreeMap<>());
        siblings.remove(uid);
        if (siblings.isEmpty()) {
            podsOfGang.remove(gang);
        }
    }

    private void countUnclaimed(SeenPod pod, int by) {
        if (PodReadings.isUnclaimed(pod)) {
            unclaimed.merge(pod.namespace(), by, (before, more) -> before + more == 0 ? null : before + more);
        }
    }

    /** How many pods hold GPUs that no contract has placed, by namespace; without those that have none. */
    Map<String, Integer> unclaimed() {
        return unclaimed;
    }

    /** By which pods ask for GPUs of any pool. */
    Set<String> resourceNames() {
        Set<String> names = new TreeSet<>(Set.of(GpuClass.RESOURCE_NAME));
        pools.values().forEach(pool -> names.add(pool.resourceName()));
        return names;
    }

    private static String sign(SeenPod pod) {
        return "pod " + pod.facts().name();
    }

    /** Pods of a gang that want GPUs. */
    Collection<SeenPod> podsOf(GangId gang) {
        return podsOfGang.getOrDefault(gang, Map.of()).values();
    }

    Collection<GangId> gangsWithPods() {
        return podsOfGang.keySet();
    }
}
