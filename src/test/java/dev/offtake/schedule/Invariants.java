package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What must hold in a {@link World} after every cycle. */
final class Invariants {
    private final World world;
    private Optional<Map<CommitmentId, Integer>> claimsBefore = Optional.empty();
    private Map<String, AccountView> accountsBefore = Map.of();
    private Map<GangId, Plan> plansBefore = Map.of();
    private int promotions;

    Invariants(World world) {
        this.world = world;
    }

    void beforeCycle() {
        claimsBefore = claims(node -> true);
        accountsBefore = Views.of(world.scheduler.cluster()).accounts();
    }

    private int leftOnDemand(String account) {
        return world.scheduler.cluster().quotas().unused(new Claimant(account, Tier.ON_DEMAND));
    }

    void beforeRecord(Workload workload, Decision.Record record) {
        assertThat(workload.active).as("%s is of a gang that is there", record).isTrue();
        assertThat(workload.pending)
                .as("%s follows a record that is written", record)
                .isEmpty();
        assertThat(workload.rollingBack).as("%s in a roll-back", record).isFalse();
    }

    void beforeRelease(Workload workload, Decision.Release release, Pod pod) {
        assertThat(pod).as("%s is of a pod that exists", release).isNotNull();
        assertThat(pod.state).as("%s is of a gated pod", release).isEqualTo(PodFacts.State.GATED);
        assertThat(pod.releasing)
                .as("%s is of a pod that is not being released", release)
                .isEmpty();
        assertThat(workload.rollingBack).as("%s in a roll-back", release).isFalse();
        assertThat(world.nodes.get(release.node()).taints())
                .as("taints of the node of %s, of which no gang here tolerates any", release)
                .isEmpty();
        pod.claim = Optional.of(release.grant());
        if (!workload.job.isLonePod()) {
            assertThat(workload.pending).as("record of %s is written", release).isEmpty();
            assertThat(workload.durable).as("there is a record of %s", release).isPresent();
            long sitting = world.podsOf(release.gang()).stream()
                    .filter(p ->
                            p.incarnation == workload.incarnation && p.place().equals(Optional.of(release.node())))
                    .count();
            long seats =
                    workload.seats().stream().filter(release.node()::equals).count();
            assertThat(sitting + 1)
                    .as("pods on recorded seats after %s: %s", release, users(release.node()))
                    .isLessThanOrEqualTo(seats);
        }
        Contract contract = world.contracts.get(release.grant().commitment().contract());
        assertThat(contract == null ? workload.job.spec().tenant() : contract.tenant())
                .isEqualTo(workload.job.spec().tenant());
    }

    /** Only what a durable record says, or nothing else is said of a lone pod. */
    void beforeClaim(Workload workload, Decision.Claim claim, Pod pod) {
        assertThat(pod).as("%s is of a pod that exists", claim).isNotNull();
        assertThat(pod.isPlaced()).as("%s is of a pod that was released", claim).isTrue();
        assertThat(pod.claim.orElseThrow().tier()).as("%s is news", claim).isEqualTo(Tier.SPOT);
        assertThat(workload.rollingBack).as("%s in a roll-back", claim).isFalse();
        if (!workload.job.isLonePod()) {
            assertThat(workload.pending).as("record of %s is written", claim).isEmpty();
            Decision.Record record = workload.durable.orElseThrow();
            assertThat(record.grant().commitment()).isEqualTo(claim.grant().commitment());
            assertThat(record.seats())
                    .as("seats behind %s", claim)
                    .anyMatch(run ->
                            run.tier() == claim.grant().tier() && run.nodes().contains(pod.node.orElseThrow()));
        }
        promotions++;
    }

    /** How often a pod got another claim. */
    int promotions() {
        return promotions;
    }

