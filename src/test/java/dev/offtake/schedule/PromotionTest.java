package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gang that runs on loan gets a right to where it runs when its account has room for it. One rack of four nodes of 8 GPUs. */
class PromotionTest {
    private final World world = World.h100(1);

    private static Job both(String tenant, String name, int pods, int gpus) {
        return job(tenant, name, pods, gpus).tiers(Tier.RESERVED, Tier.SPOT);
    }

    private void quota(String tenant, int gpus) {
        world.contract(Site.contract(tenant, gpus, "gpu"));
    }

    private Tier tier(Job job) {
        return world.view(job).tier().orElseThrow();
    }

    private void end(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    private List<Tier> claims(Job job) {
        return world.podsOf(job.id()).stream()
                .flatMap(pod -> pod.claim.stream())
                .map(Decision.Grant::tier)
                .toList();
    }

    @Test
    void theBorrowerGetsTheQuotaThatAnotherGangOfItsAccountGivesBack() {
        quota("acme", 16);
        Job first = both("acme", "first", 2, 8).createdAt(1);
        Job second = both("acme", "second", 2, 8).createdAt(2);
        world.start(first).start(second);
        assertThat(tier(second)).isEqualTo(Tier.SPOT);
        List<String> nodes = world.nodesOf(second);

        end(first);

        assertThat(tier(second)).isEqualTo(Tier.RESERVED);
        assertThat(world.nodesOf(second)).isEqualTo(nodes);
        assertThat(claims(second)).containsExactly(Tier.RESERVED, Tier.RESERVED);
    }

    @Test
    void itIsNotEvictedForAnotherOwnerAfterwards() {
        quota("acme", 16);
        quota("globex", 16);
        Job first = both("acme", "first", 2, 8).createdAt(1);
        Job second = both("acme", "second", 2, 8).createdAt(2);
        world.start(first).start(second);
        end(first);

        world.start(job("globex", "claims", 2, 8));

        assertThat(world.decided(Decision.Evict.class, second)).isZero();
        assertThat(world.nodesOf(second)).hasSize(2);
    }

    @Test
    void theRecordIsDurableBeforeAnyClaimIsWritten() {
        quota("acme", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = both("acme", "second", 1, 8).createdAt(2);
        world.start(first).start(second);
        world.recordsHang = true;

        end(first);
        assertThat(tier(second)).isEqualTo(Tier.RESERVED);
        assertThat(claims(second)).containsExactly(Tier.SPOT);
        world.writesComeThrough().settle();

        assertThat(claims(second)).containsExactly(Tier.RESERVED);
    }

    @Test
    void aRecordThatFailsIsWrittenAgain() {
        quota("acme", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = both("acme", "second", 1, 8).createdAt(2);
        world.start(first).start(second);
        world.recordsThatFail = 1;

        end(first);

        assertThat(world.workloads
                        .get(second.id())
                        .durable
                        .orElseThrow()
                        .grant()
                        .tier())
                .isEqualTo(Tier.RESERVED);
        assertThat(claims(second)).containsExactly(Tier.RESERVED);
    }

    @Test
    void aLonePodHasItsClaimAsItsRecord() {
        quota("acme", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = Job.lonePod("acme", "uid-1", 8).tiers(Tier.RESERVED, Tier.SPOT);
        world.start(first).start(second);
        assertThat(claims(second)).containsExactly(Tier.SPOT);

        end(first);

        assertThat(claims(second)).containsExactly(Tier.RESERVED);
        assertThat(world.decided(Decision.Record.class, second)).isZero();
        assertThat(world.restart().settle().view(second).tier()).hasValue(Tier.RESERVED);
    }

    @Test
    void amongBorrowersTheFirstInOrderGetsIt() {
        quota("acme", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job older = both("acme", "z-older", 1, 8).createdAt(2);
        Job younger = both("acme", "a-younger", 1, 8).createdAt(3);
        Job urgent = both("acme", "urgent", 1, 8).createdAt(4).priority(1);
        world.start(first).start(older).start(younger).start(urgent);

        end(first);

        assertThat(List.of(tier(older), tier(younger), tier(urgent)))
                .containsExactly(Tier.SPOT, Tier.SPOT, Tier.RESERVED);
        end(urgent);
        assertThat(List.of(tier(older), tier(younger))).containsExactly(Tier.RESERVED, Tier.SPOT);
    }

    @Test
    void aWaitingGangThatCameBeforeTheBorrowerIsServedFirst() {
        quota("acme", 8);
        Job running = job("acme", "running", 1, 8).createdAt(1);
        Job waits = job("acme", "waits", 1, 8).createdAt(2);
        Job borrower = both("acme", "borrower", 1, 8).createdAt(3);
        world.start(running).start(waits).start(borrower);
        assertThat(tier(borrower)).isEqualTo(Tier.SPOT);

        end(running);

        assertThat(tier(waits)).isEqualTo(Tier.RESERVED);
        assertThat(tier(borrower)).isEqualTo(Tier.SPOT);
    }

    @Test
    void aWaitingGangThatCameAfterTheBorrowerIsServedAfterIt() {
        quota("acme", 8);
        Job running = job("acme", "running", 1, 8).createdAt(1);
        Job borrower = both("acme", "borrower", 1, 8).createdAt(2);
        Job waits = job("acme", "waits", 1, 8).createdAt(3);
        world.start(running).start(borrower).start(waits);

        end(running);

        assertThat(tier(borrower)).isEqualTo(Tier.RESERVED);
        assertThat(world.code(waits)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void whereItCannotBeClaimedItRunsOnOnLoan() {
        world.rack("r2").contract(Site.contract("acme", 1, "rack"));
        world.contract(Site.contract("globex", 8, "gpu"));
        Job first = both("acme", "first", 4, 8).createdAt(1).required("rack");
        Job tray = job("globex", "tray", 1, 8).createdAt(2);
        Job lent = both("acme", "lent", 2, 8).createdAt(3).required("rack");
        world.start(first).start(tray).start(lent);
        assertThat(tier(lent)).isEqualTo(Tier.SPOT);

        end(first);
        assertThat(tier(lent)).as("its rack is not whole").isEqualTo(Tier.SPOT);
        end(tray);
        assertThat(tier(lent)).isEqualTo(Tier.RESERVED);
    }

    @Test
    void anElasticGangGetsAsMuchAsThereIsRoomForAndMoreLater() {
        quota("acme", 24);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = both("acme", "second", 2, 8).createdAt(1);
        Job elastic = both("acme", "elastic", 2, 8).createdAt(2).elasticFrom(1).sparesPods();
        world.rack("r2").start(first).start(second).start(elastic);
        assertThat(tier(elastic)).isEqualTo(Tier.SPOT);

        end(first);
        assertThat(tier(elastic)).isEqualTo(Tier.RESERVED);
        assertThat(claims(elastic)).containsExactlyInAnyOrder(Tier.RESERVED, Tier.SPOT);
        end(second);
        assertThat(claims(elastic)).containsExactly(Tier.RESERVED, Tier.RESERVED);
    }

    @Test
    void itIsFirmForThoseWhoReclaimWhenItsRecordIsDurable() {
        quota("acme", 16);
        quota("globex", 40);
        Job first = both("acme", "first", 2, 8).createdAt(1);
        Job elastic = both("acme", "elastic", 4, 8).createdAt(2).elasticFrom(2).sparesPods();
        world.rack("r2").start(first).start(elastic);
        List<Pod> pods = world.podsOf(elastic.id());
        world.recordsHang = true;
        end(first);
        world.recordsHang = false;
        assertThat(tier(elastic)).isEqualTo(Tier.RESERVED);
        pods.subList(0, 2).forEach(world::finish);
        world.settle();

        Job claims = job("globex", "claims", 5, 8);
        world.start(claims);
        assertThat(world.decided(Decision.Shrink.class, elastic)).isZero();
        world.writesComeThrough().settle();

        assertThat(world.decided(Decision.Shrink.class, elastic)).isEqualTo(1);
        assertThat(world.nodesOf(claims)).hasSize(5);
    }

    @Test
    void afterARestartItsPodsSitAsTheyClaimAlsoWhereOneNodeHasBoth() {
        quota("acme", 16);
        quota("globex", 16);
        Job first = both("acme", "first", 2, 8).createdAt(1);
        Job elastic = both("acme", "elastic", 8, 2).createdAt(2).elasticFrom(1).sparesPods();
        world.start(first).start(elastic);
        world.contract(Site.contract("acme", 18, "gpu")).settle();
        assertThat(claims(elastic)).containsOnlyOnce(Tier.RESERVED).startsWith(Tier.RESERVED);
        Pod own = world.podsOf(elastic.id()).get(0);
        // Another one is seen first.
        world.pods.remove(own.uid);
        world.pods.put(own.uid, own);

        world.restart().settle().start(job("globex", "claims", 7, 2));

        assertThat(world.podsOf(elastic.id())).contains(own);
        assertThat(own.claim.orElseThrow().tier()).isEqualTo(Tier.RESERVED);
        assertThat(world.podsOf(job("globex", "claims", 7, 2), PodFacts.State.BOUND))
                .hasSize(7);
    }

    @Test
    void oneWhosePodsCannotBeSparedGetsAllOrNothing() {
        quota("acme", 24);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = both("acme", "second", 2, 8).createdAt(1);
        Job elastic = both("acme", "elastic", 2, 8).createdAt(2).elasticFrom(1);
        world.rack("r2").start(first).start(second).start(elastic);

        end(first);
        assertThat(claims(elastic)).containsExactly(Tier.SPOT, Tier.SPOT);
        end(second);
        assertThat(claims(elastic)).containsExactly(Tier.RESERVED, Tier.RESERVED);
    }

    @Test
    void aGangThatIsToGoUnderAPlanIsLeftAlone() {
        quota("acme", 8);
        quota("globex", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job lent = both("acme", "lent", 3, 8).createdAt(2);
        world.start(first).start(lent);
        world.recordsHang = true;
        world.start(job("globex", "claims", 1, 8));
        world.contract(Site.contract("acme", 32, "gpu"));
        world.settle();
        assertThat(world.workloads.get(lent.id()).pending).isEmpty();

        world.writesComeThrough().settle();

        assertThat(world.decided(Decision.Evict.class, lent)).isEqualTo(1);
    }

    @Test
    void whatIsLeftOfItInACellOfItsAccountIsItsOwnWhenThePlanIsCarriedOutThatTookTheRest() {
        world.contract(Site.contract("acme", 1, "node")).contract(Site.contract("globex", 3, "node"));
        Job first = job("acme", "first", 1, 8).createdAt(1);
        Job elastic = both("acme", "elastic", 2, 5).createdAt(3).elasticFrom(1).sparesPods();
        world.start(first).start(elastic);
        String kept = world.nodesOf(elastic).get(1);
        NodeFilter there = new NodeFilter(
                List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, List.of(kept))),
                List.of(),
                List.of());
        Job beside = job("acme", "beside", 1, 3).createdAt(2).filter(there);
        world.start(beside);
        end(first);
        assertThat(world.nodesOf(beside)).containsExactly(kept);
        assertThat(claims(elastic)).containsExactly(Tier.SPOT, Tier.SPOT);

        world.start(job("globex", "claims", 3, 8));

        assertThat(world.nodesOf(elastic)).containsExactly(kept);
        assertThat(tier(elastic)).isEqualTo(Tier.RESERVED);
    }

    @Test
    void itBecomesOnDemandWhereItRatherRunsLikeThat() {
        Job runs = job("acme", "runs", 1, 8).tiers(Tier.ON_DEMAND).createdAt(1);
        Job lent = job("acme", "lent", 1, 8)
                .tiers(Tier.ON_DEMAND, Tier.SPOT)
                .createdAt(2)
                .duration(Duration.ofHours(3));
        world.contract(Site.contract("acme", "acme", Site.commitment("base", Site.H100, 8, "gpu", 8)));
        world.start(runs).start(lent);
        assertThat(tier(lent)).isEqualTo(Tier.SPOT);

        world.later(Duration.ofHours(1));
        end(runs);

        assertThat(tier(lent)).isEqualTo(Tier.ON_DEMAND);
        Decision.Grant grant = world.podsOf(lent.id()).get(0).claim.orElseThrow();
        assertThat(grant.since()).isEqualTo(Site.START);
        assertThat(grant.declaredEnd()).hasValue(Site.START.plus(Duration.ofHours(3)));
    }

    @Test
    void oneThatAcceptsOnlySpotOrRatherStaysSpot() {
        quota("acme", 16);
        Job only = job("acme", "only", 1, 8).tiers(Tier.SPOT);
        Job rather = job("acme", "rather", 1, 8).tiers(Tier.SPOT, Tier.RESERVED);
        world.start(only).start(rather);
        assertThat(tier(only)).isEqualTo(Tier.SPOT);
        assertThat(tier(rather)).isEqualTo(Tier.SPOT);
    }

    @Test
    void aPodThatIsOnItsWayIsWaitedFor() {
        quota("acme", 8);
        Job first = both("acme", "first", 1, 8).createdAt(1);
        Job second = both("acme", "second", 1, 8).createdAt(2);
        world.start(first);
        world.releasesHang = true;
        world.start(second);
        end(first);
        assertThat(tier(second)).isEqualTo(Tier.SPOT);

        world.writesComeThrough().settle();

        assertThat(tier(second)).isEqualTo(Tier.RESERVED);
        assertThat(claims(second)).containsExactly(Tier.RESERVED);
    }
}
