package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Drives a {@link Scheduler} as the operator does, with an API server that answers at once unless it is told to hang or
 * to fail, and checks after each cycle that the {@link Invariants} hold.
 */
final class World {
    final Map<String, Pool> pools = new TreeMap<>();
    final Map<String, NodeFacts> nodes = new TreeMap<>();
    final Map<String, Contract> contracts = new TreeMap<>();
    final Map<GangId, Workload> workloads = new LinkedHashMap<>();
    final Map<String, Pod> pods = new LinkedHashMap<>();
    /** Pods that are no gang's: node and shape by uid. */
    final Map<String, Map.Entry<String, Shape>> strangers = new TreeMap<>();

    final List<Decision> log = new ArrayList<>();
    /** Nodes on which the kube-scheduler refuses every pod. */
    final Set<String> refusing = new HashSet<>();

    Scheduler scheduler = new Scheduler();
    Instant now = Site.START;
    Duration reserveAfter = WaitRules.DEFAULT.reserveAfter();
    boolean recordsHang;
    boolean releasesHang;
    boolean terminationHangs;
    int recordsThatFail;
    int releasesThatFail;
    int shrinksThatFail;
    /** How often contracts have changed, or gangs have gone to another sub-tenant. */
    int changesOfRank;
    /** Whether there may be less for somebody at the next cycle, whatever it decides. */
    boolean supplyChanged;

    private final Invariants invariants = new Invariants(this);

    /** One pool of H100 nodes with so many racks of four, named {@code r1n1} and so on. */
    static World h100(int racks) {
        World world = new World();
        world.pool(Site.pool(Site.H100));
        for (int r = 1; r <= racks; r++) {
            world.rack("r" + r);
        }
        return world;
    }

    World rack(String rack) {
        for (int n = 1; n <= 4; n++) {
            node(Site.node(Site.H100, rack, rack + "n" + n));
        }
        return this;
    }

    /** How long gangs are passed of which nobody can tell when they start. */
    World reserveAfter(Duration duration) {
        reserveAfter = duration;
        scheduler.reserveAfter(duration);
        return this;
    }

    World pool(Pool pool) {
        pools.put(pool.name(), pool);
        scheduler.putPool(pool);
        supplyChanged = true;
        return this;
    }

    World removePool(String name) {
        pools.remove(name);
        scheduler.removePool(name);
        supplyChanged = true;
        return this;
    }

    World node(NodeFacts node) {
        nodes.put(node.name(), node);
        scheduler.putNode(node);
        supplyChanged = true;
        return this;
    }

    World node(String name, UnaryOperator<NodeFacts> change) {
        return node(change.apply(nodes.get(name)));
    }

    World removeNode(String name) {
        nodes.remove(name);
        scheduler.removeNode(name);
        supplyChanged = true;
        return this;
    }

    World contract(Contract contract) {
        contracts.put(contract.name(), contract);
        changesOfRank++;
        scheduler.putContract(contract);
        supplyChanged = true;
        return this;
    }

    World removeContract(String name) {
        contracts.remove(name);
        scheduler.removeContract(name);
        supplyChanged = true;
        return this;
    }

    World stranger(String uid, String node, Shape shape) {
        strangers.put(uid, Map.entry(node, shape));
        scheduler.occupy(uid, node, shape);
        supplyChanged = true;
        return this;
    }

    World strangerGone(String uid) {
        strangers.remove(uid);
        scheduler.vacate(uid);
        return this;
    }

    World later(Duration duration) {
        now = now.plus(duration);
        return settle();
    }

    World at(Instant instant) {
        now = instant;
        return settle();
    }

    // --- Jobs and their pods -------------------------------------------------------------------------------------

    /** The Job and all of its pods are there. */
    World start(Job job) {
        submit(job);
        arrive(job, job.spec().count());
        return settle();
    }

    World submit(Job job) {
        Workload known = workloads.get(job.id());
        if (known == null) {
            workloads.put(job.id(), new Workload(job));
        } else {
            known.shrunk |= job.spec().count() < known.job.spec().count();
            changesOfRank += known.job.spec().subTenant().equals(job.spec().subTenant()) ? 0 : 1;
            known.job = job;
            known.active = true;
        }
        scheduler.submit(job.spec());
        return this;
    }

    /** More pods of a Job, gated, without an index. */
    World arrive(Job job, int count) {
        for (int i = 0; i < count; i++) {
            arrive(job, -1, PodFacts.State.GATED, "");
        }
        return this;
    }

    Pod arrive(Job job, int index, PodFacts.State state, String words) {
        Workload workload = workloads.computeIfAbsent(job.id(), id -> {
            Workload unknown = new Workload(job);
            unknown.active = false;
            return unknown;
        });
        String uid = job.isLonePod() ? job.id().name() : job.id() + "-" + workload.podsMade;
        workload.podsMade++;
        GangSpec.PodSet podSet = incomplete(job);
        Pod pod = new Pod(uid, job.id(), podSet.name(), index, podSet.shape());
        pod.state = state;
        pod.words = words;
        pods.put(uid, pod);
        tell(pod);
        return pod;
    }