    /** I5: only under a plan that is durable, and only downward. */
    void beforeEvict(Workload workload, Decision.Evict evict) {
        Workload claimant = world.workloads.get(evict.claimant());
        assertThat(claimant).as("claimant of %s", evict).isNotNull();
        assertThat(claimant.active).as("claimant of %s is there", evict).isTrue();
        assertThat(claimant.durable.flatMap(Decision.Record::plan))
                .as(
                        "plan behind %s, log %s",
                        evict,
                        world.log.stream()
                                .filter(d -> d.gang().equals(evict.claimant()))
                                .map(d -> "\n" + d)
                                .toList())
                .hasValueSatisfying(plan -> assertThat(plan.victims()).contains(evict.gang()));
        // Placed anew beside the claimant it may be where a second claimant has made the node too full again: it goes
        // for that one, under the plan of the first.
        assertThat(world.workloads.values())
                .as("%s is of the placement that a plan is about", evict)
                .anyMatch(w -> w.active && w.victims.getOrDefault(evict.gang(), -1) == workload.incarnation);
        assertThat(claimant.durable.orElseThrow().grant().tier()).isNotEqualTo(Tier.SPOT);
        Optional<Decision.Grant> grant = workload.job.isLonePod()
                ? world.podsOf(evict.gang()).stream()
                        .flatMap(p -> p.claim.stream())
                        .findFirst()
                : workload.durable.map(Decision.Record::grant);
        boolean moved = evict.reason().numbers().containsKey(Reason.MOVED);
        if (moved) {
            assertThat(grant.flatMap(g -> commitment(g.commitment())).filter(Commitment::moves))
                    .as("leave to move %s", evict)
                    .isPresent();
        } else if (grant.filter(g -> g.tier() == Tier.SPOT).isEmpty()) {
            Decision.Grant taken = claimant.durable.orElseThrow().grant();
            assertThat(grant.map(Decision.Grant::tier)).as("tier of %s", evict).hasValue(taken.tier());
            assertThat(grant.map(Decision.Grant::commitment))
                    .as("commitment of %s", evict)
                    .hasValue(taken.commitment());
            if (claimant.plannedAt == world.changesOfRank) {
                assertThat(priority(workload, taken))
                        .as("priority of %s", evict)
                        .isLessThan(priority(claimant, taken));
            }
        }
    }

    private int priority(Workload workload, Decision.Grant on) {
        GangSpec gang = workload.job.spec();
        return Optional.ofNullable(world.contracts.get(on.commitment().contract()))
                .flatMap(contract -> contract.subTenant(gang.subTenant()))
                .map(subTenant -> subTenant.capped(gang.priority()))
                .orElse(gang.priority());
    }

    /** I2: only where it lacks seats on nodes that take work. */
    void beforeStartOver(Workload workload) {
        assertThat(Workload.seats(workload.durable))
                .as("nodes of %s", workload.job.id())
                .anyMatch(node -> !takesWork(node));
        assertThat(workload.job.spec().comesBack()).isTrue();
    }

    /**
     * I5, for a gang that goes on: what goes is under a plan that names it, and enough of the gang stays. It is Spot, or on
     * the commitment of the claimant, of lower priority.
     */
    void beforeShrink(Workload workload, Decision.Shrink shrink) {
        Workload claimant = world.workloads.get(shrink.claimant());
        assertThat(claimant).as("claimant of %s", shrink).isNotNull();
        assertThat(claimant.active).as("claimant of %s is there", shrink).isTrue();
        assertThat(claimant.durable.orElseThrow().grant().tier()).isNotEqualTo(Tier.SPOT);
        assertThat(claimant.durable.flatMap(Decision.Record::plan))
                .as("plan behind %s", shrink)
                .hasValueSatisfying(plan -> assertThat(plan.parts())
                        .filteredOn(part -> part.gang().equals(shrink.gang()))
                        .singleElement()
                        .satisfies(part -> assertThat(part.pods()).containsAll(shrink.pods())));
        assertThat(workload.rollingBack).as("%s in a roll-back", shrink).isFalse();
        for (String uid : shrink.pods()) {
            Pod pod = world.pods.get(uid);
            assertThat(pod).as("%s of %s exists", uid, shrink).isNotNull();
            if (isFirm(pod)) {
                assertThatItMayYield(workload, pod.claim.orElseThrow(), claimant, shrink);
            }
        }
        Decision.Record record = workload.durable.orElseThrow();
        boolean firm = record.seats().stream().anyMatch(run -> run.tier() != Tier.SPOT);
        boolean ofItsOwn = shrink.pods().stream().map(world.pods::get).anyMatch(Invariants::isFirm);
        if ((ofItsOwn || !firm) && !workload.shrunk) {
            for (GangSpec.PodSet podSet : workload.job.spec().podSets()) {
                long stay = world.podsOf(shrink.gang()).stream()
                        .filter(p -> p.podSet.equals(podSet.name())
                                && p.place().isPresent()
                                && p.state != PodFacts.State.TERMINATING
                                && (!ofItsOwn || isFirm(p))
                                && !shrink.pods().contains(p.uid))
                        .count();
                assertThat(stay)
                        .as("pods of %s that stay after %s", podSet.name(), shrink)
                        .isGreaterThanOrEqualTo(podSet.minCount());
            }
        }
    }

