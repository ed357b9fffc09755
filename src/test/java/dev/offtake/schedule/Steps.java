package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.SubTenant;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Takes random steps in a {@link World} of two racks and three tenants. */
final class Steps {
    private static final List<String> TENANTS = List.of("acme", "globex", "initech");
    private static final List<String> UNITS = List.of("gpu", "half", "node", "rack");

    /** The same histories in each build, so that one is red for what was changed in it; another seed looks for others. */
    static final String SEED = "2026";

    private final World world = World.h100(2);
    /** What the contracts allow. */
    enum Terms {
        USUAL,
        /** Higher priorities evict lower ones. */
        PREEMPTING,
        /** Work may be moved; then most gangs take whole nodes, and many a rack. */
        MOVABLE,
        /** Both. */
        PREEMPTING_AND_MOVABLE,
        /** All gangs have the same priority. */
        EQUALS,
        /** Higher priorities evict lower ones, which are capped, and sub-tenants share the contracts. */
        SHARED,
        /** Higher priorities evict lower ones, and nearly all gangs are elastic and can spare single pods. */
        ELASTIC,
        /** Each contract has two commitments, in different units, and higher priorities evict lower ones. */
        TWOFOLD,
        /** Most work is on demand and declares its end, some waits for long, and higher priorities evict lower ones. */
        ON_DEMAND,
        /**
         * Most gangs have a leader that is pinned or large, workers in slices or of odd shapes; there are two pools of the
         * class, and nodes go from one to the other, or from rack to rack.
         */
        VARIED;

        boolean preempting() {
            return switch (this) {
                case PREEMPTING, PREEMPTING_AND_MOVABLE, SHARED, ELASTIC, TWOFOLD, ON_DEMAND, VARIED -> true;
                case USUAL, MOVABLE, EQUALS -> false;
            };
        }

        boolean movable() {
            return this == MOVABLE || this == PREEMPTING_AND_MOVABLE;
        }
    }

    private final Terms terms;
    private boolean spares;
    private int made;
    private final Variety variety = new Variety(world);

    Steps() {
        this(Terms.USUAL);
    }

    Steps(Terms terms) {
        this.terms = terms;
        boolean movable = terms.movable();
        if (terms == Terms.VARIED) {
            variety.begin();
        }
        if (terms == Terms.ON_DEMAND) {
            reservingSoon();
            world.contract(contract("initech", 1, "node", 16));
        }
        world.contract(movable ? contract("acme", 6, "node", 8) : contract("acme", 20, "gpu", 8));
        world.contract(movable ? contract("globex", 2, "node", 0) : contract("globex", 1, "rack", 0));
    }

    /** One node of each rack is a spare, and some gangs accept few nodes. */
    Steps withSpares() {
        spares = true;
        world.pool(Site.pool(Site.H100, 1));
        if (terms == Terms.VARIED) {
            variety.spares(1);
        }
        return this;
    }

    /** Nobody is passed for longer than a minute. */
    Steps reservingSoon() {
        world.reserveAfter(Duration.ofMinutes(1));
        return this;
    }

    /** Takes the steps, lets all come to rest, and has everybody leave. */
    void playToTheEnd(List<Step> steps) {
        steps.forEach(this::take);
        quiet();
        assertThatNobodyWhoWaitsWouldBePlacedAfterARestart();
        withdrawAll();
        assertThatTheFleetIsEmpty();
    }

    World world() {
        return world;
    }

    private Contract contract(String tenant, int quantity, String unit, int onDemand) {
        int beside = terms == Terms.ON_DEMAND ? 24 + onDemand : onDemand;
        Commitment base = Site.commitment("base", Site.H100, quantity, unit, beside);
        Commitment preempting = terms.preempting() ? Site.preempting(base) : base;
        if (terms == Terms.VARIED && quantity % 3 == 0) {
            return Site.contract(
                    tenant, tenant, preempting, Site.movable(Site.commitment("other", Site.H100, 2, "node", 0)));
        }
        if (terms == Terms.TWOFOLD) {
            String other = unit.equals("gpu") ? "node" : "gpu";
            int more = 1 + quantity % (other.equals("gpu") ? 12 : 3);
            return Site.contract(
                    tenant,
                    tenant,
                    preempting,
                    Site.preempting(Site.commitment("more", Site.H100, more, other, onDemand)));
        }
        Contract contract = Site.contract(tenant, tenant, terms.movable() ? Site.movable(preempting) : preempting);
        return terms == Terms.SHARED && quantity % 4 != 3
                ? Site.shared(contract, Site.subTenant("research", 1 + quantity % 3), Site.capped("batch", 1, 1))
                : contract;
    }

