package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.Tier;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.GangView;
import dev.offtake.schedule.Plan;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Scheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is being evicted, and until when: a pod that would take longer to end is given less time. Only the loop touches
 * it.
 */
final class Evictions {
    private final Caches caches;
    private final GangBook book;
    private final RollBacks rollBacks;
    private final Stragglers stragglers;
    private final Map<GangId, Instant> deadlines = new HashMap<>();
    /** Gangs whose users know it. */
    private final Set<GangId> told = new HashSet<>();
    /** Of pods that leave a gang which goes on. */
    private final Map<String, Instant> podDeadlines = new HashMap<>();

    private final Set<String> hastened = new HashSet<>();
    /** When pods began to end, by uid: by this clock, as the deadlines are. */
    private final Map<String, Instant> ending = new HashMap<>();
    /** Uids of pods that may be ending, and may take too long. */
    private final Set<String> toLookAt = new LinkedHashSet<>();

    Evictions(Caches caches, GangBook book, RollBacks rollBacks, Suspensions suspensions) {
        this.caches = caches;
        this.book = book;
        this.rollBacks = rollBacks;
        stragglers = new Stragglers(caches, book, rollBacks, suspensions);
    }

    /** The pods of a gang have until then; answers whether that is news. */
    boolean begin(GangId gang, Instant deadline) {
        boolean news = !deadline.equals(deadlines.put(gang, deadline));
        stragglers.watch(gang, Optional.of(deadline));
        return told.add(gang) || news;
    }

    /** A Job has to go, but not until any time. */
    void begin(GangId job) {
        stragglers.watch(job, Optional.empty());
    }

    /** These pods have until then; answers whether that is news. */
    boolean begin(List<String> pods, Instant deadline) {
        boolean news = false;
        for (String uid : pods) {
            news |= !deadline.equals(podDeadlines.put(uid, deadline));
        }
        return news;
    }

    /**
     * A plan is durable: those of its victims that are leaving by themselves have no longer than the others. Nor have those
     * that nobody evicts as they are over, or being taken back already.
     */
    void leaving(Plan plan, Scheduler scheduler) {
        for (GangId victim : plan.everybody()) {
            boolean goesAnyway = isOver(victim, scheduler)
                    || (plan.victims().contains(victim) && stragglers.of(victim).isEmpty());
            if (goesAnyway && deadlines.putIfAbsent(victim, plan.deadline()) == null) {
                stragglers.watch(victim, Optional.of(plan.deadline()));
                hasten(victim);
            }
        }
        for (Plan.Part part : plan.parts()) {
            part.pods().stream()
                    .flatMap(uid -> Optional.ofNullable(caches.pods.get(uid)).stream())
                    .filter(pod -> pod.facts().state() == PodFacts.State.TERMINATING)
                    .forEach(pod -> {
                        podDeadlines.putIfAbsent(pod.uid(), plan.deadline());
                        seen(pod);
                    });
        }
    }

    private boolean isOver(GangId gang, Scheduler scheduler) {
        return book.spec(gang).isEmpty()
                || scheduler.gang(gang).filter(GangView::rollingBack).isPresent();
    }

    void end(GangId gang) {
        deadlines.remove(gang);
        told.remove(gang);
        stragglers.end(gang);
    }

    /** Somebody else has resumed a Job that was suspended to take it back. */
    void resumedByOthers(GangId gang) {
        stragglers.resumedByOthers(gang);
    }

    /** Pods that should have begun to end by now are told so, and those that would take too long. */
    void check(Instant now) {
        stragglers.check(now);
        toLookAt.forEach(uid -> Optional.ofNullable(caches.pods.get(uid)).ifPresent(pod -> hasten(pod, now)));
        toLookAt.clear();
    }

    /** Forgets all: another may have decided since. */
    void startAnew() {
        deadlines.clear();
        told.clear();
        stragglers.startAnew();
        podDeadlines.clear();
        hastened.clear();
        ending.clear();
        toLookAt.clear();
    }

    /** Pods of the gang that are being deleted, and would take longer than they may, are told so. */
    void hasten(GangId gang) {
        List.copyOf(caches.podsOf(gang)).forEach(this::seen);
    }

    /** The pod is as it is in the caches now. */
    void seen(SeenPod pod) {
        if (pod.wantsGpus() && pod.facts().state() == PodFacts.State.TERMINATING) {
            toLookAt.add(pod.uid());
        }
    }

    /** The API server says when the deletion began by its own clock, which may be ahead: no notice is cut short by that. */
    private void hasten(SeenPod pod, Instant now) {
        Optional<SeenPod.Deletion> deletion = pod.deletion();
        if (deletion.isEmpty() || pod.facts().state() != PodFacts.State.TERMINATING) {
            return;
        }
        Instant since = deletion.get().since();
        Instant began = ending.computeIfAbsent(pod.uid(), uid -> since.isBefore(now) ? since : now);
        Optional<Instant> deadline = Optional.ofNullable(podDeadlines.get(pod.uid()))
                .or(() -> Optional.ofNullable(deadlines.get(pod.gang())));
        Optional<Long> grace = deadline.map(end -> RollBacks.graceUntil(end, began));
        if (grace.isPresent() && grace.get() < deletion.get().graceSeconds() && hastened.add(pod.uid())) {
            rollBacks.hasten(book.ref(pod), grace.get());
        }
    }

