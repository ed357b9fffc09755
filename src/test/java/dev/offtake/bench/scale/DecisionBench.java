package dev.offtake.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.bench.Table;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one decision costs at several sizes of the fleet, and how large the state is. */
@Tag("bench")
class DecisionBench {
    private static final int MANY_BLOCKS = 50_000;
    private static final int DECISIONS = Integer.getInteger("bench.decisions", 3000);
    /** Decisions before those that are measured, for the compiler. */
    private static final int WARM_UP = Integer.getInteger("bench.warmup", 1000);

    private static final int[] FLEETS = Arrays.stream(System.getProperty("bench.fleets", "1000,10000,100000,325000")
                    .split(","))
            .mapToInt(Integer::parseInt)
            .toArray();

    @Test
    void ofMixedGangsOnAFleetThatIsNearlyFull() {
        Table state = new Table("state", "nodes", "GPUs", "gangs", "seconds to build", "MiB of heap");
        Table table = new Table(
                "one decision, ms; CPU time in brackets",
                "nodes",
                "GPUs of the gang",
                "decisions",
                "refused",
                "median",
                "p99",
                "longest",
                "KiB allocated, median",
                "after a departure, p99");
        for (int wanted : FLEETS) {
            long before = heap();
            long began = System.nanoTime();
            Landscape landscape = new Landscape(wanted);
            landscape.fill();
            double seconds = (System.nanoTime() - began) / 1e9;
            int gangs = landscape.running.size();
            state.row(
                    String.valueOf(landscape.nodes),
                    String.valueOf(landscape.nodes * Landscape.GPUS),
                    String.valueOf(gangs),
                    Table.number(seconds),
                    Table.number((heap() - before) / 1048576.0));
            measure(landscape, table);
        }
        state.print();
        table.print();
    }

    private static void measure(Landscape landscape, Table table) {
        Map<Integer, Times> bySize = new TreeMap<>();
        Map<Integer, Times> departures = new TreeMap<>();
        Map<Integer, Integer> refused = new TreeMap<>();
        for (int i = -WARM_UP; i < DECISIONS; i++) {
            Landscape.Work gone = landscape.depart();
            Times.Watch departure = Times.start();
            landscape.decide();
            departure.stop();
            Landscape.Work work = landscape.arrive(gone);
            Times.Watch watch = Times.start();
            List<Decision> decided = landscape.decide();
            watch.stop();
            boolean placed = decided.stream().anyMatch(d -> d instanceof Decision.Record);
            if (placed) {
                landscape.scheduler.recorded(work.spec().id());
                landscape.running.add(work);
            } else {
                landscape.withdraw(work);
            }
            landscape.decide();
            if (i >= 0) {
                int size = work.gpus() <= 8 ? 8 : work.gpus() <= 64 ? 64 : work.gpus() <= 512 ? 512 : 1 << 20;
                bySize.computeIfAbsent(size, s -> new Times()).add(watch);
                departures.computeIfAbsent(size, s -> new Times()).add(departure);
                refused.merge(size, placed ? 0 : 1, Integer::sum);
            }
        }
        bySize.forEach((size, times) -> table.row(
                String.valueOf(landscape.nodes),
                size == 1 << 20 ? "more" : "to " + size,
                String.valueOf(times.size()),
                String.valueOf(refused.get(size)),
                times.ms(0.5),
                times.ms(0.99),
                times.ms(1),
                times.kib(0.5),
                Optional.ofNullable(departures.get(size)).orElseThrow().ms(0.99)));
    }

    @Test
    void thatRefusesAGangForWhichThereIsNoRoom() {
        Table table = new Table(
                "refusing a gang, ms; CPU time in brackets", "nodes", "gang", "reason", "median", "p99", "longest");
        for (int wanted : FLEETS) {
            Landscape landscape = new Landscape(wanted);
            landscape.fill();
            int gpus = landscape.nodes * Landscape.GPUS;
            refuse(landscape, "twice as many GPUs as there are", Tier.RESERVED, gpus * 2, "", table);
            refuse(landscape, "two racks in one", Tier.RESERVED, 128, "rack", table);
            refuse(landscape, "more than its quota", Tier.RESERVED, gpus / 4, "", table);
            refuse(landscape, "64 on demand, all is sold", Tier.ON_DEMAND, 64, "", table);
            if (landscape.nodes < MANY_BLOCKS) {
                // In a larger fleet one block may be idle as a whole.
                refuse(landscape, "lent, all idle GPUs in one block", Tier.SPOT, 1024, "block", table);
            }
        }
        table.print();
    }

    private static void refuse(Landscape landscape, String what, Tier tier, int gpus, String within, Table table) {
        Times taken = new Times();
        String reason = "";
        int times = Math.max(20, DECISIONS / 10);
        for (int i = -Math.max(20, WARM_UP / 10); i < times; i++) {
            // What leaves gives hope to everybody.
            Landscape.Work moved = landscape.arrive(landscape.depart());
            landscape.decide();
            landscape.scheduler.recorded(moved.spec().id());
            landscape.decide();
            landscape.running.add(moved);
            Landscape.Work work = landscape.submit(
                    landscape.gang(0, tier, gpus, Optional.of(within).filter(w -> !w.isEmpty()), Optional.empty()));
            Times.Watch watch = Times.start();
            List<Decision> decided = landscape.decide();
            watch.stop();
            if (i >= 0) {
                taken.add(watch);
            }
            assertThat(decided).as(what).singleElement().isInstanceOf(Decision.Explain.class);
            reason = ((Decision.Explain) decided.get(0)).reason().code().toString();
            landscape.withdraw(work);
            landscape.decide();
        }
        table.row(String.valueOf(landscape.nodes), what, reason, taken.ms(0.5), taken.ms(0.99), taken.ms(1));
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
