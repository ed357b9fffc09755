package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many gangs are tried when something happens: those that can be served, and one of each kind that cannot. */
class QueueWorkTest {
    private static final int PODS = 2000;
    private static final int NODES = 200;

    private final Scheduler scheduler = new Scheduler();
    private final List<Decision> log = new ArrayList<>();

    QueueWorkTest() {
        scheduler.putPool(Site.pool(Site.H100));
        scheduler.putContract(Site.contract("acme", PODS, "gpu"));
    }

    @Test
    void nodesThatComeOneByOneCostATryPerPodThatIsPlacedAndAFewPerNode() {
        lonePods("acme", PODS, 1);
        decide();

        long tries = tries(this::addNodesOneByOne);

        assertThat(placed()).isEqualTo(8L * NODES);
        assertThat(tries).isLessThanOrEqualTo(placed() + 2L * NODES);
    }

    @Test
    void eachFurtherKindCostsAsManyTriesPerNodeWhateverTheNumberOfItsPods() {
        scheduler.putContract(Site.contract("globex", PODS, "gpu"));
        lonePods("acme", PODS / 4, 1);
        lonePods("acme", PODS / 4, 2);
        lonePods("globex", PODS / 4, 1);
        lonePods("initech", PODS / 4, 1);
        decide();

        long tries = tries(this::addNodesOneByOne);

        int kinds = 4;
        assertThat(placed()).isGreaterThan(4L * NODES);
        assertThat(tries).isLessThanOrEqualTo(placed() + 2L * kinds * NODES);
    }

    @Test
    void podsThatComeWhileTheirKindWaitsAreNotTriedAtAll() {
        lonePods("acme", 1, 1);
        decide();

        long tries = tries(() -> {
            for (int i = 1; i < PODS; i++) {
                lonePod("acme", i, 1);
                decide();
            }
        });

        assertThat(tries).isZero();
        assertThat(told()).isEqualTo(PODS);
    }

    @Test
    void gangsThatAreNotReadyAreNotTriedUntilTheyAre() {
        for (int i = 0; i < 50; i++) {
            scheduler.submit(Job.job("acme", "gang-" + i, 2, 8).spec());
            gated(Job.job("acme", "gang-" + i, 2, 8), "gang-" + i + "-0");
        }
        decide();
        assertThat(tries(this::addNodesOneByOne)).isZero();

        gated(Job.job("acme", "gang-7", 2, 8), "gang-7-1");
        assertThat(tries(this::decide)).isEqualTo(1);
        assertThat(scheduler.gang(Job.job("acme", "gang-7", 2, 8).id()))
                .hasValueSatisfying(gang -> assertThat(gang.placed()).isTrue());
    }

    @Test
    void whoWaitsIsToldAnotherReasonWithoutATryOfHisOwn() {
        lonePods("acme", PODS, 1);
        decide();
        scheduler.putContract(Site.contract("acme", 0, "gpu"));

        assertThat(tries(this::decide)).isEqualTo(1);
        assertThat(told()).isEqualTo(2 * PODS);
        assertThat(scheduler.gangs())
                .allSatisfy(
                        gang -> assertThat(gang.waiting().orElseThrow().code()).isEqualTo(Reason.Code.QUOTA_REACHED));
    }

    @Test
    void whoLacksQuotaIsNotTriedAgainWhenLessIsGivenBackThanItNeeds() {
        scheduler.putContract(Site.contract("acme", 16, "gpu"));
        addNodesOneByOne();
        lonePod("acme", 0, 8);
        lonePods("acme", 8, 1);
        decide();
        lonePod("acme", 1, 8);
        decide();

        gone("pod-1-0");

        assertThat(tries(() -> {
                    for (int i = 1; i < 7; i++) {
                        gone("pod-1-" + i);
                    }
                }))
                .isZero();
        assertThat(tries(() -> gone("pod-1-7")))
                .as("when the last one is given back it is enough")
                .isEqualTo(1);
        assertThat(placed()).isEqualTo(10);
    }

    @Test
    void whoBorrowsIsNotTriedAgainAsLongAsLessIsIdleThanItNeeds() {
        scheduler.putNode(Site.node(Site.H100, "rack-0", "node-0"));
        lonePods("acme", 8, 1);
        decide();
        Job guest = Job.lonePod("acme", "guest", 8).tiers(Tier.SPOT);
        scheduler.submit(guest.spec());
        gated(guest, guest.id().name());
        decide();
        gone("pod-1-0");

        assertThat(tries(() -> {
                    for (int i = 1; i < 7; i++) {
                        gone("pod-1-" + i);
                    }
                }))
                .isZero();
        assertThat(tries(() -> gone("pod-1-7"))).isEqualTo(1);
    }

    private void gone(String uid) {
        GangId id = Job.lonePod("acme", uid, 1).id();
        scheduler.podGone(id, id.name());
        decide();
    }

    /** Tries of what follows. */
    private long tries(Runnable what) {
        long before = scheduler.tries();
        what.run();
        return scheduler.tries() - before;
    }

    private void addNodesOneByOne() {
        for (int n = 0; n < NODES; n++) {
            scheduler.putNode(Site.node(Site.H100, "rack-" + n / 4, "node-" + n));
            decide();
        }
    }

    private void lonePods(String tenant, int count, int gpus) {
        for (int i = 0; i < count; i++) {
            lonePod(tenant, i, gpus);
        }
    }

    private void lonePod(String tenant, int i, int gpus) {
        Job pod = Job.lonePod(tenant, "pod-" + gpus + "-" + i, gpus).createdAt(i);
        scheduler.submit(pod.spec());
        gated(pod, pod.id().name());
    }

    private void gated(Job job, String uid) {
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

    private void decide() {
        log.addAll(scheduler.decide(Site.START));
    }

    private long placed() {
        return log.stream().filter(d -> d instanceof Decision.Release).count();
    }

    private int told() {
        return (int) log.stream().filter(d -> d instanceof Decision.Explain).count();
    }
}
