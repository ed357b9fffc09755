package dev.offtake.operator.decide;

import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Forecasts;
import dev.offtake.operator.act.Handovers;
import dev.offtake.operator.act.Intent;
import dev.offtake.operator.act.Owner;
import dev.offtake.operator.act.Placing;
import dev.offtake.operator.act.PodRef;
import dev.offtake.operator.act.Releases;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Plan;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.Claims;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Has decisions carried out. */
final class Executor {
    private final Caches caches;
    private final GangBook book;
    private final Placing placing;
    private final Releases releases;
    private final Explainer explainer;
    private final RollBacks rollBacks;
    private final Suspensions suspensions;
    private final Forecasts forecasts;
    private final Evictions evictions;
    private final Handovers handovers;
    private final MeterRegistry metrics;

    Executor(
            Caches caches,
            GangBook book,
            Placing placing,
            Releases releases,
            Explainer explainer,
            RollBacks rollBacks,
            Suspensions suspensions,
            Forecasts forecasts,
            Evictions evictions,
            Handovers handovers,
            MeterRegistry metrics) {
        this.caches = caches;
        this.book = book;
        this.placing = placing;
        this.releases = releases;
        this.explainer = explainer;
        this.rollBacks = rollBacks;
        this.suspensions = suspensions;
        this.forecasts = forecasts;
        this.evictions = evictions;
        this.handovers = handovers;
        this.metrics = metrics;
    }

    void execute(List<Decision> decisions, Decider decider, Instant now) {
        for (Decision decision : decisions) {
            Catalog.DECISIONS
                    .counter(metrics, decision.getClass().getSimpleName())
                    .increment();
            if (decision instanceof Decision.Record placed) {
                record(placed, decider, now);
            } else if (decision instanceof Decision.Release release) {
                release(release, decider);
            } else if (decision instanceof Decision.Claim claim) {
                claim(claim.podUid(), claim.grant());
            } else if (decision instanceof Decision.Explain explain) {
                explain(explain, decider, now);
            } else if (decision instanceof Decision.WaitOver over) {
                explainer.over(over.gang());
            } else if (decision instanceof Decision.RollBack rollBack) {
                rollBack(rollBack, decider, now);
            } else if (decision instanceof Decision.StartOver startOver) {
                startOver(startOver, decider, now);
            } else if (decision instanceof Decision.Evict evict) {
                evict(evict, decider, now);
            } else if (decision instanceof Decision.Shrink shrink) {
                shrink(shrink, now);
            } else if (decision instanceof Decision.PlanFailed failed) {
                planFailed(failed.gang(), decider, now);
            } else if (decision instanceof Decision.Foresee foreseen) {
                foresee(foreseen, decider, now);
            } else if (decision instanceof Decision.RolledBack done) {
                rolledBack(done.gang(), decider, now);
            }
        }
    }

    private Optional<GangSpec> spec(GangId id, Decider decider) {
        return decider.scheduler().gang(id).map(view -> view.spec());
    }

    private void explain(Decision.Explain explain, Decider decider, Instant now) {
        Catalog.WAITS.counter(metrics, explain.reason().code().spelled()).increment();
        boolean partly = decider.scheduler()
                .gang(explain.gang())
                .filter(view -> view.placed() && !view.rollingBack())
                .isPresent();
        explainer.explain(explain.gang(), explain.reason(), partly, now);
    }

    private void record(Decision.Record placed, Decider decider, Instant now) {
        decider.scheduler().gang(placed.gang()).ifPresent(view -> {
            boolean partly = view.waiting().isPresent();
            if (!partly) {
                explainer.settled(placed.gang());
            }
            Optional<Owner> owner = book.recordOwner(placed.gang());
            if (placed.plan().isPresent()) {
                explainer.settled(placed.gang());
                placing.reclaim(
                        view.spec(),
                        owner,
                        placed,
                        evictions.plan(
                                view.spec(), placed.seats(), placed.plan().get()),
                        view.waiting().orElse(Reason.of(Reason.Code.RECLAIMING)));
            } else {
                placing.record(view.spec(), owner, placed, partly, now);
            }
        });
    }

    private void release(Decision.Release release, Decider decider) {
        if (release.gang().isLonePod()) {
            explainer.settled(release.gang());
        }
        Optional<PodRef> pod =
                Optional.ofNullable(caches.pods.get(release.podUid())).map(book::ref);
        if (pod.isPresent() && pod.get().layout().gateIndex() >= 0) {
            releases.release(release, pod.get());
        } else {
            decider.apply(new Event.ReleaseFailed(release.gang(), release.podUid()));
        }
    }

    /** Notes on a pod on whose account it runs. */
    void claim(String podUid, Decision.Grant grant) {
        Optional.ofNullable(caches.pods.get(podUid)).ifPresent(pod -> handovers.claim(book.ref(pod), Claims.of(grant)));
    }

