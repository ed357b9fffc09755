package dev.offtake.bench.gang;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.SpotOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler of the operator, told of each job as of a Job in Kubernetes: a contract in GPUs for each tenant; jobs
 * that are guaranteed accept Reserved, then Spot, the others Spot.
 */
final class Production implements Scheduler {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Interval ALWAYS = new Interval(START, START.plus(Duration.ofDays(3650)));
    private static final String GPU = "nvidia.com/gpu";
    private static final String CLASS = "h100";
    private static final String PODS = "workers";

    private final Instance instance;
    private final Decider decider = new Decider(Journal.NONE);
    private final Map<Integer, Shape> shapes = new HashMap<>();
    private final int[] generation;
    private boolean inPass;

    Production(Instance instance) {
        this.instance = instance;
        hours("bench.reserveAfter").ifPresent(duration -> decider.apply(new Event.ReserveAfter(duration)));
        hours("bench.spotPatience").ifPresent(duration -> decider.apply(new Event.BePatient(duration)));
        SpotOrder.of(System.getProperty("bench.spotOrder", ""))
                .ifPresent(order -> decider.apply(new Event.LendInOrder(order)));
        generation = new int[instance.jobs().size()];
        decider.apply(new Event.PutPool(new Pool(
                "pool",
                CLASS,
                List.of(),
                List.of(new ProductKey("class", List.of(CLASS))),
                GPU,
                Instance.GPUS_PER_NODE,
                List.of(
                        Level.keyed("block", List.of("block"), Instance.NODES_PER_BLOCK, 0),
                        Level.keyed("rack", List.of("rack"), Instance.NODES_PER_RACK, 0),
                        Level.keyed("nvlink", List.of("nvlink"), Instance.NODES_PER_DOMAIN, 0)),
                List.of(),
                List.of())));
        for (int n = 0; n < instance.topology().nodes(); n++) {
            decider.apply(new Event.PutNode(node(n)));
        }
        for (Instance.Tenant tenant : instance.tenants()) {
            Commitment commitment = new Commitment(
                    "base",
                    CLASS,
                    Level.GPU,
                    List.of(new Tranche("all", tenant.guaranteed(), ALWAYS)),
                    0,
                    new Lending(true, Duration.ZERO, Duration.ZERO));
            decider.apply(new Event.PutContract(
                    new Contract(tenant.name(), tenant.name(), ALWAYS, START, List.of(commitment))));
        }
    }

    private static Optional<Duration> hours(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .map(Long::parseLong)
                .map(Duration::ofHours);
    }

    private static NodeFacts node(int n) {
        String name = "node-" + n;
        return new NodeFacts(
                name,
                "uid-" + name,
                Map.of(
                        "class", CLASS,
                        "block", "block-" + n / Instance.NODES_PER_BLOCK,
                        "rack", "rack-" + n / Instance.NODES_PER_RACK,
                        "nvlink", "nvlink-" + n / Instance.NODES_PER_DOMAIN,
                        "kubernetes.io/hostname", name),
                List.of(),
                true,
                false,
                Map.of(),
                Map.of(GPU, (long) Instance.GPUS_PER_NODE, "cpu", 64_000L, "memory", 1L << 40, "pods", 110L));
    }

    @Override
    public boolean isPromoted() {
        return false;
    }

    @Override
    public void submitted(Instance.Job job) {
        if (inPass) {
            return; // evicted: its pods come back when it was taken back
        }
        decider.apply(new Event.Submit(spec(job)));
        makePods(job);
    }

    private GangSpec spec(Instance.Job job) {
        GangSpec.PodSet pods =
                new GangSpec.PodSet(PODS, job.nodes(), job.nodes(), shape(job), NodeFilter.ANY, Optional.empty());
        Instant created = START.plusSeconds(job.submit());
        GangSpec spec = new GangSpec(
                id(job),
                tenant(job),
                Optional.empty(),
                List.of(),
                job.guaranteed() ? List.of(Tier.RESERVED, Tier.SPOT) : List.of(Tier.SPOT),
                GPU,
                List.of(pods),
                level(job, job.required()),
                level(job, job.preferred()),
                Optional.empty(),
                0,
                created,
                Optional.empty());
        return spec.of(spec.id(), created, checkpoint(job));
    }