    private static boolean isFirm(Pod pod) {
        return pod.claim.filter(claim -> claim.tier() != Tier.SPOT).isPresent();
    }

    private void assertThatItMayYield(
            Workload workload, Decision.Grant claim, Workload claimant, Decision.Shrink shrink) {
        Decision.Grant taken = claimant.durable.orElseThrow().grant();
        assertThat(claim.tier()).as("tier of %s", shrink).isEqualTo(taken.tier());
        assertThat(claim.commitment()).as("commitment of %s", shrink).isEqualTo(taken.commitment());
        assertThat(shrink.reason().numbers()).containsKey(Reason.PRIORITY);
        if (claimant.plannedAt == world.changesOfRank) {
            assertThat(priority(workload, taken)).as("priority of %s", shrink).isLessThan(priority(claimant, taken));
        }
    }

    void beforeExplain(Workload workload, Decision.Explain explain) {
        boolean news = workload.told.filter(explain.reason()::equals).isEmpty();
        boolean sameCode = workload.told
                .filter(t -> t.code() == explain.reason().code()
                        && t.code() != Reason.Code.INVALID
                        && t.code() != Reason.Code.RECLAIMING)
                .isPresent();
        assertThat(news && !sameCode)
                .as("%s is news after %s", explain, workload.told)
                .isTrue();
    }

    void check(List<Decision> decisions) {
        world.scheduler.gangs().forEach(this::checkView);
        Map<String, Integer> gpus = gpusByNode();
        for (Decision decision : decisions) {
            if (decision instanceof Decision.Release release) {
                checkNode(decision, release.node(), gpus);
            } else if (decision instanceof Decision.Record record) {
                List<String> changed =
                        new ArrayList<>(world.workloads.get(record.gang()).seats());
                world.workloads
                        .get(record.gang())
                        .durable
                        .ifPresent(before -> before.seats().forEach(run -> changed.removeAll(run.nodes())));
                if (record.plan().isPresent()) {
                    continue;
                }
                // A record that is written again may hold seats whose node is lost since.
                changed.stream().filter(this::takesWork).forEach(node -> checkNode(decision, node, gpus));
            }
        }
        checkClaims(decisions);
        checkPromises(decisions);
    }

    private void checkPromises(List<Decision> decisions) {
        boolean wereAnyPlans = !plansBefore.isEmpty();
        boolean isAnyPlanOver = isAnyPlanOver();
        if (world.supplyChanged) {
            return;
        }
        Views views = Views.of(world.scheduler.cluster());
        if (!wereAnyPlans) {
            checkNewOnDemand(decisions, views.accounts());
        }
        // A cell in which strangers are is a unit for whoever claims it, and for nobody else.
        boolean anyStrangers = views.pools().values().stream().anyMatch(pool -> pool.unmanagedGpus() > 0);
        boolean sameAccounts = views.accounts().keySet().equals(accountsBefore.keySet());
        boolean anyMoved = decisions.stream().anyMatch(this::leavesATaintedNode);
        if (!isAnyPlanOver && !anyStrangers && sameAccounts && !anyMoved) {
            checkEntitled(decisions, views.accounts());
        }
    }

