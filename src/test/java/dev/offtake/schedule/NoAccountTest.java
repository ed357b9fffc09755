package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Others are leaving for a gang that loses the right to that before they are gone. */
class NoAccountTest {
    private static final Duration NOTICE = Duration.ofSeconds(120);
    private static final Instant OVER = Site.START.plus(Duration.ofHours(2));

    private final World world = World.h100(1);
    private final Job guest = job("guest", "guest", 4, 8).tiers(Tier.SPOT);
    private final Job own = job("owner", "own", 2, 8).createdAt(5);

    @BeforeEach
    void theGuestIsLeaving() {
        Interval term = new Interval(Site.START, OVER);
        world.contract(new Contract(
                "owner",
                "owner",
                term,
                Site.START,
                List.of(new Commitment(
                        "base",
                        Site.H100,
                        "node",
                        List.of(new Tranche("all", 4, term)),
                        0,
                        new Lending(true, NOTICE, Duration.ZERO)))));
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        world.start(guest).at(OVER.minusSeconds(60));
        world.terminationHangs = true;
        world.start(own);
        assertThat(world.decided(Decision.Evict.class, guest)).isEqualTo(1);
    }

    private void assertDoesNotBegin(Reason.Code code) {
        assertThat(world.decided(Decision.PlanFailed.class, own)).isEqualTo(1);
        assertThat(world.code(own)).isEqualTo(code);
        world.terminated().settle();
        assertThat(world.isPlaced(own)).isFalse();
        assertThat(world.isPlaced(guest)).as("its place is idle again").isTrue();
    }

    @Test
    void whereTheContractIsDeletedItDoesNotBegin() {
        world.removeContract("owner").settle();

        assertDoesNotBegin(Reason.Code.NO_ACTIVE_CONTRACT);
    }

    @Test
    void whereTheTermEndsItDoesNotBegin() {
        world.at(OVER);

        assertDoesNotBegin(Reason.Code.NO_ACTIVE_CONTRACT);
    }

    @Test
    void whoAsksToBorrowInsteadIsServedAsThat() {
        world.submit(own.tiers(Tier.SPOT)).settle();

        assertThat(world.decided(Decision.PlanFailed.class, own)).isEqualTo(1);
        assertThat(world.code(own)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
    }

    @Test
    void whoAcceptsMoreThanBeforeKeepsItsPlan() {
        world.submit(own.tiers(Tier.RESERVED, Tier.SPOT)).settle();

        assertThat(world.decided(Decision.PlanFailed.class, own)).isZero();
        world.terminated().settle();
        assertThat(world.isPlaced(own)).isTrue();
    }
}
