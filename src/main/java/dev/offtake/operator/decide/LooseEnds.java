package dev.offtake.operator.decide;

import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Placing;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Scheduler;
import dev.offtake.translate.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gangs of which something else may be to be written than what their record says, without any decision about them. */
final class LooseEnds {
    /** In which thousands of pods are released. */
    private static final Duration AFTER_THE_OTHERS = Duration.ofSeconds(10);

    private final Caches caches;
    private final GangBook book;
    private final Placing placing;
    private final Explainer explainer;
    private final Suspensions suspensions;
    /** Gangs of which all pods may be bound now. */
    private final Set<GangId> filled = new LinkedHashSet<>();
    /** Placed gangs of which somebody who led before said that pods wait. */
    private final Set<GangId> saidToWait = new LinkedHashSet<>();
    /** Gangs that were to be taken back, and have their place all the same. */
    private final Set<GangId> notTakenBack = new LinkedHashSet<>();
    /** From when on the Jobs of gangs that are over may go on, if they were suspended to take them back. */
    private final Map<GangId, Instant> over = new LinkedHashMap<>();

    LooseEnds(Caches caches, GangBook book, Placing placing, Explainer explainer, Suspensions suspensions) {
        this.caches = caches;
        this.book = book;
        this.placing = placing;
        this.explainer = explainer;
        this.suspensions = suspensions;
    }

    void filled(GangId id) {
        filled.add(id);
    }

    void saidToWait(GangId id) {
        saidToWait.add(id);
    }

    void notTakenBack(GangId id) {
        notTakenBack.add(id);
    }

    /**
     * Everything of the gang is given back. Where its namespace has left its tenant nobody would hold the pods that its Job
     * makes next: those who waited for its place go there first.
     */
    void closed(GangId id, Instant now) {
        over.put(id, caches.tenancies.containsKey(id.namespace()) ? now : now.plus(AFTER_THE_OTHERS));
    }

    /** Forgets what was written: another may have decided since. */
    void startAnew() {
        saidToWait.clear();
        notTakenBack.clear();
        over.clear();
    }

    /**
     * Writes the claims of pods anew that run on another account by the record of their gang: somebody who led before wrote
     * that, and died before them.
     */
    void finishClaims(Decider decider, Executor executor) {
        for (SeenPod pod : List.copyOf(caches.pods.values())) {
            Optional<Decision.Grant> claimed = pod.claim().map(Claims::grant);
            Optional<Decision.Grant> grant = decider.scheduler().grant(pod.gang(), pod.uid());
            if (claimed.isPresent() && grant.isPresent() && !isOnSameAccount(claimed.get(), grant.get())) {
                executor.claim(pod.uid(), grant.get());
            }
        }
    }

    private static boolean isOnSameAccount(Decision.Grant one, Decision.Grant other) {
        return one.commitment().equals(other.commitment()) && one.tier() == other.tier();
    }

    /** Writes what is as it stands now. */
    void tie(Decider decider, Executor executor, Instant now) {
        over.entrySet().removeIf(closed -> {
            boolean due = !now.isBefore(closed.getValue());
            if (due) {
                book.job(closed.getKey()).ifPresent(job -> suspensions.letGo(closed.getKey(), job));
            }
            return due;
        });
        Scheduler scheduler = decider.scheduler();
        notTakenBack.forEach(id -> scheduler
                .gang(id)
                .filter(view -> view.placed() && !view.rollingBack())
                .ifPresent(view -> executor.kept(id, decider)));
        notTakenBack.clear();
        saidToWait.forEach(id -> scheduler
                .gang(id)
                .filter(view -> view.placed() && view.waiting().isEmpty())
                .ifPresent(view -> explainer.over(id)));
        saidToWait.clear();
        filled.forEach(id -> tellRunning(id, scheduler));
        filled.clear();
    }

    /** Gangs of more than one pod say when all of them run; a single pod says so itself. */
    private void tellRunning(GangId id, Scheduler scheduler) {
        scheduler
                .gang(id)
                .filter(view -> view.seats() > 1 && view.seatsTaken() == view.seats())
                .filter(view -> view.waiting().isEmpty())
                .filter(view -> caches.podsOf(id).stream()
                        .noneMatch(p -> p.facts().state() == PodFacts.State.RELEASED
                                || p.facts().state() == PodFacts.State.GATED))
                .ifPresent(view -> placing.running(view.spec(), book.recordOwner(id)));
    }
}
