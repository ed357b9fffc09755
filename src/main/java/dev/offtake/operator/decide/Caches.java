package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.contract.Contract;
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
        pods.put(pod.uid(), pod);
        kueue.put(pod.namespace(), sign(pod), pod.kueue());
        if (pod.wantsGpus()) {
            podsOfGang.computeIfAbsent(pod.gang(), g -> new TreeMap<>()).put(pod.uid(), pod);
        }
    }

    /** Forgets a pod; what it was, if it was known. */
    Optional<SeenPod> removePod(String uid) {
        Optional<SeenPod> pod = Optional.ofNullable(pods.remove(uid));
        adopted.remove(uid);
        pod.ifPresent(p -> kueue.put(p.namespace(), sign(p), false));
        pod.map(SeenPod::gang).map(podsOfGang::get).ifPresent(siblings -> siblings.remove(uid));
        pod.map(SeenPod::gang)
                .filter(gang -> podsOfGang.getOrDefault(gang, Map.of()).isEmpty())
                .ifPresent(podsOfGang::remove);
        return pod;
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
