package dev.offtake.bench.scale;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A sold-out fleet of NVL72 racks (18 nodes of 4 GPUs of which two nodes are spares) in blocks of 16, six tenants who
 * bought single GPUs, nodes or racks of it, and their gangs, of 1 to 16,384 GPUs, on 90 % of it.
 */
final class Landscape {
    static final int GPUS = 4;
    private static final int TRAYS = 18;
    private static final int SOLD = 16;
    private static final int RACKS = 16;
    private static final String RESOURCE = "nvidia.com/gpu";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int GIANTS = 6;
    /** Small tenants, who share a fifth of the fleet beside the six. */
    private static final int SMALL = Integer.getInteger("bench.small", 0);

    private static final List<String> UNITS = Stream.concat(
                    Stream.of("gpu", "gpu", "gpu", "gpu", "node", "rack"),
                    IntStream.range(0, SMALL).mapToObj(i -> i % 2 == 0 ? "node" : "rack"))
            .toList();

    final Scheduler scheduler = new Scheduler();
    final List<Work> running = new ArrayList<>();
    final int nodes;
    private final Random random = new Random(42);
    private final int racks;
    private Instant now = START.plus(Duration.ofDays(1));
    private int names;

    /** A gang that runs, of so many GPUs, with the pods that it has by their uids. */
    record Work(GangSpec spec, int gpus, List<String> pods) {}

    Landscape(int wanted) {
        racks = Math.max(UNITS.size(), wanted / TRAYS);
        nodes = racks * TRAYS;
        scheduler.putPool(new Pool(
                "pool",
                "gb300",
                List.of(),
                List.of(new ProductKey("product", List.of("gb300"))),
                RESOURCE,
                GPUS,
                List.of(
                        Level.keyed("block", List.of("block"), RACKS * TRAYS, RACKS * (TRAYS - SOLD)),
                        Level.keyed("rack", List.of("rack"), TRAYS, TRAYS - SOLD)),
                List.of(),
                List.of()));
        for (int n = 0; n < nodes; n++) {
            scheduler.putNode(node(n));
        }
        for (int t = 0; t < UNITS.size(); t++) {
            int gpus = (firstRack(t + 1) - firstRack(t)) * SOLD * GPUS;
            int size = UNITS.get(t).equals("gpu") ? 1 : UNITS.get(t).equals("node") ? GPUS : GPUS * SOLD;
            Tranche tranche = new Tranche("all", gpus / size, new Interval(START, START.plus(Duration.ofDays(365))));
            scheduler.putContract(new Contract(
                    tenant(t),
                    tenant(t),
                    new Interval(START, START.plus(Duration.ofDays(365))),
                    START,
                    List.of(new Commitment("base", "gb300", UNITS.get(t), List.of(tranche), 1 << 20))));
        }
    }

    private static String tenant(int t) {
        return "tenant-" + t;
    }

    private int firstRack(int tenant) {
        int ofGiants = SMALL == 0 ? racks : racks * 4 / 5;
        return tenant <= GIANTS
                ? (int) ((long) ofGiants * tenant / GIANTS)
                : ofGiants + (int) ((long) (racks - ofGiants) * (tenant - GIANTS) / SMALL);
    }

    private static String name(int n) {
        return "node-" + n;
    }

    private static NodeFacts node(int n) {
        String rack = "rack-" + n / TRAYS;
        return new NodeFacts(
                name(n),
                "uid-" + n,
                Map.of(
                        "product",
                        "gb300",
                        "rack",
                        rack,
                        "block",
                        "block-" + n / TRAYS / RACKS,
                        "kubernetes.io/hostname",
                        name(n),
                        "kubernetes.io/arch",
                        "arm64"),
                List.of(),
                true,
                false,
                Map.of(),
                Map.of(RESOURCE, (long) GPUS, "cpu", 144_000L, "memory", 960L << 30, "pods", 110L));
    }

    /** Fills the fleet as after a restart, each tenant its part from rack to rack, and lets every tenth GPU go again. */
    void fill() {
        for (int t = 0; t < UNITS.size(); t++) {
            int at = firstRack(t) * SOLD * GPUS;
            int end = firstRack(t + 1) * SOLD * GPUS;
            while (at < end) {
                int rest = at % GPUS == 0 ? end - at : GPUS - at % GPUS;
                int gpus = Math.min(size(), Integer.highestOneBit(rest));
                List<String> on = new ArrayList<>();
                for (int slot = at / GPUS; slot * GPUS < at + gpus; slot++) {
                    on.add(name(slot / SOLD * TRAYS + slot % SOLD));
                }
                restore(t, gpus, on);
                at += gpus;
            }
        }
        long used = running.stream().mapToLong(Work::gpus).sum();
        long most = used * 9 / 10;
        while (used > most) {
            Work gone = running.remove(random.nextInt(running.size()));
            if (used - gone.gpus() < most * 99 / 100) {
                running.add(gone);
                continue;
            }
            used -= gone.gpus();
            withdraw(gone);
        }
        scheduler.decide(now);
    }

