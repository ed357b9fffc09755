package dev.offtake.operator.decide;

import dev.offtake.operator.act.PodRef;
import dev.offtake.operator.metrics.Pods;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What metrics tell of pods, from what is seen of them. Only the loop asks. */
final class PodReadings implements Pods {
    private final Caches caches;
    private final GangBook book;

    PodReadings(Caches caches, GangBook book) {
        this.caches = caches;
        this.book = book;
    }

    @Override
    public Optional<Waiters> waiters(GangId gang) {
        Collection<PodRef> waiting = book.waitingPods(gang);
        Optional<Instant> oldest = waiting.stream().map(PodRef::createdAt).min(Instant::compareTo);
        return oldest.map(created -> new Waiters(
                created,
                waiting.stream()
                        .map(pod -> caches.pods.get(pod.uid()))
                        .filter(Objects::nonNull)
                        .flatMap(pod -> pod.toldCode().stream())
                        .findFirst()));
    }

    @Override
    public Set<String> leaving(GangId gang) {
        return caches.podsOf(gang).stream()
                .filter(pod -> pod.facts().state() == PodFacts.State.TERMINATING)
                .flatMap(pod -> pod.facts().node().stream())
                .collect(Collectors.toSet());
    }

    @Override
    public Map<String, Bypass> bypasses() {
        Map<String, Bypass> found = new TreeMap<>();
        caches.unclaimed()
                .forEach((namespace, pods) -> Optional.ofNullable(caches.tenancies.get(namespace))
                        .filter(tenancy -> !tenancy.isReported())
                        .ifPresent(tenancy -> found.put(namespace, new Bypass(tenancy.tenant(), namespace, pods))));
        return found;
    }

    /** Whether a pod holds GPUs of a node without that any contract has placed it there. */
    static boolean isUnclaimed(SeenPod pod) {
        return pod.wantsGpus()
                && pod.claim().isEmpty()
                && !pod.gated()
                && pod.facts().state() == PodFacts.State.BOUND;
    }
}