    void take(Step step) {
        switch (step.what()) {
            case START -> {
                Job job = make(step);
                world.submit(job).arrive(job, job.spec().count());
            }
            case SUBMIT -> world.submit(make(step));
            case LONE_POD -> {
                Job job = Job.lonePod(tenant(step), "uid-" + made++, 1 + step.how() % 8)
                        .createdAt(world.now);
                world.submit(job).arrive(job, 1);
            }
            case PODS_ARRIVE ->
                workload(step, w -> !w.job.isLonePod()).ifPresent(w -> world.arrive(w.job, 1 + step.how() % 3));
            case HELD_POD_ARRIVES ->
                workload(step, w -> !w.job.isLonePod())
                        .ifPresent(w -> world.arrive(w.job, -1, PodFacts.State.HELD, "example.com/quota"));
            case POD_FINISHES -> pod(step, p -> p.state == PodFacts.State.BOUND).ifPresent(world::finish);
            case POD_IS_DELETED -> pod(step, p -> true).ifPresent(world::delete);
            case WITHDRAW -> workload(step, w -> w.active && !w.job.isLonePod()).ifPresent(w -> world.withdraw(w.job));
            case RESUME ->
                workload(step, w -> !w.active && !w.job.isLonePod())
                        .ifPresent(w ->
                                world.submit(w.job).arrive(w.job, w.job.spec().count()));
            case RELABEL ->
                workload(step, w -> w.active && !w.job.isLonePod())
                        .ifPresent(w -> world.submit(w.job.subTenant(subTenant(step.how()))));
            case RESIZE ->
                workload(step, w -> w.active && !w.job.isLonePod())
                        .ifPresent(w -> world.submit(w.job.pods(w.job.podSet().step()
                                * (1 + step.how() % (8 / w.job.podSet().step())))));
            case CONTRACT_CHANGES ->
                world.contract(contract(
                        tenant(step), 1 + step.how() % 24, UNITS.get(step.which() % UNITS.size()), step.how() % 3 * 8));
            case CONTRACT_IS_REMOVED -> world.removeContract(tenant(step));
            case STRANGER -> {
                String uid = "stranger-" + step.how() % 3;
                if (world.strangers.containsKey(uid)) {
                    world.strangerGone(uid);
                } else {
                    node(step, n -> free(n) > 0).ifPresent(n -> world.stranger(uid, n.name(), Job.shape(1)));
                }
            }
            case TIME_PASSES -> world.now = world.now.plus(Duration.ofSeconds(1 + step.how() % 20));
            case MINUTES_PASS -> {
                for (int i = 0; i < 6; i++) {
                    world.later(Duration.ofSeconds(20));
                }
            }
            case RESTART -> world.restart();
            default -> disturb(step);
        }
        if (step.decide()) {
            world.settle();
        }
    }

    private void disturb(Step step) {
        switch (step.what()) {
            case NODE_FAILS ->
                node(step, NodeFacts::ready)
                        .ifPresent(
                                n -> world.node(step.how() % 2 == 0 ? Site.ready(n, false) : Site.cordoned(n, true)));
            case PLANNED_NODE_FAILS ->
                node(step, n -> n.ready() && isPlanned(n.name())).ifPresent(n -> world.node(Site.cordoned(n, true)));
            case NODE_RECOVERS ->
                node(step, n -> !n.ready() || n.unschedulable())
                        .ifPresentOrElse(
                                n -> world.node(Site.ready(Site.cordoned(n, false), true)),
                                () -> world.rack("r" + (1 + step.how() % 2)));
            case NODE_IS_REMOVED -> node(step, n -> world.nodes.size() > 1).ifPresent(n -> world.removeNode(n.name()));
            case NODE_CHANGES -> node(step, n -> true).ifPresent(n -> variety.change(n, step.how()));
            case POOL_CHANGES -> variety.changePools(step.how());
            case RECORDS_FAIL -> world.recordsThatFail = 1 + step.how() % 2;
            case RELEASES_FAIL -> world.releasesThatFail = 1 + step.how() % 2;
            case SHRINKS_FAIL -> world.shrinksThatFail = 1 + step.how() % 2;
            case WRITES_HANG -> {
                world.recordsHang = step.how() % 2 == 0;
                world.releasesHang = step.how() % 3 == 0;
            }
            case WRITES_COME_THROUGH -> world.writesComeThrough();
            case TERMINATION_HANGS -> world.terminationHangs = true;
            case TERMINATED -> world.terminated();
            case NODE_REFUSES -> node(step, n -> true).ifPresent(n -> world.refusing.add(n.name()));
            default -> throw new AssertionError(step);
        }
    }

