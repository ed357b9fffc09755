package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Plan;
import dev.offtake.schedule.PodFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Map<GangId, Instant> deadlines = new HashMap<>();
    private final Set<String> hastened = new HashSet<>();

    Evictions(Caches caches, GangBook book, RollBacks rollBacks) {
        this.caches = caches;
        this.book = book;
        this.rollBacks = rollBacks;
    }

    /** The pods of a gang have until then; answers whether that is news. */
    boolean begin(GangId gang, Instant deadline) {
        return !deadline.equals(deadlines.put(gang, deadline));
    }

    /** A plan is durable: those of its victims that are leaving by themselves have no longer than the others. */
    void leaving(Plan plan) {
        for (GangId victim : plan.victims()) {
            boolean leaves = caches.podsOf(victim).stream()
                    .filter(SeenPod::isOnNode)
                    .allMatch(pod -> pod.facts().state() == PodFacts.State.TERMINATING);
            if (leaves && !deadlines.containsKey(victim)) {
                deadlines.put(victim, plan.deadline());
                hasten(victim);
            }
        }
    }

    void end(GangId gang) {
        deadlines.remove(gang);
    }

    /** Forgets all: another may have decided since. */
    void startAnew() {
        deadlines.clear();
        hastened.clear();
    }

    /** Pods of the gang that are being deleted, and would take longer than they may, are told so. */
    void hasten(GangId gang) {
        List.copyOf(caches.podsOf(gang)).forEach(this::seen);
    }

    /** The pod is as it is in the caches now. */
    void seen(SeenPod pod) {
        Optional<Instant> deadline = Optional.ofNullable(deadlines.get(pod.gang()));
        Optional<SeenPod.Deletion> deletion = pod.deletion();
        if (deadline.isEmpty() || deletion.isEmpty() || pod.facts().state() != PodFacts.State.TERMINATING) {
            return;
        }
        long grace = RollBacks.graceUntil(deadline.get(), deletion.get().since());
        if (grace < deletion.get().graceSeconds() && hastened.add(pod.uid())) {
            rollBacks.hasten(book.ref(pod), grace);
        }
    }

    /** The pod is gone, and out of the caches. */
    void gone(SeenPod pod) {
        hastened.remove(pod.uid());
        if (pod.gang().isLonePod()) {
            deadlines.remove(pod.gang());
        }
    }

    /** A plan as it is written: gangs by the uids of their pods, as tenants do not see each other. */
    GPUWorkloadStatus.Plan plan(List<Decision.Seats> seats, Plan plan) {
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
            List<String> uids = pods.stream().map(SeenPod::uid).toList();
            firsts.addAll(uids.subList(0, Math.min(1, uids.size())));
            others.addAll(uids.subList(Math.min(1, uids.size()), uids.size()));
        }
        // One pod of each gang is enough to find it again.
        return new GPUWorkloadStatus.Plan(
                plan.deadline(),
                nodes.stream().limit(GPUWorkloadStatus.Plan.MOST).toList(),
                Stream.concat(firsts.stream(), others.stream())
                        .limit(GPUWorkloadStatus.Plan.MOST)
                        .toList());
    }

    /** The plan of a gang that had not begun, as far as those who have to go are still there. */
    Optional<Plan> plan(GPUWorkloadStatus status) {
        if (status.phase() != GPUWorkloadStatus.Phase.RECLAIMING) {
            return Optional.empty();
        }
        Optional<GPUWorkloadStatus.Plan> plan = Optional.ofNullable(status.plan());
        List<GangId> victims = plan.stream()
                .flatMap(p -> p.victims().stream())
                .flatMap(uid -> Optional.ofNullable(caches.pods.get(uid)).stream())
                .filter(pod -> pod.isOnNode() && pod.wantsGpus())
                .map(SeenPod::gang)
                .toList();
        return Optional.of(
                new Plan(victims, plan.map(GPUWorkloadStatus.Plan::deadline).orElse(Instant.EPOCH)));
    }
}