    private void foresee(Decision.Foresee foreseen, Decider decider, Instant now) {
        Optional<GangSpec> spec = spec(foreseen.gang(), decider);
        if (spec.isEmpty()) {
            return;
        }
        Optional<Plan> victims = foreseen.forecast().victims();
        forecasts.tell(
                spec.get(),
                book.recordOwner(foreseen.gang()),
                book.owner(foreseen.gang()),
                foreseen,
                victims.map(
                        plan -> evictions.plan(spec.get(), foreseen.forecast().seats(), plan)),
                now);
        Optional<Tier> tier = foreseen.forecast().grant().map(Decision.Grant::tier);
        for (GangId victim : victims.map(Plan::everybody).orElse(List.of())) {
            Reason reason = Reason.reclaimed(spec.get().gpus(), tier.orElseThrow());
            Reason told = spec(victim, decider).map(gang -> told(reason, gang)).orElse(reason);
            book.owner(victim).ifPresent(owner -> forecasts.wouldBeEvicted(owner, victim, told, now));
        }
    }

    private void rollBack(Decision.RollBack rollBack, Decider decider, Instant now) {
        Catalog.ROLLBACKS
                .counter(metrics, Reason.Code.REFUSED_BY_SCHEDULER.spelled())
                .increment();
        Optional<GangSpec> spec = spec(rollBack.gang(), decider);
        spec.ifPresent(gang -> takeBack(gang, onNodes(rollBack.gang()), Intent.of(rollBack), now));
    }

    private void startOver(Decision.StartOver startOver, Decider decider, Instant now) {
        GangId gang = startOver.gang();
        Catalog.ROLLBACKS.counter(metrics, startOver.reason().code().spelled()).increment();
        Intent intent = Intent.of(startOver);
        book.owner(gang).ifPresent(owner -> explainer.evicted(gang, owner, intent, now));
        spec(gang, decider).ifPresent(spec -> takeBack(spec, onNodes(gang), intent, now));
    }

    private List<SeenPod> onNodes(GangId gang) {
        return caches.podsOf(gang).stream().filter(SeenPod::isOnNode).toList();
    }

    private void evict(Decision.Evict evict, Decider decider, Instant now) {
        Catalog.ROLLBACKS.counter(metrics, evict.reason().code().spelled()).increment();
        Optional<GangSpec> spec = spec(evict.gang(), decider);
        if (spec.isEmpty()) {
            return;
        }
        List<SeenPod> left = caches.podsOf(evict.gang()).stream()
                .filter(pod -> pod.isOnNode() && pod.facts().state() != PodFacts.State.TERMINATING)
                .toList();
        Intent intent = Intent.of(evict, told(evict.reason(), spec.get()));
        if (evictions.begin(evict.gang(), evict.deadline()) && !left.isEmpty()) {
            book.owner(evict.gang()).ifPresent(owner -> explainer.evicted(evict.gang(), owner, intent, now));
        }
        takeBack(spec.get(), left, intent, now);
        evictions.hasten(evict.gang());
    }

    /** Why a gang goes, as its user is told: not every one comes back. */
    private Reason told(Reason reason, GangSpec gang) {
        boolean madeAnew = gang.maker().isPresent() || book.job(gang.id()).isPresent();
        return madeAnew ? reason : reason.notMadeAnew();
    }

    private void shrink(Decision.Shrink shrink, Instant now) {
        Intent intent = Intent.of(shrink);
        boolean ofJob = book.job(shrink.gang()).isPresent();
        if (evictions.begin(shrink.pods(), shrink.deadline())) {
            book.owner(shrink.gang()).ifPresent(owner -> explainer.evicted(shrink.gang(), owner, intent, now));
        }
        for (String uid : shrink.pods()) {
            Optional.ofNullable(caches.pods.get(uid))
                    .ifPresent(pod -> rollBacks.shrink(shrink.gang(), victim(pod), ofJob, intent, now));
        }
    }

    private static Optional<Reason> waiting(GangId gang, Decider decider) {
        return decider.scheduler().gang(gang).flatMap(view -> view.waiting());
    }

    private void planFailed(GangId gang, Decider decider, Instant now) {
        Reason reason = waiting(gang, decider).orElse(Reason.of(Reason.Code.RECLAIMING));
        spec(gang, decider).ifPresent(spec -> placing.planFailed(spec, reason, now));
        explainer.planFailed(gang);
    }

    private void takeBack(GangSpec gang, List<SeenPod> pods, Intent intent, Instant now) {
        Optional<Owner> job = book.job(gang.id());
        if (job.isPresent()) {
            evictions.begin(gang.id());
            suspensions.suspend(gang, job.get(), intent, now);
        } else {
            List<RollBacks.Victim> victims = pods.stream().map(this::victim).toList();
            rollBacks.delete(gang, victims, intent, now);
        }
    }

    private RollBacks.Victim victim(SeenPod pod) {
        return new RollBacks.Victim(book.ref(pod), pod.resourceVersion());
    }

    /** Pods could not be taken back, and nobody asks for it any more. */
    void kept(GangId gang, Decider decider) {
        evictions.end(gang);
        spec(gang, decider).ifPresent(spec -> suspensions.undo(spec, book.job(gang)));
    }

    private void rolledBack(GangId gang, Decider decider, Instant now) {
        Optional<Reason> reason = waiting(gang, decider);
        evictions.end(gang);
        spec(gang, decider).ifPresent(spec -> suspensions.finish(spec, book.job(gang), reason, now));
    }

    /** Everything of a gang is given back. */
    void closed(GangId gang, Instant now) {
        evictions.end(gang);
        explainer.settled(gang);
        boolean deleting = Optional.ofNullable(caches.workloads.get(gang))
                .map(w -> w.getMetadata().getDeletionTimestamp() != null)
                .orElse(false);
        placing.finish(gang, deleting, now);
    }
}
