package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reclaims on 1,000 nodes of eight GPUs that are full of lent gangs; times are printed, not judged. */
@Tag("bench")
class ReclaimScaleTest {
    private static final int NODES = 1_000;
    private static final int RECLAIMS = 60;
    /** Times that all of it is done; the first ones are for the compiler. */
    private static final int ROUNDS = 6;

    private static final int WARM_UP = 3;

    private Scheduler scheduler = new Scheduler();
    private final Random random = new Random(42);
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> cpu = new ArrayList<>();
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    private int lent;
    private int evicted;

    @ParameterizedTest
    @ValueSource(strings = {"1,4,8", "4,8,16,32,64"})
    void aGangOf64GpusTakesBackWhatIsLent(String gpusOfLentGangs) {
        int[] sizes = Arrays.stream(gpusOfLentGangs.split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        for (int round = 0; round < ROUNDS; round++) {
            scheduler = new Scheduler();
            lendAndTakeBack(sizes, round >= WARM_UP);
        }
        System.out.printf(
                "%d lent gangs of %s GPUs, %d reclaims of 64 GPUs, %d victims: median %.1f ms, p99 %.1f ms; of CPU %.1f and %.1f ms%n",
                lent,
                gpusOfLentGangs,
                nanos.size(),
                evicted,
                quantile(nanos, 50),
                quantile(nanos, 99),
                quantile(cpu, 50),
                quantile(cpu, 99));
    }

    private static double quantile(List<Long> of, int percent) {
        return of.stream().sorted().toList().get(of.size() * percent / 100) / 1e6;
    }

    private void lendAndTakeBack(int[] sizes, boolean measured) {
        scheduler.putPool(Site.pool(Site.H100));
        scheduler.putContract(Site.contract("owner", NODES * 8, "gpu"));
        for (int n = 0; n < NODES; n++) {
            scheduler.putNode(Site.node(Site.H100, "rack-" + n / 4, "node-" + n));
        }
        int gpus = 0;
        for (int i = 0; gpus < NODES * 8; i++) {
            int size = sizes[random.nextInt(sizes.length)];
            size = Math.min(size, NODES * 8 - gpus);
            int pods = Math.max(1, size / 8);
            Job guest = Job.job("owner", "guest-" + i, pods, Math.min(size, 8))
                    .tiers(Tier.SPOT)
                    .createdAt(i);
            start(guest);
            gpus += size;
        }
        lent = (int) scheduler.gangs().stream().filter(GangView::placed).count();
        for (int r = 0; r < RECLAIMS; r++) {
            Job claim = Job.job("owner", "claim-" + r, 8, 8).createdAt(1_000_000 + r);
            scheduler.submit(claim.spec());
            for (int p = 0; p < 8; p++) {
                pod(claim, "claim-" + r + "-" + p);
            }
            long cpuBefore = thread.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            List<Decision> decided = scheduler.decide(Site.START.plus(Duration.ofHours(1 + r)));
            if (measured) {
                nanos.add(System.nanoTime() - start);
                cpu.add(thread.getCurrentThreadCpuTime() - cpuBefore);
            }
            Decision.Record record = (Decision.Record) decided.stream()
                    .filter(d -> d instanceof Decision.Record)
                    .findFirst()
                    .orElseThrow();
            assertThat(record.gang()).isEqualTo(claim.id());
            evicted += !measured ? 0 : record.plan().orElseThrow().victims().size();
        }
    }

    private void start(Job job) {
        scheduler.submit(job.spec());
        for (int p = 0; p < job.podSet().count(); p++) {
            pod(job, job.id().name() + "-" + p);
        }
        scheduler.decide(Site.START);
        scheduler.recorded(job.id());
        scheduler.decide(Site.START);
    }

    private void pod(Job job, String uid) {
        scheduler.pod(new PodFacts(
                uid,
                uid,
                job.id(),
                Job.WORKERS,
                -1,
                PodFacts.State.GATED,
                Optional.empty(),
                "",
                job.podSet().shape()));
    }
}
