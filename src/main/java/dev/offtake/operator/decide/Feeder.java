package dev.offtake.operator.decide;

import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Plan;
import dev.offtake.schedule.PodFacts;
import dev.offtake.translate.Claims;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns what was seen into events of one scheduler. */
final class Feeder {
    private final Decider decider;
    private final Caches caches;
    private final GangBook book;
    private final Set<GangId> closing = new LinkedHashSet<>();

    Feeder(Decider decider, Caches caches, GangBook book) {
        this.decider = decider;
        this.caches = caches;
        this.book = book;
    }

    /** A pod that is in the caches already. */
    void pod(SeenPod pod, Optional<SeenPod> before) {
        before.filter(was -> was.wantsGpus() && !was.gang().equals(pod.gang())).ifPresent(was -> move(pod, was.gang()));
        if (!book.isManaged(pod)) {
            if (decider.scheduler().hasSeat(pod.gang(), pod.uid())) {
                // Its namespace has left its tenant: it holds its seat until it has ended, and is counted by that.
                decider.apply(new Event.Pod(book.facts(pod)));
            } else if (pod.isOnNode()) {
                decider.apply(new Event.Occupy(pod.uid(), pod.facts().node().orElseThrow(), pod.shape()));
            } else {
                decider.apply(new Event.Vacate(pod.uid()));
            }
            return;
        }
        boolean first = before.isEmpty() || !book.isManaged(before.get());
        boolean ended =
                pod.facts().state() == PodFacts.State.FINISHED || pod.facts().state() == PodFacts.State.TERMINATING;
        boolean mayEndItsGang = pod.gang().isLonePod()
                ? caches.workloads.containsKey(pod.gang())
                : !caches.jobs.containsKey(pod.gang());
        if (first || (ended && mayEndItsGang)) {
            refresh(pod.gang());
        }
        decider.apply(new Event.Pod(book.facts(pod)));
    }

    /** A pod that is of no Job any more, or of one now: what it holds, it takes with it. */
    private void move(SeenPod pod, GangId from) {
        decider.apply(new Event.PodGone(from, pod.uid()));
        refresh(from);
        if (!book.isManaged(pod) || decider.scheduler().gang(pod.gang()).isPresent()) {
            return;
        }
        if (book.isReported(pod.namespace())) {
            refresh(pod.gang());
        } else {
            book.spec(pod.gang())
                    .ifPresent(spec -> restore(pod.gang(), Optional.empty(), List.of(), Optional.empty(), spec));
        }
    }

    /** A pod that is out of the caches already. */
    void podGone(SeenPod pod) {
        decider.apply(new Event.Vacate(pod.uid()));
        if (pod.wantsGpus()) {
            decider.apply(new Event.PodGone(pod.gang(), pod.uid()));
            if (!caches.jobs.containsKey(pod.gang())) {
                refresh(pod.gang());
            }
        }
    }

    /** A namespace has joined a tenant, or left it. */
    void namespace(String name) {
        Set<GangId> gangs = new TreeSet<>(caches.jobs.keySet());
        gangs.addAll(caches.gangsWithPods());
        gangs.stream().filter(id -> id.namespace().equals(name)).forEach(this::refresh);
        caches.pods.values().stream()
                .filter(pod -> pod.namespace().equals(name))
                .toList()
                .forEach(pod -> pod(pod, Optional.of(pod)));
    }

    /** The gang may want something else now, or nothing. */
    void refresh(GangId id) {
        Optional<GangSpec> spec = book.spec(id);
        if (spec.isPresent()) {
            closing.remove(id);
            decider.apply(
                    book.isReported(id.namespace())
                            ? new Event.Report(spec.get(), Optional.empty())
                            : new Event.Submit(spec.get()));
        } else if (decider.scheduler().gang(id).isPresent() || caches.workloads.containsKey(id)) {
            decider.apply(new Event.Withdraw(id));
            closing.add(id);
        }
    }

    /** Gangs that were withdrawn and of which nothing is left. */
    List<GangId> takeClosed() {
        List<GangId> closed = new ArrayList<>();
        closing.removeIf(id -> {
            boolean over = decider.scheduler().gang(id).isEmpty();
            if (over) {
                closed.add(id);
            }
            return over;
        });
        return closed;
    }

    /** A gang that others place; what runs of it goes on on the account of its pods' claims, or of its record. */
    void report(GangId id, Optional<Decision.Grant> recorded, GangSpec spec) {
        List<SeenPod> bound =
                caches.podsOf(id).stream().filter(SeenPod::isBound).toList();
        Optional<Decision.Grant> claimed = bound.stream()
                .flatMap(pod -> pod.claim().stream())
                .map(Claims::grant)
                .findFirst();
        Optional<Decision.Grant> grant = bound.isEmpty() ? Optional.empty() : claimed.or(() -> recorded);
        decider.apply(new Event.Report(spec, grant));
    }

    /** A gang that had its place before this scheduler began: by its record, or by its pods' claims alone. */
    void restore(
            GangId id,
            Optional<Decision.Grant> recorded,
            List<Decision.Seats> seats,
            Optional<Plan> plan,
            GangSpec spec) {
        List<SeenPod> placed = caches.podsOf(id).stream()
                .filter(p -> (p.claim().isPresent() || caches.adopted.contains(p.uid())) && p.isOnNode())
                .filter(p -> !book.isOfEarlierJob(p))
                .toList();
        // A lone pod's record may be older than its pin.
        boolean pinned = id.isLonePod() && !placed.isEmpty();
        if (recorded.isPresent() && !seats.isEmpty() && !pinned) {
            decider.apply(new Event.Restore(spec, recorded.get(), seats, plan));
            return;
        }
        if (placed.isEmpty()) {
            decider.apply(new Event.Submit(spec));
            return;
        }
        // The firm part of it says on whose account the gang runs.
        Decision.Grant grant = placed.stream()
                .flatMap(pod -> grant(pod, recorded).stream())
                .min(Comparator.comparing(Decision.Grant::tier).thenComparing(Decision.Grant::since))
                .orElseThrow();
        decider.apply(new Event.Restore(spec, grant, claimed(placed, recorded, grant), Optional.empty()));
    }

    /** One that ran before its namespace was enforced has no claim of its own yet. */
    private static Optional<Decision.Grant> grant(SeenPod pod, Optional<Decision.Grant> recorded) {
        return pod.claim().map(Claims::grant).or(() -> recorded);
    }

    /** The seats that pods have by their claims. */
    private List<Decision.Seats> claimed(
            List<SeenPod> placed, Optional<Decision.Grant> recorded, Decision.Grant grant) {
        Map<Decision.Seats, Integer> podsPerNode = new LinkedHashMap<>();
        for (SeenPod pod : placed) {
            Decision.Grant own = grant(pod, recorded).orElse(grant);
            Optional<Instant> since = Optional.of(own.since()).filter(at -> !at.equals(grant.since()));
            List<String> node = List.of(pod.facts().node().orElseThrow());
            podsPerNode.merge(
                    new Decision.Seats(book.facts(pod).podSet(), own.tier(), 1, node, since), 1, Integer::sum);
        }
        List<Decision.Seats> seats = new ArrayList<>();
        podsPerNode.forEach(
                (one, pods) -> seats.add(new Decision.Seats(one.podSet(), one.tier(), pods, one.nodes(), one.since())));
        seats.sort(Comparator.comparing(Decision.Seats::podSet)
                .thenComparing(Decision.Seats::tier)
                .thenComparing(run -> run.nodes().get(0)));
        return seats;
    }
}