    private Job make(Step step) {
        boolean wholeNodes = terms.movable() && step.how() % 5 != 0;
        int gpus = wholeNodes ? 8 : 1 + step.how() / 6 % 8;
        Job job = Job.job(tenant(step), "job-" + made++, 1 + step.how() % (wholeNodes ? 4 : 6), gpus)
                .createdAt(world.now)
                .priority(terms == Terms.EQUALS ? 0 : step.how() % 3);
        int count = job.podSet().count();
        if (terms == Terms.ELASTIC && step.which() % 10 != 9) {
            job = job.elasticFrom(1 + step.how() / 7 % count).sparesPods();
            job = step.which() % 5 == 0 ? job.required("rack") : job;
            job = step.which() % 7 == 0 ? job.tiers(Tier.ON_DEMAND) : job;
            return step.which() % 3 == 0 ? job.tiers(Tier.RESERVED, Tier.SPOT) : job;
        }
        job = step.which() % 4 == 0 ? job.elasticFrom(1 + step.how() % count) : job;
        job = step.which() % 4 == 0 && count > 1 && step.how() % 4 != 3 ? job.sparesPods() : job;
        job = step.which() % 8 == 4 ? job.tiers(Tier.SPOT) : job;
        job = step.which() % 5 == 0 || (terms.movable() && step.which() % 2 == 0) ? job.required("rack") : job;
        job = step.how() % 3 == 1 ? job.preferred("rack") : job;
        job = step.which() % 7 == 0 ? job.tiers(Tier.RESERVED, Tier.ON_DEMAND) : job;
        job = step.how() % 5 == 1 ? job.duration(Duration.ofMinutes(1 + step.which() % 90)) : job;
        job = step.which() % 3 == 0 ? job.tiers(Tier.RESERVED, Tier.SPOT) : job;
        job = step.which() % 8 == 1 ? job.tiers(Tier.SPOT) : job;
        job = step.which() % 11 == 0 ? job.tiers(Tier.ON_DEMAND) : job;
        job = terms == Terms.ON_DEMAND ? onDemand(job, step) : job;
        job = spares && step.which() % 3 == 1 ? job.filter(fewNodes(step)) : job;
        job = terms == Terms.VARIED ? variety.of(job, step) : job;
        return terms == Terms.SHARED ? job.subTenant(subTenant(step.which() / 3)) : job;
    }

    /** Most of it on demand, and such as ends while others wait. */
    private static Job onDemand(Job job, Step step) {
        Job tiered = step.which() % 5 < 3 ? job.tiers(Tier.ON_DEMAND) : job;
        return step.how() % 7 < 4 ? tiered.duration(Duration.ofSeconds(20 + step.which() % 150)) : tiered;
    }

