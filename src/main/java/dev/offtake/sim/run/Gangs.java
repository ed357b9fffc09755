package dev.offtake.sim.run;

import dev.offtake.fleet.Pool;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Reason;
import dev.offtake.sim.input.Ask;
import dev.offtake.sim.input.Jobs;
import dev.offtake.sim.input.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The gangs that were submitted and are not done, and what happens to their pods: Job controller, scheduler and kubelets
 * in one, none of which takes any time.
 */
final class Gangs {
    private final Decider decider;
    private final Meter meter;
    private final Instant start;
    private final Map<GangId, GangRun> runs = new LinkedHashMap<>();
    private final Map<Ask, GangSpec> specs = new HashMap<>();
    private final List<GangRecord> records = new ArrayList<>();
    private final Waits waits = new Waits();
    private int waiting;

    Gangs(Decider decider, Meter meter, Instant start) {
        this.decider = decider;
        this.meter = meter;
        this.start = start;
    }

    void submit(Submission submission, Collection<Pool> pools, long now) {
        Ask ask = submission.ask();
        GangId id = dev.offtake.translate.Gangs.ofJob(ask.tenant(), submission.gang());
        GangRun run = new GangRun(submission, id);
        runs.put(id, run);
        records.add(run.result);
        GangSpec spec = specs.computeIfAbsent(ask, a -> Jobs.gang(a, pools))
                .of(id, start.plusMillis(now), checkpoint(submission));
        run.submitted(spec);
        decider.apply(new Event.Submit(spec));
        for (int pod = 0; pod < run.pods(); pod++) {
            tell(run, pod, PodFacts.State.GATED);
        }
        waits(run);
    }

    /** What the scheduler is told of a gang's checkpoints: nothing where there are none, whatever a restart takes. */
    private static Optional<Checkpoint> checkpoint(Submission submission) {
        return submission.checkpoint() == 0
                ? Optional.empty()
                : Optional.of(new Checkpoint(
                        Duration.ofMillis(submission.checkpoint()), Duration.ofMillis(submission.restart())));
    }

    private void waits(GangRun run) {
        waiting++;
        meter.waits(run.submission.ask().tenant(), run.result.gpus());
    }

    private void waitsNoLonger(GangRun run, long now) {
        waiting--;
        meter.waitsNoLonger(run.submission.ask().tenant(), run.result.gpus());
        waits.end(run, now);
    }

    private void tell(GangRun run, int pod, PodFacts.State state) {
        decider.apply(new Event.Pod(new PodFacts(
                run.uid(pod),
                run.podName(pod),
                run.id,
                dev.offtake.translate.Gangs.WORKERS,
                pod,
                state,
                Optional.of(run.nodes[pod]).filter(node -> !node.isEmpty()),
                "",
                run.shape())));
    }

    /** What gangs ask for may mean something else with other pools. */
    void poolsChanged(Collection<Pool> pools) {
        specs.replaceAll((ask, spec) -> Jobs.gang(ask, pools));
        for (GangRun run : runs.values()) {
            GangSpec spec = Optional.ofNullable(specs.get(run.submission.ask())).orElseThrow();
            run.respecified(spec);
            decider.apply(new Event.Submit(
                    spec.of(run.id, start.plusMillis(run.submission.submit()), checkpoint(run.submission))));
        }
    }

    /** Does what was decided; answers what comes of it later. */
    Optional<Next> carryOut(Decision decision, long now) {
        if (!(decision instanceof Decision.Explain)) {
            meter.placesChanged();
        }
        GangRun run = runs.get(decision.gang());
        if (run == null) {
            return Optional.empty();
        }
        if (decision instanceof Decision.Record) {
            // What one that runs was told of the pods that it lacks stands until it is over.
            run.told = run.told.filter(reason -> run.isRunning());
            decider.apply(new Event.Recorded(run.id));
        } else if (decision instanceof Decision.Release release) {
            return bind(run, release, now);
        } else if (decision instanceof Decision.Claim claim) {
            claim(run, claim);
        } else if (decision instanceof Decision.Explain explain) {
            told(run, explain.reason().code().spelled(), now);
        } else if (decision instanceof Decision.WaitOver || decision instanceof Decision.PlanFailed) {
            // Its pods are as they were; a new reason follows if it waits.
            run.told = Optional.empty();
        } else if (decision instanceof Decision.Evict evict) {
            long deadline = Duration.between(start, evict.deadline()).toMillis();
            return Optional.of(suspend(run, evict.reason(), now, Math.max(now, deadline)));
        } else if (decision instanceof Decision.StartOver startOver) {
            return Optional.of(suspend(run, startOver.reason(), now, now));
        } else if (decision instanceof Decision.Shrink shrink) {
            long deadline = Duration.between(start, shrink.deadline()).toMillis();
            return Optional.of(new Next.Shrink(run, Set.copyOf(shrink.pods()), Math.max(now, deadline)));
        } else if (decision instanceof Decision.RolledBack) {
            resume(run);
        } else {
            throw new IllegalStateException("no simulated scheduler refuses a pod or places one: " + decision);
        }
        return Optional.empty();
    }

    /** A gang that runs may also have pods without a seat; it does not wait. */
    private void told(GangRun run, String reason, long now) {
        run.told = Optional.of(reason);
        if (!run.isRunning()) {
            waits.tell(run, reason, run.result.gpus(), now);
        }
    }

    /** Its Job is suspended: pods without a node go at once, the others work on until they have to be gone. */
    private Next suspend(GangRun run, Reason reason, long now, long until) {
        String why = reason.code().spelled();
        run.leaving = Optional.of(why);
        if (!run.isRunning()) {
            waits.tell(run, why, run.result.gpus(), now);
        }
        run.notices++;
        for (int pod = 0; pod < run.pods(); pod++) {
            if (!run.bound.get(pod)) {
                decider.apply(new Event.PodGone(run.id, run.uid(pod)));
            }
        }
        return new Next.Leave(run, run.notices, until);
    }

