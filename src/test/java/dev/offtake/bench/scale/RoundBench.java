package dev.offtake.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.bench.Table;
import dev.offtake.contract.Commitment;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One round over a queue that is much longer than the fleet is large. */
@Tag("bench")
class RoundBench {
    private static final int GANGS = Integer.getInteger("bench.waiting", 320_000);
    private static final int NODES = 1_000;
    private static final int ROUNDS = 100;
    /** Whole queues taken in one after the other: the first by a JVM that has compiled nothing. */
    private static final int QUEUES = Integer.getInteger("bench.queues", 4);

    private static final int TENANTS = 10;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int[] SIZES = {1, 2, 4, 8};

    private Scheduler scheduler = new Scheduler();
    private Instant now = START.plus(Duration.ofDays(1));

    @Test
    void servesThoseWhoFitAndRefusesTheOthers() {
        Times cold = new Times();
        Times warm = new Times();
        List<GangId> running = List.of();
        long used = 0;
        for (int queue = 0; queue < QUEUES; queue++) {
            scheduler = new Scheduler();
            long before = heap();
            running = takeIn(queue == 0 ? cold : warm);
            assertThat(running).hasSizeGreaterThan(NODES);
            used = heap() - before;
        }
        Times rounds = new Times();
        for (int r = 0; r < ROUNDS; r++) {
            running.forEach(scheduler::recorded);
            GangId over = running.get(r % running.size());
            scheduler.withdraw(over);
            scheduler.podGone(over, over.name());
            now = now.plusSeconds(1);
            Times.Watch watch = Times.start();
            List<Decision> decided = scheduler.decide(now);
            watch.stop();
            rounds.add(watch);
            running = placed(decided).isEmpty()
                    ? running
                    : java.util.stream.Stream.concat(running.stream(), placed(decided).stream())
                            .filter(gang -> !gang.equals(over))
                            .toList();
        }
        Table table = new Table(
                GANGS + " waiting gangs, " + NODES + " nodes of 8 GPUs; ms, CPU time in brackets",
                "round in which all came, cold JVM",
                "the same, warm, median",
                "MiB of heap",
                "round after one left, median",
                "p99",
                "longest");
        table.row(
                cold.ms(1),
                warm.ms(0.5),
                Table.number(used / 1048576.0),
                rounds.ms(0.5),
                rounds.ms(0.99),
                rounds.ms(1));
        table.print();
    }

    /** All gangs come before one round, whose time is added; answers which are placed. */
    private List<GangId> takeIn(Times times) {
        supply();
        for (int i = 0; i < GANGS; i++) {
            submit(i);
        }
        Times.Watch watch = Times.start();
        List<Decision> decided = scheduler.decide(now);
        watch.stop();
        times.add(watch);
        return placed(decided);
    }

    private static List<GangId> placed(List<Decision> decided) {
        return decided.stream()
                .filter(d -> d instanceof Decision.Record || d instanceof Decision.Release)
                .map(Decision::gang)
                .distinct()
                .toList();
    }

    private void supply() {
        scheduler.putPool(new Pool(
                "pool",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("h100"))),
                "nvidia.com/gpu",
                8,
                List.of(Level.keyed("rack", List.of("rack"), 4, 0)),
                List.of(),
                List.of()));
        for (int n = 0; n < NODES; n++) {
            scheduler.putNode(new NodeFacts(
                    "node-" + n,
                    "uid-" + n,
                    Map.of("product", "h100", "rack", "rack-" + n / 4),
                    List.of(),
                    true,
                    false,
                    Map.of(),
                    Map.of("nvidia.com/gpu", 8L, "cpu", 192_000L, "memory", 2L << 40, "pods", 110L)));
        }
        Interval year = new Interval(START, START.plus(Duration.ofDays(365)));
        for (int t = 0; t < TENANTS; t++) {
            Tranche tranche = new Tranche("all", NODES * 8 / TENANTS, year);
            scheduler.putContract(new Contract(
                    "tenant-" + t,
                    "tenant-" + t,
                    year,
                    START,
                    List.of(new Commitment("base", "h100", "gpu", List.of(tranche), 0))));
        }
    }

    private void submit(int i) {
        int gpus = SIZES[i % SIZES.length];
        Shape shape = new Shape(gpus, Map.of("cpu", 16_000L * gpus, "memory", (100L << 30) * gpus, "pods", 1L));
        GangId id = new GangId("space", "gang-" + i);
        scheduler.submit(new GangSpec(
                id,
                "tenant-" + i / SIZES.length % TENANTS,
                Optional.empty(),
                List.of(),
                List.of(i % 3 == 0 ? Tier.SPOT : Tier.RESERVED),
                "nvidia.com/gpu",
                List.of(new GangSpec.PodSet("workers", 1, 1, shape, NodeFilter.ANY, Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                i % 5,
                START.plusSeconds(i / 10),
                Optional.empty()));
        scheduler.pod(new PodFacts(
                id.name(), id.name(), id, "workers", -1, PodFacts.State.GATED, Optional.empty(), "", shape));
    }

    private static long heap() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