    /** The pod set of the next pod that its Job makes: the first that is short of pods. */
    private GangSpec.PodSet incomplete(Job job) {
        return job.spec().podSets().stream()
                .filter(podSet -> podsOf(job.id()).stream()
                                .filter(pod -> pod.podSet.equals(podSet.name()) && pod.state != PodFacts.State.FINISHED)
                                .count()
                        < podSet.count())
                .findFirst()
                .orElse(job.podSet());
    }

    void tell(Pod pod) {
        scheduler.pod(pod.facts());
    }

    /** The Job is suspended or deleted: its gated pods go at once, the others as fast as they terminate. */
    World withdraw(Job job) {
        Workload workload = workloads.get(job.id());
        workload.active = false;
        workload.rollingBack = false;
        workload.evicted = false;
        workload.told = Optional.empty();
        workload.forgetPlacement();
        scheduler.withdraw(job.id());
        podsOf(job.id()).forEach(this::delete);
        return this;
    }

    void delete(Pod pod) {
        if (pod.state == PodFacts.State.FINISHED || !(pod.isPlaced() && terminationHangs)) {
            gone(pod);
        } else {
            pod.state = PodFacts.State.TERMINATING;
            tell(pod);
        }
    }

    void gone(Pod pod) {
        pods.remove(pod.uid);
        if (pod.gang.isLonePod()) {
            workloads.get(pod.gang).active = false;
            workloads.get(pod.gang).forgetPlacement();
        }
        scheduler.podGone(pod.gang, pod.uid);
        Workload workload = workloads.get(pod.gang);
        if (pod.isMadeAnew && workload.active && !workload.rollingBack) {
            arrive(workload.job, 1);
        }
    }

    /** What is terminating is gone at last. */
    World terminated() {
        terminationHangs = false;
        List.copyOf(pods.values()).stream()
                .filter(p -> p.state == PodFacts.State.TERMINATING)
                .forEach(this::gone);
        return this;
    }

    World finish(Pod pod) {
        pod.state = PodFacts.State.FINISHED;
        pod.releasing = Optional.empty();
        if (pod.gang.isLonePod()) {
            workloads.get(pod.gang).active = false;
            workloads.get(pod.gang).forgetPlacement();
        }
        tell(pod);
        return this;
    }

    List<Pod> podsOf(GangId gang) {
        return pods.values().stream().filter(p -> p.gang.equals(gang)).toList();
    }

    List<Pod> podsOf(Job job, PodFacts.State state) {
        return podsOf(job.id()).stream().filter(p -> p.state == state).toList();
    }

    // --- The operator --------------------------------------------------------------------------------------------

    /** Decides and does what was decided until there is nothing left to do. */
    World settle() {
        for (int i = 0; i < 100; i++) {
            if (decide().isEmpty()) {
                return this;
            }
        }
        throw new AssertionError("no rest after 100 cycles; last: " + log.subList(log.size() - 5, log.size()));
    }

    List<Decision> decide() {
        invariants.beforeCycle();
        List<Decision> decisions = scheduler.decide(now);
        log.addAll(decisions);
        decisions.forEach(this::note);
        invariants.check(decisions);
        supplyChanged = false;
        decisions.forEach(this::carryOut);
        return decisions;
    }

    /** What the operator knows as soon as something is decided. */
    private void note(Decision decision) {
        Workload workload = workloads.get(decision.gang());
        assertThat(workload).as("%s is of a gang that exists", decision).isNotNull();
        if (decision instanceof Decision.Record record) {
            invariants.beforeRecord(workload, record);
            workload.pending = Optional.of(record);
            workload.plannedAt = changesOfRank;
            workload.victims.clear();
            record.plan().stream()
                    .flatMap(plan -> plan.victims().stream())
                    .forEach(id -> workload.victims.put(id, workloads.get(id).incarnation));
            workload.yielded.clear();
            record.plan().stream()
                    .flatMap(plan -> plan.parts().stream())
                    .flatMap(part -> part.pods().stream())
                    .map(pods::get)
                    .filter(pod -> pod.claim.orElseThrow().tier() != Tier.SPOT)
                    .forEach(pod -> workload.yielded.put(
                            pod.uid,
                            new Workload.Yielded(
                                    pod.gang,
                                    workloads.get(pod.gang).incarnation,
                                    pod.podSet,
                                    pod.place().orElseThrow())));
            workload.told =
                    workload.told.filter(t -> view(workload.job).waiting().isPresent());
        } else if (decision instanceof Decision.Release release) {
            Pod pod = pods.get(release.podUid());
            invariants.beforeRelease(workload, release, pod);
            pod.releasing = Optional.of(release.node());
            pod.incarnation = workload.incarnation;
            workload.told = workload.told.filter(t -> !workload.job.isLonePod());
        } else if (decision instanceof Decision.Claim claim) {
            Pod pod = pods.get(claim.podUid());
            invariants.beforeClaim(workload, claim, pod);
            pod.claim = Optional.of(claim.grant());
        } else if (decision instanceof Decision.Explain explain) {
            invariants.beforeExplain(workload, explain);
            workload.told = Optional.of(explain.reason());
        } else if (decision instanceof Decision.RollBack rollBack) {
            workload.rollingBack = true;
            workload.rollBack = Optional.of(rollBack);
            workload.forgetPlacement();
        } else if (decision instanceof Decision.StartOver startOver) {
            invariants.beforeStartOver(workload);
            workload.rollingBack = true;
            workload.evicted = true;
            workload.goesBy = Optional.empty();
            workload.told = Optional.of(startOver.reason());
        } else if (decision instanceof Decision.Evict evict) {
            invariants.beforeEvict(workload, evict);
            workload.rollingBack = true;
            workload.evicted = true;
            workload.goesBy = Optional.of(evict.deadline());
            workload.told = Optional.of(evict.reason());
        } else if (decision instanceof Decision.Shrink shrink) {
            invariants.beforeShrink(workload, shrink);
        } else if (decision instanceof Decision.PlanFailed) {
            workload.forgetPlacement();
            workload.told = Optional.empty();
        } else if (decision instanceof Decision.WaitOver) {
            assertThat(workload.told).as("%s of what was told", decision).isPresent();
            workload.told = Optional.empty();
        } else {
            workload.rollingBack = false;
            if (workload.evicted) {
                workload.evicted = false;
                workload.forgetPlacement();
            }
        }
    }