    /** Until its record is durable such a gang has both what it leaves, which others may use, and what it gets. */
    private boolean leavesATaintedNode(Decision decision) {
        return decision instanceof Decision.Record record
                && world.workloads.get(record.gang()).durable.stream()
                        .flatMap(before -> before.seats().stream())
                        .flatMap(run -> run.nodes().stream())
                        .map(world.nodes::get)
                        .anyMatch(node -> node != null && !node.taints().isEmpty());
    }

    /**
     * I4: no place on demand leaves anybody entitled to less, nor is it beyond what is agreed. Holds where no plan may
     * have ended: those who were to leave have what they had again then.
     */
    private void checkNewOnDemand(List<Decision> decisions, Map<String, AccountView> accounts) {
        for (String account : accounts.keySet()) {
            if (decisions.stream().anyMatch(decision -> isNewOnDemand(decision, account))) {
                assertThat(accounts)
                        .as("accounts after %s, that were %s", decisions, accountsBefore)
                        .allSatisfy(
                                (name, now) -> assertThat(now.entitled()).isGreaterThanOrEqualTo(entitledBefore(name)));
                assertThat(leftOnDemand(account))
                        .as("GPUs on demand that %s has left after %s", account, decisions)
                        .isGreaterThanOrEqualTo(0);
            }
        }
    }

    private int entitledBefore(String account) {
        return Optional.ofNullable(accountsBefore.get(account))
                .map(AccountView::entitled)
                .orElse(0);
    }

    /**
     * I4: no decision leaves anybody entitled to less, unless those who went for it leave more to somebody whose contract
     * goes before his.
     */
    private void checkEntitled(List<Decision> decisions, Map<String, AccountView> accounts) {
        boolean anyHasMore = false;
        // All contracts were admitted at the same instant.
        for (String name : new TreeSet<>(accountsBefore.keySet())) {
            int before = entitledBefore(name);
            AccountView now = Objects.requireNonNull(accounts.get(name));
            anyHasMore |= now.entitled() > before;
            assertThat(anyHasMore || now.entitled() == before)
                    .as("%s as entitled as before, when it was %d, after %s", now, before, decisions)
                    .isTrue();
        }
    }

    /** Whether any plan that was there after the decisions before is not any more; an equal one may be another. */
    private boolean isAnyPlanOver() {
        Map<GangId, Plan> plans = new HashMap<>();
        for (GangView view : world.scheduler.gangs()) {
            view.plan().ifPresent(plan -> plans.put(view.spec().id(), plan));
        }
        boolean any =
                plansBefore.entrySet().stream().anyMatch(before -> plans.get(before.getKey()) != before.getValue());
        plansBefore = plans;
        return any;
    }

    /** Whether a gang that had nothing has a place now; seats that are lost may be counted again when they are replaced. */
    private boolean isNewOnDemand(Decision decision, String account) {
        return decision instanceof Decision.Record record
                && record.grant().tier() == Tier.ON_DEMAND
                && record.grant().commitment().toString().equals(account)
                && Objects.requireNonNull(world.workloads.get(record.gang()))
                        .durable
                        .isEmpty();
    }

    /** I1: nothing is placed onto a node that has no room for it. */
    private void checkNode(Decision decision, String node, Map<String, Integer> gpus) {
        NodeFacts facts = world.nodes.get(node);
        assertThat(facts).as("%s exists", node).isNotNull();
        assertThat(gpus.getOrDefault(node, 0))
                .as("GPUs in use on %s by %s after %s", node, users(node), decision)
                .isLessThanOrEqualTo((int) facts.allocatable(Site.GPU));
    }

