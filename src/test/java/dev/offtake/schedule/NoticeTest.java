package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A notice is whole, however long the write of the plan takes, and whoever else comes. */
class NoticeTest {
    private static final Duration NOTICE = Duration.ofSeconds(120);
    private final World world = World.h100(1);
    private final Job guest = job("guest", "guest", 4, 8).tiers(Tier.SPOT);
    private final Job own = job("owner", "own", 4, 8).createdAt(5);

    NoticeTest() {
        world.contract(Site.contract("owner", "owner", lending("base", 4, NOTICE)));
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        world.start(guest).later(Duration.ofHours(1));
        world.terminationHangs = true;
    }

    private static Commitment lending(String name, int nodes, Duration notice) {
        return new Commitment(
                name,
                Site.H100,
                "node",
                List.of(new Tranche("all", nodes, new Interval(Site.START, Site.END))),
                0,
                new Lending(true, notice, Duration.ZERO));
    }

    private Decision.Evict evict() {
        return world.log.stream()
                .filter(Decision.Evict.class::isInstance)
                .map(Decision.Evict.class::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    @Test
    void theWholeNoticeBeginsWhenThePlanIsDurable() {
        world.recordsHang = true;
        world.start(own);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
        world.later(Duration.ofSeconds(100));

        world.writesComeThrough().settle();

        assertThat(evict().deadline()).isAfterOrEqualTo(world.now.plus(NOTICE));
    }

    @Test
    void theWholeNoticeBeginsWhenASuccessorTellsThem() {
        world.recordsHang = true;
        world.start(own);
        // It is written, and the operator dies before it hears of that.
        Workload workload = world.workloads.get(own.id());
        workload.durable = workload.pending;
        world.recordsHang = false;
        world.now = world.now.plusSeconds(110);
        world.restart().settle();

        assertThat(evict().deadline()).isAfterOrEqualTo(world.now.plus(NOTICE));
    }

    /** Nobody was told to go, so nobody is late. */
    @Test
    void aPlanThatWasWrittenTooLateIsCarriedOutAllTheSame() {
        world.recordsHang = true;
        world.start(own);
        world.later(Duration.ofSeconds(151));

        world.writesComeThrough();
        Instant before = world.now;
        world.settle();

        assertThat(world.decided(Decision.PlanFailed.class, own)).isZero();
        assertThat(evict().deadline()).isAfterOrEqualTo(before.plus(NOTICE));
    }

    /** Nobody else has to go for a plan that went on for long before anybody was told. */
    @Test
    void whoWasToldLateIsNotTakenForOneThatDoesNotGo() {
        Job second = job("guest", "second", 4, 8).tiers(Tier.SPOT).createdAt(1);
        world.rack("r2");
        world.start(second).later(Duration.ofHours(1));
        world.recordsHang = true;
        world.start(own);
        world.later(Duration.ofSeconds(151));
        world.writesComeThrough().settle();
        world.withdraw(own).settle();

        world.start(job("owner", "again", 4, 8).createdAt(9));

        assertThat(world.log.stream().filter(Decision.Evict.class::isInstance)).hasSize(1);
    }

    /** Who leaves by a long notice of one lender is awaited by another one whose notice is short. */
    @Test
    void aShortNoticeDoesNotShortenALongOneThatWasGiven() {
        world.contract(Site.contract("hasty", "hasty", lending("base", 4, Duration.ofSeconds(3))));
        world.rack("r2");
        Job other = job("guest", "other", 4, 8).tiers(Tier.SPOT).createdAt(2);
        world.start(other).later(Duration.ofHours(1));
        world.start(own.pods(1));
        Instant promised = evict().deadline();

        Job hasty = job("hasty", "hasty", 1, 8).createdAt(6);
        world.start(hasty);
        world.later(Duration.ofSeconds(60));

        assertThat(plan(hasty).everybody()).isEqualTo(plan(own).everybody());
        assertThat(plan(hasty).deadline()).isEqualTo(promised);
        assertThat(world.log.stream().filter(Decision.Evict.class::isInstance)).hasSize(1);
    }

    @Test
    void norDoesItAfterARestart() {
        world.start(own);
        Instant promised = evict().deadline();
        world.later(Duration.ofSeconds(10)).withdraw(own).settle();

        world.restart().settle();
        world.contract(Site.contract("hasty", "hasty", lending("base", 4, Duration.ofSeconds(3))));
        Job hasty = job("hasty", "hasty", 1, 8).createdAt(6);
        world.start(hasty);

        assertThat(plan(hasty).victims()).containsExactly(guest.id());
        assertThat(plan(hasty).deadline()).isEqualTo(promised);
    }

    /** Its pod is ending, so it was told; no record says until when but that of the plan. */
    @Test
    void aRestartDoesNotPutOffThePlanForALonePodThatIsEndingAlready() {
        world.withdraw(guest).terminated();
        for (int i = 0; i < 4; i++) {
            world.start(Job.lonePod("guest", "pod-" + i, 8).tiers(Tier.SPOT));
        }
        world.terminationHangs = true;
        world.later(Duration.ofHours(1)).start(own);
        Instant deadline = plan(own).deadline();
        world.later(Duration.ofSeconds(60));

        world.restart().settle();

        assertThat(plan(own).deadline()).isEqualTo(deadline);
    }

    private Plan plan(Job claimant) {
        return world.workloads
                .get(claimant.id())
                .durable
                .flatMap(Decision.Record::plan)
                .orElseThrow();
    }
}