    /** The notice is over. */
    void leave(GangRun run, long now) {
        for (int pod = run.bound.nextSetBit(0); pod >= 0; pod = run.bound.nextSetBit(pod + 1)) {
            vacate(run, pod);
            decider.apply(new Event.PodGone(run.id, run.uid(pod)));
        }
        if (run.isRunning()) {
            run.interrupt(run.result.evictions(), now);
            waitsAgain(run, now);
        }
    }

    /** The notice of these pods is over; those that are still there are made anew, and the gang goes on without them. */
    void shrink(GangRun run, Set<String> pods, long now) {
        for (int pod = run.bound.nextSetBit(0); pod >= 0; pod = run.bound.nextSetBit(pod + 1)) {
            if (pods.contains(run.uid(pod))) {
                vacate(run, pod);
                decider.apply(new Event.PodGone(run.id, run.uid(pod)));
                if (run.leaving.isEmpty()) {
                    makeAnew(run, pod);
                }
            }
        }
        if (run.isRunning() && !run.isComplete()) {
            // Others were lost meanwhile.
            run.interrupt(run.result.evictions(), now);
            waitsAgain(run, now);
        }
    }

    /** Its Job goes on: it has pods again, and waits. */
    private void resume(GangRun run) {
        if (run.leaving.isEmpty()) {
            return;
        }
        run.leaving = Optional.empty();
        for (int pod = 0; pod < run.pods(); pod++) {
            makeAnew(run, pod);
        }
    }

    private void makeAnew(GangRun run, int pod) {
        run.generations[pod]++;
        run.nodes[pod] = "";
        tell(run, pod, PodFacts.State.GATED);
    }

    private Optional<Next> bind(GangRun run, Decision.Release release, long now) {
        String name = release.podName();
        int pod = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
        run.nodes[pod] = release.node();
        run.bound.set(pod);
        boolean lent = release.grant().tier() == Tier.SPOT;
        run.lent.set(pod, lent);
        run.pools[pod] = meter.use(
                release.node(),
                run.submission.ask().tenant(),
                run.submission.ask().gpus(),
                lent);
        tell(run, pod, PodFacts.State.BOUND);
        if (run.isRunning() || !run.isComplete()) {
            return Optional.empty();
        }
        if (!run.result.isStarted()) {
            run.result.start = now;
        }
        waitsNoLonger(run, now);
        run.result.commitment = release.grant().commitment().toString();
        run.result.tier = release.grant().tier().name();
        long end = run.begin(now);
        return Optional.of(new Next.End(run, run.version, end));
    }

    /** What was lent to it is its own now. */
    private void claim(GangRun run, Decision.Claim claim) {
        boolean lent = claim.grant().tier() == Tier.SPOT;
        for (int pod = run.bound.nextSetBit(0); pod >= 0; pod = run.bound.nextSetBit(pod + 1)) {
            if (run.uid(pod).equals(claim.podUid()) && run.lent.get(pod) != lent) {
                String tenant = run.submission.ask().tenant();
                int gpus = run.submission.ask().gpus();
                meter.useNoLonger(run.pools[pod], run.nodes[pod], tenant, gpus, run.lent.get(pod));
                run.lent.set(pod, lent);
                run.pools[pod] = meter.use(run.nodes[pod], tenant, gpus, lent);
                run.result.commitment = claim.grant().commitment().toString();
                run.result.tier = claim.grant().tier().name();
            }
        }
    }

    /** The gang is done. */
    void end(GangRun run, long now) {
        run.stop(now);
        run.result.end = now;
        for (int pod = 0; pod < run.pods(); pod++) {
            if (run.bound.get(pod)) {
                vacate(run, pod);
            }
            decider.apply(new Event.PodGone(run.id, run.uid(pod)));
        }
        decider.apply(new Event.Withdraw(run.id));
        runs.remove(run.id);
        run.close();
    }

    private void vacate(GangRun run, int pod) {
        meter.useNoLonger(
                run.pools[pod],
                run.nodes[pod],
                run.submission.ask().tenant(),
                run.submission.ask().gpus(),
                run.lent.get(pod));
        run.bound.clear(pod);
    }

    /** What runs on these nodes ends. The pods are made anew, and the gang goes on from its last checkpoint. */
    void lose(Set<String> nodes, long now) {
        for (GangRun run : runs.values()) {
            int[] lost = run.bound.stream()
                    .filter(pod -> nodes.contains(run.nodes[pod]))
                    .toArray();
            for (int pod : lost) {
                vacate(run, pod);
                decider.apply(new Event.PodGone(run.id, run.uid(pod)));
                if (run.leaving.isEmpty()) {
                    makeAnew(run, pod);
                }
            }
            if (lost.length > 0 && run.isRunning() && !run.isComplete()) {
                run.interrupt(run.result.lostNodes(), now);
                waitsAgain(run, now);
            }
        }
    }

    /** It is to leave; or why there is no other node the scheduler says, or has said already of another pod. */
    private void waitsAgain(GangRun run, long now) {
        waits(run);
        run.leaving.or(() -> run.told).ifPresent(reason -> waits.tell(run, reason, run.result.gpus(), now));
    }

    /** The simulation is over; gangs may run on. */
    void finish(long now) {
        runs.values().forEach(run -> run.stop(now));
    }

    /** How many wait. */
    int waiting() {
        return waiting;
    }

    List<GangRecord> records() {
        return records;
    }

    Map<String, Result.Wait> waits(long end) {
        return waits.totals(end);
    }
}