    private List<String> users(String node) {
        List<String> users = new ArrayList<>();
        world.strangers.forEach((uid, s) -> {
            if (s.getKey().equals(node)) {
                users.add(uid);
            }
        });
        for (Workload workload : world.workloads.values()) {
            long seats = workload.seats().stream().filter(node::equals).count();
            List<String> pods = world.podsOf(workload.job.id()).stream()
                    .filter(p -> p.place().equals(Optional.of(node)))
                    .map(p -> p.uid + " " + p.state + " " + p.incarnation)
                    .toList();
            if (seats > 0 || !pods.isEmpty()) {
                users.add(workload.job.id() + " x"
                        + workload.job.spec().podSets().stream()
                                .map(podSet -> podSet.shape().gpus())
                                .toList()
                        + " seats " + seats + " pods " + pods
                        + (workload.active ? "" : " over") + (workload.rollingBack ? " rolling back" : ""));
            }
        }
        return users;
    }

    /** GPUs of pods and of seats that are held for pods, by node. */
    Map<String, Integer> gpusByNode() {
        Map<String, Integer> gpus = new HashMap<>();
        // Whoever waits for others to leave his seats shares them until then.
        world.strangers
                .values()
                .forEach(s -> gpus.merge(s.getKey(), s.getValue().gpus(), Integer::sum));
        for (Workload workload : world.workloads.values()) {
            if (workload.pending
                    .or(() -> workload.durable)
                    .flatMap(Decision.Record::plan)
                    .isPresent()) {
                continue;
            }
            workload.job.spec().podSets().forEach(podSet -> addGpus(workload, podSet, gpus));
        }
        return gpus;
    }

    private void addGpus(Workload workload, GangSpec.PodSet podSet, Map<String, Integer> gpus) {
        int each = podSet.shape().gpus();
        Map<String, Integer> seats = new HashMap<>();
        Map<String, Integer> durable = new HashMap<>();
        if (!workload.evicted) {
            count(workload.pending.or(() -> workload.durable), podSet, seats);
            // A crash now would bring the seats of the durable record back.
            count(workload.durable, podSet, durable);
        }
        durable.forEach((node, count) -> seats.merge(node, count, Math::max));
        Map<String, Integer> sitting = new HashMap<>();
        world.podsOf(workload.job.id()).stream()
                .filter(p -> p.podSet.equals(podSet.name()))
                .flatMap(p -> p.place().stream())
                .forEach(node -> sitting.merge(node, 1, Integer::sum));
        Set<String> nodes = new HashSet<>(seats.keySet());
        nodes.addAll(sitting.keySet());
        for (String node : nodes) {
            int pods = Math.max(seats.getOrDefault(node, 0), sitting.getOrDefault(node, 0));
            gpus.merge(node, pods * each, Integer::sum);
        }
    }

    private static void count(Optional<Decision.Record> written, GangSpec.PodSet podSet, Map<String, Integer> seats) {
        Workload.seated(written, run -> run.podSet().equals(podSet.name()))
                .forEach(seat -> seats.merge(seat.node(), 1, Integer::sum));
    }

    /** I2, and that the scheduler has in memory what it decided. */
    private void checkView(GangView view) {
        Workload workload = world.workloads.get(view.spec().id());
        if (!workload.active || workload.rollingBack) {
            return;
        }
        if (!workload.shrunk) {
            GangSpec spec = workload.job.spec();
            assertThat(view.seats()).as("seats of %s", view).isLessThanOrEqualTo(spec.count());
            if (view.placed() && !view.rollingBack()) {
                int least = spec.podSets().stream()
                        .mapToInt(GangSpec.PodSet::minCount)
                        .sum();
                assertThat(view.seats()).as("seats of %s", view).isGreaterThanOrEqualTo(least);
                if (!workload.job.isLonePod()) {
                    spec.podSets().forEach(podSet -> checkSeats(workload, podSet));
                }
            }
        }
        if (!workload.job.isLonePod() && !workload.shrunk && !view.rollingBack()) {
            assertThat(view.seats())
                    .as("recorded seats of %s", view)
                    .isEqualTo(workload.seats().size());
        }
        long placed = world.podsOf(view.spec().id()).stream()
                .filter(p -> p.place().isPresent())
                .count();
        assertThat((long) view.seatsTaken()).as("seats taken of %s", view).isLessThanOrEqualTo(placed);
        if (!view.placed()) {
            assertThat(view.commitment()).isEmpty();
        }
        boolean settled = view.placed() && !view.rollingBack() && workload.pending.isEmpty();
        if (settled && view.plan().isPresent()) {
            assertThat(view.waiting()).as("a reason for %s", view).isPresent();
        } else if (settled && !workload.job.isLonePod()) {
            checkWaiting(view);
        }
    }