    private static Optional<Checkpoint> checkpoint(Instance.Job job) {
        return job.checkpoint() == 0
                ? Optional.empty()
                : Optional.of(new Checkpoint(Duration.ofSeconds(job.checkpoint()), Duration.ofSeconds(job.restart())));
    }

    private static Optional<String> level(Instance.Job job, int level) {
        return job.nodes() == 1 || level == Instance.ANYWHERE
                ? Optional.empty()
                : Optional.of(Instance.LEVELS.get(level));
    }

    private Shape shape(Instance.Job job) {
        return shapes.computeIfAbsent(
                Math.min(job.gpus(), Instance.GPUS_PER_NODE),
                gpus -> new Shape(gpus, Map.of("cpu", 1000L * gpus, "memory", 1L << 30, "pods", 1L)));
    }

    private String tenant(Instance.Job job) {
        return instance.tenants().get(job.tenant()).name();
    }

    private GangId id(Instance.Job job) {
        return new GangId(tenant(job), "job-" + job.id());
    }

    private static int number(GangId id) {
        return Integer.parseInt(id.name().substring("job-".length()));
    }

    private String uid(Instance.Job job, int pod) {
        return job.id() + "-" + pod + "." + generation[job.id()];
    }

    private void makePods(Instance.Job job) {
        for (int pod = 0; pod < job.nodes(); pod++) {
            tell(job, uid(job, pod), pod, PodFacts.State.GATED, Optional.empty());
        }
    }

    private void tell(Instance.Job job, String uid, int index, PodFacts.State state, Optional<String> node) {
        decider.apply(
                new Event.Pod(new PodFacts(uid, "pod-" + uid, id(job), PODS, index, state, node, "", shape(job))));
    }

    @Override
    public void ended(int id) {
        Instance.Job job = instance.jobs().get(id);
        podsGone(job);
        decider.apply(new Event.Withdraw(id(job)));
    }

    private void podsGone(Instance.Job job) {
        for (int pod = 0; pod < job.nodes(); pod++) {
            decider.apply(new Event.PodGone(id(job), uid(job, pod)));
        }
    }

    @Override
    public void promoted(int job) {
        throw new IllegalStateException("it promotes by itself");
    }

    @Override
    public long searches() {
        return decider.scheduler().searches();
    }

    @Override
    public void pass(int now, Cluster cluster) {
        inPass = true;
        Instant instant = START.plusSeconds(now);
        List<Decision> decisions = decider.decide(instant);
        while (!decisions.isEmpty()) {
            for (Decision decision : decisions) {
                carryOut(decision, cluster);
            }
            decisions = decider.decide(instant);
        }
        inPass = false;
    }

    private void carryOut(Decision decision, Cluster cluster) {
        int id = number(decision.gang());
        Instance.Job job = instance.jobs().get(id);
        if (decision instanceof Decision.Record record) {
            if (record.plan().isEmpty() && cluster.isRunning(id)) {
                cluster.promote(id);
            } else if (record.plan().isEmpty()) {
                cluster.start(id, nodes(record), record.grant().tier() == Tier.SPOT);
            }
            decider.apply(new Event.Recorded(record.gang()));
        } else if (decision instanceof Decision.Release release) {
            int pod = Integer.parseInt(release.podUid()
                    .substring(
                            release.podUid().indexOf('-') + 1, release.podUid().indexOf('.')));
            tell(job, release.podUid(), pod, PodFacts.State.BOUND, Optional.of(release.node()));
        } else if (decision instanceof Decision.Evict) {
            cluster.preempt(id);
            podsGone(job);
        } else if (decision instanceof Decision.RolledBack) {
            generation[id]++;
            makePods(job);
        }
    }

    private static int[] nodes(Decision.Record record) {
        List<String> names = new ArrayList<>();
        record.seats().forEach(seats -> names.addAll(seats.nodes()));
        int[] nodes = names.stream()
                .mapToInt(name -> Integer.parseInt(name.substring("node-".length())))
                .toArray();
        Arrays.sort(nodes);
        return nodes;
    }
}
