package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reclaims on 1,000 nodes of eight GPUs that are full of lent gangs; times are printed, not judged. */
@Tag("bench")
class ReclaimScaleTest {
    private static final int NODES = 1_000;
    private static final int RECLAIMS = 60;

    private final Scheduler scheduler = new Scheduler();
    private final Random random = new Random(42);
    private final List<Long> nanos = new ArrayList<>();

    @Test
    void aGangOf64GpusTakesBackWhatIsLent() {
        scheduler.putPool(Site.pool(Site.H100));
        scheduler.putContract(Site.contract("owner", NODES * 8, "gpu"));
        for (int n = 0; n < NODES; n++) {
            scheduler.putNode(Site.node(Site.H100, "rack-" + n / 4, "node-" + n));
        }
        int gpus = 0;
        for (int i = 0; gpus < NODES * 8; i++) {
            int size = new int[] {1, 4, 8}[random.nextInt(3)];
            size = Math.min(size, NODES * 8 - gpus);
            Job guest = Job.job("owner", "guest-" + i, 1, size).tiers(Tier.SPOT).createdAt(i);
            start(guest);
            gpus += size;
        }
        int lent = (int) scheduler.gangs().stream().filter(GangView::placed).count();
        int evicted = 0;
        for (int r = 0; r < RECLAIMS; r++) {
            Job claim = Job.job("owner", "claim-" + r, 8, 8).createdAt(1_000_000 + r);
            scheduler.submit(claim.spec());
            for (int p = 0; p < 8; p++) {
                pod(claim, "claim-" + r + "-" + p);
            }
            long start = System.nanoTime();
            List<Decision> decided = scheduler.decide(Site.START.plus(Duration.ofHours(1 + r)));
            nanos.add(System.nanoTime() - start);
            Decision.Record record = (Decision.Record) decided.stream()
                    .filter(d -> d instanceof Decision.Record)
                    .findFirst()
                    .orElseThrow();
            assertThat(record.gang()).isEqualTo(claim.id());
            evicted += record.plan().orElseThrow().victims().size();
        }
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf(
                "%d lent gangs, %d reclaims of 64 GPUs, %d victims: median %.1f ms, p99 %.1f ms%n",
                lent, RECLAIMS, evicted, sorted.get(RECLAIMS / 2) / 1e6, sorted.get(RECLAIMS * 99 / 100) / 1e6);
    }

    private void start(Job job) {
        scheduler.submit(job.spec());
        pod(job, job.id().name() + "-0");
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