    private static void checkSeats(Workload workload, GangSpec.PodSet podSet) {
        int seats = Workload.seated(
                        workload.pending.or(() -> workload.durable),
                        run -> run.podSet().equals(podSet.name()))
                .size();
        assertThat(seats)
                .as("seats of %s of %s", podSet.name(), workload.job.id())
                .isBetween(podSet.minCount(), podSet.count());
    }

    /** Rule 8, for the pods of a gang that has a place. */
    private void checkWaiting(GangView view) {
        boolean anyWaits = world.podsOf(view.spec().id()).stream()
                .anyMatch(p ->
                        p.state == PodFacts.State.HELD || (p.state == PodFacts.State.GATED && p.releasing.isEmpty()));
        assertThat(view.waiting().isPresent())
                .as(
                        "a reason for %s of %s",
                        world.podsOf(view.spec().id()).stream().map(Pod::facts).toList(), view)
                .isEqualTo(anyWaits);
    }

    /** I3: no placement takes Reserved use of a commitment above what is committed. */
    private void checkClaims(List<Decision> decisions) {
        Optional<Map<CommitmentId, Integer>> claims = claims(this::takesWork);
        if (claims.isEmpty() || claimsBefore.isEmpty()) {
            return;
        }
        for (Decision decision : decisions) {
            if (isSaidAgain(decision, decisions)) {
                continue;
            }
            Decision.Grant grant = decision instanceof Decision.Record record
                    ? record.grant()
                    : decision instanceof Decision.Release release
                                    && release.gang().isLonePod()
                            ? release.grant()
                            : decision instanceof Decision.Claim claim
                                            && claim.gang().isLonePod()
                                    ? claim.grant()
                                    : null;
            if (grant != null && grant.tier() == Tier.RESERVED) {
                CommitmentId id = grant.commitment();
                Contract contract = world.contracts.get(id.contract());
                if (commitment(id).isEmpty()) {
                    assertThat(world.workloads.get(decision.gang()).durable)
                            .as("a place that %s had before its commitment was gone", decision)
                            .isPresent();
                } else {
                    int committed = contract.committed(commitment(id).orElseThrow(), world.now);
                    int before = claimsBefore.get().getOrDefault(id, 0);
                    assertThat(claims.get().getOrDefault(id, 0))
                            .as(
                                    "cells of %s claimed after %s: %s on %s",
                                    id,
                                    decision,
                                    contract,
                                    world.nodes.keySet().stream()
                                            .map(this::users)
                                            .toList())
                            .isLessThanOrEqualTo(Math.max(committed, before));
                }
            }
        }
    }

    /** Whether it is a record that could not be written when that was decided. */
    private boolean isSaidAgain(Decision decision, List<Decision> decisions) {
        return decision instanceof Decision.Record
                && world.log.subList(0, world.log.size() - decisions.size()).stream()
                        .filter(before -> before.gang().equals(decision.gang()))
                        .reduce((earlier, later) -> later)
                        .filter(decision::equals)
                        .isPresent();
    }

    private Optional<Commitment> commitment(CommitmentId id) {
        return Optional.ofNullable(world.contracts.get(id.contract())).stream()
                .flatMap(c -> c.commitments().stream())
                .filter(c -> c.name().equals(id.commitment()))
                .findFirst();
    }

    /** Whether another gang of its commitment waits for it to go, and has what it has. */
    private boolean isTakenOver(GangId id) {
        Workload of = world.workloads.get(id);
        // One that is over meanwhile goes on leaving what it had before.
        int incarnation = of.active ? of.incarnation : of.incarnation - 1;
        return world.workloads.values().stream()
                .filter(claimant -> claimant.active && !claimant.rollingBack)
                .filter(claimant -> claimant.pending
                        .or(() -> claimant.durable)
                        .flatMap(Decision.Record::plan)
                        .filter(plan -> plan.victims().contains(id))
                        .isPresent())
                .anyMatch(claimant -> claimant.victims.getOrDefault(id, -1) == incarnation);
    }

