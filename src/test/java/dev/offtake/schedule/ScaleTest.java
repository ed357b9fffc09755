package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four thousand lone one-GPU pods on 500 nodes of eight; times are printed, not judged. */
@Tag("bench")
class ScaleTest {
    private static final int NODES = 500;
    private static final int PODS = 4000;

    private final Scheduler scheduler = new Scheduler();
    private final List<Decision> decisions = new ArrayList<>();

    ScaleTest() {
        scheduler.putPool(Site.pool(Site.H100));
        scheduler.putContract(Site.contract("acme", PODS, "gpu"));
    }

    @Test
    void podsThatComeOneByOneAreServedOneByOne() {
        addNodes();
        scheduler.decide(Site.START);
        long start = System.nanoTime();
        for (int i = 0; i < PODS; i++) {
            arrive(i);
            decideAndCarryOut();
        }
        report("one by one", start);
        assertThat(releases()).isEqualTo(PODS);
    }

    @Test
    void podsThatWaitAreServedWhenNodesCome() {
        for (int i = 0; i < PODS; i++) {
            arrive(i);
        }
        decideAndCarryOut();
        long start = System.nanoTime();
        addNodes();
        decideAndCarryOut();
        report("all at once", start);
        assertThat(releases()).isEqualTo(PODS);
    }

    @Test
    void podsThatWaitAreServedAsNodesComeOneByOne() {
        for (int i = 0; i < PODS; i++) {
            arrive(i);
            decideAndCarryOut();
        }
        long start = System.nanoTime();
        for (int n = 0; n < NODES; n++) {
            addNode(n);
            decideAndCarryOut();
        }
        report("node by node", start);
        assertThat(releases()).isEqualTo(PODS);
    }

    @Test
    void aLargeGangIsPlacedAsItsPodsCome() {
        addNodes();
        Job job = Job.job("acme", "large", PODS / 8, 8);
        scheduler.submit(job.spec());
        long start = System.nanoTime();
        for (int i = 0; i < PODS / 8; i++) {
            pod(job, "large-" + i, PodFacts.State.GATED, java.util.Optional.empty());
            for (Decision decision : scheduler.decide(Site.START)) {
                decisions.add(decision);
                if (decision instanceof Decision.Record) {
                    scheduler.recorded(job.id());
                }
            }
        }
        decisions.addAll(scheduler.decide(Site.START));
        report("gang of 500", start);
        assertThat(releases()).isEqualTo(PODS / 8);
    }

    private void addNodes() {
        for (int n = 0; n < NODES; n++) {
            addNode(n);
        }
    }

    private void addNode(int n) {
        scheduler.putNode(Site.node(Site.H100, "rack-" + n / 4, "node-" + n));
    }

    private void arrive(int i) {
        Job job = Job.lonePod("acme", "uid-" + i, 1).createdAt(i);
        scheduler.submit(job.spec());
        pod(job, "uid-" + i, PodFacts.State.GATED, java.util.Optional.empty());
    }

    private void pod(Job job, String uid, PodFacts.State state, java.util.Optional<String> node) {
        scheduler.pod(new PodFacts(
                uid,
                uid,
                job.id(),
                Job.WORKERS,
                -1,
                state,
                node,
                "",
                job.podSet().shape()));
    }

    private void decideAndCarryOut() {
        List<Decision> decided = scheduler.decide(Site.START);
        decisions.addAll(decided);
        for (Decision decision : decided) {
            if (decision instanceof Decision.Release release) {
                Job job = new Job(scheduler.gang(release.gang()).orElseThrow().spec());
                for (PodFacts.State state : List.of(PodFacts.State.RELEASED, PodFacts.State.BOUND)) {
                    pod(job, release.podUid(), state, java.util.Optional.of(release.node()));
                }
            }
        }
    }

    private long releases() {
        return decisions.stream().filter(d -> d instanceof Decision.Release).count();
    }

    private void report(String what, long start) {
        System.out.printf(
                "%s: %d ms, %d decisions, %d releases%n",
                what, Duration.ofNanos(System.nanoTime() - start).toMillis(), decisions.size(), releases());
    }
}