    private void carryOut(Decision decision) {
        Workload workload = workloads.get(decision.gang());
        if (decision instanceof Decision.Record && !recordsHang) {
            write(workload);
        } else if (decision instanceof Decision.Release release && !releasesHang) {
            patch(pods.get(release.podUid()));
        } else if (decision instanceof Decision.RollBack
                || decision instanceof Decision.StartOver
                || decision instanceof Decision.Evict) {
            podsOf(decision.gang()).forEach(this::delete);
        } else if (decision instanceof Decision.Shrink shrink) {
            shrink.pods().forEach(uid -> shrink(pods.get(uid)));
        } else if (decision instanceof Decision.RolledBack && workload.active) {
            int missing = workload.job.spec().count()
                    - podsOf(workload.job, PodFacts.State.GATED).size();
            arrive(workload.job, missing);
        }
    }

    /** The pod goes, and the Job makes another one when it is gone. */
    private void shrink(Pod pod) {
        if (shrinksThatFail > 0) {
            shrinksThatFail--;
            scheduler.shrinkFailed(pod.gang, pod.uid);
        } else {
            pod.isMadeAnew = true;
            delete(pod);
        }
    }

    /** All writes that hung come through. */
    World writesComeThrough() {
        recordsHang = false;
        releasesHang = false;
        workloads.values().stream().filter(w -> w.pending.isPresent()).forEach(this::write);
        List.copyOf(pods.values()).stream().filter(p -> p.releasing.isPresent()).forEach(this::patch);
        return this;
    }

    private void write(Workload workload) {
        if (recordsThatFail > 0) {
            recordsThatFail--;
            if (workload.pending.flatMap(Decision.Record::plan).isPresent() && workload.durable.isEmpty()) {
                workload.told = Optional.empty();
            }
            workload.pending = Optional.empty();
            scheduler.recordFailed(workload.job.id());
        } else {
            workload.durable = workload.pending;
            workload.pending = Optional.empty();
            scheduler.recorded(workload.job.id());
        }
    }

    private void patch(Pod pod) {
        Optional<String> to = pod.releasing;
        pod.releasing = Optional.empty();
        if (releasesThatFail > 0) {
            releasesThatFail--;
            scheduler.releaseFailed(pod.gang, pod.uid);
            return;
        }
        pod.node = to;
        pod.state = PodFacts.State.RELEASED;
        tell(pod);
        boolean refused = refusing.contains(to.orElseThrow());
        pod.state = refused ? PodFacts.State.REFUSED : PodFacts.State.BOUND;
        pod.words = refused ? "node(s) had volume node affinity conflict" : "";
        tell(pod);
    }

    // --- Restart -------------------------------------------------------------------------------------------------

    /** The operator dies, with what hung undone, and another takes over. */
    World restart() {
        workloads.values().forEach(w -> w.pending = Optional.empty());
        pods.values().forEach(p -> p.releasing = Optional.empty());
        workloads.values().forEach(w -> w.told = Optional.empty());
        scheduler = Restart.of(this);
        supplyChanged = true;
        return this;
    }

    // --- What tests ask ------------------------------------------------------------------------------------------

    GangView view(Job job) {
        return scheduler.gang(job.id()).orElseThrow();
    }

    Reason.Code code(Job job) {
        return view(job).waiting().orElseThrow().code();
    }

    boolean isPlaced(Job job) {
        return scheduler.gang(job.id()).map(GangView::placed).orElse(false);
    }

    List<String> nodesOf(Job job) {
        return podsOf(job, PodFacts.State.BOUND).stream()
                .map(p -> p.node.orElseThrow())
                .toList();
    }

    Map<String, Integer> gpusInUse() {
        return invariants.gpusByNode();
    }

    long decided(Class<? extends Decision> kind, Job job) {
        return log.stream()
                .filter(d -> kind.isInstance(d) && d.gang().equals(job.id()))
                .count();
    }
}