    /** Its seats that are not lent to it, but for those that another gang of its commitment waits for. */
    private List<Workload.Seated> withoutYielded(Workload workload) {
        List<Workload.Seated> seats = new ArrayList<>(workload.firmSeats());
        world.workloads.values().stream()
                .filter(claimant -> claimant.active && !claimant.rollingBack)
                .filter(claimant -> claimant.pending
                        .or(() -> claimant.durable)
                        .flatMap(Decision.Record::plan)
                        .isPresent())
                .flatMap(claimant -> claimant.yielded.values().stream())
                .filter(seat -> seat.gang().equals(workload.job.id()) && seat.incarnation() == workload.incarnation)
                .forEach(seat -> seats.remove(new Workload.Seated(seat.podSet(), seat.node())));
        return seats;
    }

    /** Cells of each commitment's unit on whose nodes something of it sits; empty if that cannot be told. */
    private Optional<Map<CommitmentId, Integer>> claims(Predicate<String> counts) {
        Map<CommitmentId, Map<String, Integer>> gpusByCell = new HashMap<>();
        for (GangView view : world.scheduler.gangs()) {
            Workload workload = world.workloads.get(view.spec().id());
            Optional<CommitmentId> id = view.commitment();
            if (id.isPresent()
                    && !isTakenOver(view.spec().id())
                    && view.tier().equals(Optional.of(Tier.RESERVED))
                    && commitment(id.get()).isPresent()) {
                String unit = commitment(id.get()).orElseThrow().unit();
                boolean byRecord = workload.active && !workload.rollingBack && !workload.job.isLonePod();
                List<Pod> pods = world.podsOf(view.spec().id()).stream()
                        .filter(p -> p.place().isPresent())
                        .toList();
                if ((byRecord ? workload.seats().size() : pods.size()) != view.seats()) {
                    // Some of its pods are from an earlier placement, and nobody's.
                    return Optional.empty();
                }
                List<Workload.Seated> seats = byRecord
                        ? withoutYielded(workload)
                        : pods.stream()
                                .filter(p -> p.claim.map(Decision.Grant::tier).equals(Optional.of(Tier.RESERVED)))
                                .map(p ->
                                        new Workload.Seated(p.podSet, p.place().orElseThrow()))
                                .toList();
                for (Workload.Seated seat : seats) {
                    if (counts.test(seat.node())) {
                        gpusByCell
                                .computeIfAbsent(id.get(), i -> new HashMap<>())
                                .merge(
                                        cell(seat.node(), unit),
                                        view.spec()
                                                .podSet(seat.podSet())
                                                .orElseThrow()
                                                .shape()
                                                .gpus(),
                                        Integer::sum);
                    }
                }
            }
        }
        Map<CommitmentId, Integer> claims = new HashMap<>();
        gpusByCell.forEach((id, cells) -> {
            int size = commitment(id).orElseThrow().unit().equals("gpu") ? 1 : 1 << 20;
            claims.put(
                    id,
                    cells.values().stream()
                            .mapToInt(gpus -> size == 1 ? gpus : 1)
                            .sum());
        });
        return Optional.of(claims);
    }

    private boolean takesWork(String node) {
        NodeFacts facts = world.nodes.get(node);
        return facts != null
                && facts.ready()
                && !facts.unschedulable()
                && facts.taints().isEmpty()
                && world.pools.values().stream().anyMatch(pool -> isOf(pool, facts));
    }

    private static boolean isOf(Pool pool, NodeFacts node) {
        return pool.product().stream()
                .anyMatch(product -> product.values().contains(node.labels().get(product.key())));
    }

    private String cell(String node, String unit) {
        NodeFacts facts = world.nodes.get(node);
        return unit.equals("rack") && facts != null ? facts.labels().getOrDefault("rack", node) : node;
    }
}