    private void restore(int tenant, int gpus, List<String> on) {
        GangSpec spec = gang(tenant, Tier.RESERVED, gpus, Optional.empty(), Optional.empty());
        Decision.Grant grant =
                new Decision.Grant(new CommitmentId(tenant(tenant), "base"), Tier.RESERVED, START, Optional.empty());
        scheduler.restore(spec, grant, List.of(new Decision.Seats("workers", Tier.RESERVED, 1, on)), Optional.empty());
        running.add(new Work(spec, gpus, List.of()));
    }

    /** A size at random: half as many GPUs, 1.4 times as often. */
    private int size() {
        int most = 0;
        while (2L << most <= Math.min(16_384L, (long) nodes * GPUS / 32)) {
            most++;
        }
        double sum = 0;
        for (int k = 0; k <= most; k++) {
            sum += Math.pow(2, -k / 2.0);
        }
        double at = random.nextDouble() * sum;
        int k = 0;
        while (k < most && (at -= Math.pow(2, -k / 2.0)) > 0) {
            k++;
        }
        return 1 << k;
    }

    GangSpec gang(int tenant, Tier tier, int gpus, Optional<String> required, Optional<String> preferred) {
        Shape shape = shape(Math.min(GPUS, gpus));
        int pods = Math.max(1, gpus / GPUS);
        return new GangSpec(
                new GangId("space", "gang-" + names++),
                tenant(tenant),
                Optional.empty(),
                List.of(),
                List.of(tier),
                RESOURCE,
                List.of(new GangSpec.PodSet("workers", pods, pods, shape, NodeFilter.ANY, Optional.empty())),
                required,
                preferred,
                Optional.empty(),
                0,
                START,
                Optional.empty());
    }

    private static Shape shape(int gpus) {
        return new Shape(gpus, Map.of("cpu", 16_000L * gpus, "memory", (120L << 30) * gpus, "pods", 1L));
    }

    /** The gang is over, and so are its pods. */
    void withdraw(Work work) {
        scheduler.withdraw(work.spec().id());
        work.pods().forEach(pod -> scheduler.podGone(work.spec().id(), pod));
    }

    /** A gang comes with all of its pods. */
    Work submit(GangSpec spec) {
        scheduler.submit(spec);
        List<String> pods = new ArrayList<>();
        for (GangSpec.PodSet podSet : spec.podSets()) {
            for (int p = 0; p < podSet.count(); p++) {
                String uid = spec.id().name() + "-" + p;
                pods.add(uid);
                scheduler.pod(new PodFacts(
                        uid,
                        uid,
                        spec.id(),
                        podSet.name(),
                        p,
                        PodFacts.State.GATED,
                        Optional.empty(),
                        "",
                        podSet.shape()));
            }
        }
        return new Work(spec, spec.gpus(), pods);
    }

    /** What is decided a second later. */
    List<Decision> decide() {
        now = now.plusSeconds(1);
        List<Decision> decisions = scheduler.decide(now);
        scheduler.settle();
        return decisions;
    }

    /** A gang that runs, of each order of size as likely, but of more than 512 GPUs seldom. */
    private Work any() {
        int least = new int[] {1, 9, 65, 513}[random.nextInt(20) == 0 ? 3 : random.nextInt(3)];
        return any(least, least == 513 ? 1 << 20 : (least - 1) * 8 + (least == 1 ? 8 : 0));
    }

    private Work any(int least, int most) {
        for (int tries = 0; tries < 1000; tries++) {
            Work work = running.get(random.nextInt(running.size()));
            if (work.gpus() >= least && work.gpus() <= most) {
                return work;
            }
        }
        return running.get(random.nextInt(running.size()));
    }

    /** A gang leaves. */
    Work depart() {
        return depart(any());
    }

    /** A gang of so many GPUs leaves, if there is one. */
    Work depart(int least, int most) {
        return depart(any(least, most));
    }

    private Work depart(Work gone) {
        running.remove(gone);
        withdraw(gone);
        return gone;
    }

    /** A gang of the same size and tenant as another comes. */
    Work arrive(Work gone) {
        int tenant = Integer.parseInt(gone.spec().tenant().substring("tenant-".length()));
        boolean together = random.nextBoolean();
        boolean small = gone.gpus() <= SOLD * GPUS;
        return submit(gang(
                tenant,
                Tier.RESERVED,
                gone.gpus(),
                together && small ? Optional.of("rack") : Optional.empty(),
                together && !small ? Optional.of("block") : Optional.empty()));
    }
}