    /** The pod is gone, and out of the caches. */
    void gone(SeenPod pod) {
        hastened.remove(pod.uid());
        ending.remove(pod.uid());
        rollBacks.forget(pod.uid());
        podDeadlines.remove(pod.uid());
        if (pod.gang().isLonePod()) {
            end(pod.gang());
        }
    }

    /**
     * A plan as it is written: gangs of others by the uids of their pods, as tenants do not see each other. What goes of
     * gangs of the same tenant is by their names, as they may have to leave seats whose pods are gone by then.
     */
    GPUWorkloadStatus.Plan plan(GangSpec claimant, List<Decision.Seats> seats, Plan plan) {
        Set<String> mine = seats.stream().flatMap(run -> run.nodes().stream()).collect(Collectors.toSet());
        Set<String> nodes = new TreeSet<>();
        List<String> firsts = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (GangId victim : plan.victims()) {
            List<SeenPod> pods =
                    caches.podsOf(victim).stream().filter(SeenPod::isOnNode).toList();
            pods.stream()
                    .flatMap(pod -> pod.facts().node().stream())
                    .filter(mine::contains)
                    .forEach(nodes::add);
            // One that is not Spot first: it says that the gang goes as a whole.
            List<String> uids = pods.stream()
                    .sorted(Comparator.comparing(Evictions::isSpot))
                    .map(SeenPod::uid)
                    .toList();
            firsts.addAll(uids.subList(0, Math.min(1, uids.size())));
            others.addAll(uids.subList(Math.min(1, uids.size()), uids.size()));
        }
        List<GPUWorkloadStatus.Part> parts = new ArrayList<>();
        for (Plan.Part part : plan.parts()) {
            if (book.spec(part.gang())
                    .filter(gang -> gang.tenant().equals(claimant.tenant()))
                    .isPresent()) {
                parts.add(new GPUWorkloadStatus.Part(
                        part.gang().namespace(),
                        part.gang().record(),
                        part.pods().stream().limit(GPUWorkloadStatus.Plan.MOST).toList()));
            } else {
                firsts.addAll(part.pods());
            }
            part.pods().stream()
                    .flatMap(uid -> Optional.ofNullable(caches.pods.get(uid)).stream())
                    .flatMap(pod -> pod.facts().node().stream())
                    .filter(mine::contains)
                    .forEach(nodes::add);
        }
        // One pod of each gang is enough to find it again.
        return new GPUWorkloadStatus.Plan(
                plan.deadline(),
                nodes.stream().limit(GPUWorkloadStatus.Plan.MOST).toList(),
                Stream.concat(firsts.stream(), others.stream())
                        .limit(GPUWorkloadStatus.Plan.MOST)
                        .toList(),
                parts.stream().limit(GPUWorkloadStatus.Plan.MOST).toList());
    }

    /** The plan of a gang that had not begun, as far as those who have to go are still there. */
    Optional<Plan> plan(GPUWorkloadStatus status) {
        if (status.phase() != GPUWorkloadStatus.Phase.RECLAIMING) {
            return Optional.empty();
        }
        Optional<GPUWorkloadStatus.Plan> plan = Optional.ofNullable(status.plan());
        Map<GangId, List<String>> listed = new TreeMap<>();
        plan.stream()
                .flatMap(p -> p.victims().stream())
                .flatMap(uid -> Optional.ofNullable(caches.pods.get(uid)).stream())
                .filter(pod -> pod.isOnNode() && pod.wantsGpus())
                .forEach(pod -> listed.computeIfAbsent(pod.gang(), g -> new ArrayList<>())
                        .add(pod.uid()));
        boolean inFull = plan.filter(p -> p.victims().size() < GPUWorkloadStatus.Plan.MOST)
                .isPresent();
        List<GangId> wholes = new ArrayList<>();
        List<Plan.Part> parts = new ArrayList<>();
        plan.stream()
                .flatMap(p -> p.parts().stream())
                .map(part -> new Plan.Part(GangId.ofRecord(part.namespace(), part.workload()), part.pods()))
                .forEach(parts::add);
        listed.forEach((gang, pods) -> {
            if (goesInParts(gang, pods, inFull)) {
                parts.add(new Plan.Part(gang, pods));
            } else {
                wholes.add(gang);
            }
        });
        return Optional.of(new Plan(
                wholes, parts, plan.map(GPUWorkloadStatus.Plan::deadline).orElse(Instant.EPOCH)));
    }

    private static boolean isSpot(SeenPod pod) {
        return pod.claim().filter(claim -> claim.tier() == Tier.SPOT).isPresent();
    }

    /** Whether these are pods that a gang was to do without, and not all that it has. */
    private boolean goesInParts(GangId gang, List<String> pods, boolean inFull) {
        boolean outright = pods.stream()
                .flatMap(uid -> Optional.ofNullable(caches.pods.get(uid)).stream())
                .anyMatch(pod -> pod.claim().isPresent() && !isSpot(pod));
        if (outright) {
            return false;
        }
        boolean firm = Optional.ofNullable(caches.workloads.get(gang))
                .map(GPUWorkload::getStatus)
                .filter(status -> status.placement().stream().anyMatch(entry -> entry.tier() != Tier.SPOT))
                .isPresent();
        boolean some =
                inFull && caches.podsOf(gang).stream().anyMatch(pod -> pod.isOnNode() && !pods.contains(pod.uid()));
        return firm || (some && book.spec(gang).filter(GangSpec::sparesPods).isPresent());
    }
}