    private static NodeFilter fewNodes(Step step) {
        List<String> nodes = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            if ((step.how() + step.which() >> n) % 2 != 0) {
                nodes.add("r" + (1 + n % 2) + "n" + (1 + n / 2));
            }
        }
        return new NodeFilter(
                List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, nodes)),
                List.of(),
                List.of());
    }

    private static String subTenant(int number) {
        return List.of("research", "batch", "batch", "").get(number % 4);
    }

    private static String tenant(Step step) {
        return TENANTS.get(step.which() % TENANTS.size());
    }

    private long free(NodeFacts node) {
        return node.allocatable(Site.GPU) - world.gpusInUse().getOrDefault(node.name(), 0);
    }

    /** Whether somebody waits for others to leave it. */
    private boolean isPlanned(String node) {
        return world.workloads.values().stream()
                .flatMap(w -> w.pending.or(() -> w.durable).stream())
                .filter(record -> record.plan().isPresent())
                .flatMap(record -> record.seats().stream())
                .anyMatch(run -> run.nodes().contains(node));
    }

    private Optional<Workload> workload(Step step, Predicate<Workload> filter) {
        return pick(world.workloads.values(), step, filter);
    }

    private Optional<Pod> pod(Step step, Predicate<Pod> filter) {
        return pick(world.pods.values(), step, filter);
    }

    private Optional<NodeFacts> node(Step step, Predicate<NodeFacts> filter) {
        return pick(world.nodes.values(), step, filter);
    }

    private static <T> Optional<T> pick(Collection<T> all, Step step, Predicate<T> filter) {
        List<T> some = all.stream().filter(filter).toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(step.which() % some.size()));
    }

    /** Nothing hangs, fails or refuses any more, and time has passed. */
    void quiet() {
        world.recordsThatFail = 0;
        world.releasesThatFail = 0;
        world.shrinksThatFail = 0;
        world.refusing.clear();
        world.writesComeThrough().terminated().settle();
        new ArrayList<>(world.pods.values())
                .stream().filter(p -> p.state == PodFacts.State.REFUSED).forEach(p -> {
                    p.state = PodFacts.State.BOUND;
                    p.words = "";
                    world.tell(p);
                });
        world.later(Duration.ofMinutes(1));
        for (int i = 0; terms.movable() && i < 3; i++) {
            // No place is held any more for whom nobody knows after a restart that it was moved.
            world.later(Duration.ofMinutes(8));
        }
    }

    /** Gangs that avoid nodes aside: what they avoid is not remembered. */
    void assertThatNobodyWhoWaitsWouldBePlacedAfterARestart() {
        List<Decision> more = Restart.of(world).decide(world.now);
        boolean someAvoid = world.log.stream().anyMatch(d -> d instanceof Decision.RollBack);
        // Which cells are kept is chosen anew then, and who had to leave those before may find them free.
        boolean someAreKept = world.scheduler.gangs().stream()
                .flatMap(gang -> gang.waiting().stream())
                .anyMatch(reason -> reason.numbers().containsKey("keptNodes"));
        if (!someAvoid && !someAreKept) {
            // Nor is there a wait that would tell of cells that are kept from a borrower.
            boolean anyBorrows = terms == Terms.VARIED
                    && world.scheduler.gangs().stream()
                            .anyMatch(gang -> gang.tier().equals(Optional.of(Tier.SPOT)));
            assertThat(more)
                    .as(() -> "gangs before the restart: " + world.scheduler.gangs())
                    .allMatch(d -> d instanceof Decision.Explain || (anyBorrows && isPlaced(d)));
        }
    }

    private boolean isPlaced(Decision decision) {
        return world.scheduler.gang(decision.gang()).filter(GangView::placed).isPresent();
    }

    void assertThatARestartChangesNoSeat() {
        world.settle();
        Scheduler other = Restart.of(world);
        for (Workload workload : world.workloads.values()) {
            boolean settled = workload.active && !workload.rollingBack && workload.pending.isEmpty();
            if (settled && workload.durable.isPresent()) {
                GangView view = other.gang(workload.job.id()).orElseThrow();
                GangView before = world.view(workload.job);
                assertThat(view.seats()).isEqualTo(before.seats());
                assertThat(view.commitment()).isEqualTo(before.commitment());
                assertThat(view.tier()).isEqualTo(before.tier());
                long placed = world.podsOf(workload.job.id()).stream()
                        .filter(Pod::isPlaced)
                        .count();
                assertThat((long) view.seatsTaken()).isLessThanOrEqualTo(placed);
                if (world.podsOf(workload.job.id()).stream().noneMatch(p -> p.releasing.isPresent())) {
                    assertThat(view.seatsTaken()).isEqualTo(before.seatsTaken());
                }
            }
        }
    }

    void assertThatItRuns(GangId gang) {
        GangView view = world.scheduler.gang(gang).orElseThrow();
        assertThat(view.placed()).as("%s is placed", view).isTrue();
        assertThat(view.plan()).as("plan of %s", view).isEmpty();
        assertThat(view.tier()).as("tier of %s", view).hasValue(Tier.RESERVED);
    }

    void withdrawAll() {
        for (Workload workload : List.copyOf(world.workloads.values())) {
            if (!workload.job.isLonePod()) {
                world.withdraw(workload.job);
            }
        }
        List.copyOf(world.pods.values()).forEach(world::gone);
        List.copyOf(world.strangers.keySet()).forEach(world::strangerGone);
        world.settle();
    }

    /** All of it can be given to one tenant. */
    void assertThatTheFleetIsEmpty() {
        assertThat(world.scheduler.gangs()).isEmpty();
        for (String tenant : TENANTS) {
            world.removeContract(tenant);
            for (SubTenant subTenant :
                    List.of(Site.subTenant("research", 1), Site.subTenant("batch", 1), SubTenant.OTHERS)) {
                assertThat(world.scheduler.shares().gpus(tenant, subTenant, false)
                                + world.scheduler.shares().gpus(tenant, subTenant, true))
                        .as("GPUs of %s of %s", subTenant, tenant)
                        .isZero();
            }
        }
        if (terms == Terms.VARIED) {
            variety.end();
        }
        world.rack("r1").rack("r2").contract(Site.contract("last", 64, "gpu"));
        int sellable = spares ? 6 : 8;
        Job all = Job.job("last", "all", sellable, 8);
        world.start(all);
        assertThat(world.nodesOf(all)).hasSize(sellable);
    }
}
