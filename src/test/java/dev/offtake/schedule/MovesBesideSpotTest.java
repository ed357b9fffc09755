package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Lending;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is moved may take back what is lent where it goes, on the terms on which it may when it gets there. */
class MovesBesideSpotTest {
    private static final Duration DAY = Duration.ofHours(24);

    /** Four nodes of eight GPUs. */
    private final World world = World.h100(1);

    @BeforeEach
    void guest() {
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
    }

    private void contract(String tenant, int gpus, Duration minRuntime) {
        Commitment base = Site.movable(Site.commitment("base", Site.H100, gpus, "gpu", 0));
        world.contract(Site.contract(
                tenant,
                tenant,
                new Commitment(
                        base.name(),
                        base.gpuClass(),
                        base.unit(),
                        base.tranches(),
                        0,
                        new Lending(true, Duration.ofSeconds(60), minRuntime),
                        false,
                        true)));
    }

    private Job run(Job job) {
        world.start(job);
        assertThat(world.nodesOf(job)).as("%s runs", job.id()).hasSize(1);
        return job;
    }

    /** Does what is due until then. */
    private void pass(Duration time) {
        Instant until = world.now.plus(time);
        Optional<Instant> wake = world.scheduler.nextWake();
        while (wake.isPresent() && wake.get().isBefore(until)) {
            world.at(wake.get());
            wake = world.scheduler.nextWake();
        }
        world.at(until);
    }

    @Test
    void nobodyIsMovedOntoWhatIsLentAndProtected() {
        contract("owner", 32, DAY);
        Job one = run(job("owner", "one", 1, 4));
        Job beside = run(job("owner", "beside", 1, 4));
        Job two = run(job("owner", "two", 1, 4));
        Job besideTwo = run(job("owner", "besideTwo", 1, 4));
        run(job("owner", "three", 1, 8));
        run(job("owner", "four", 1, 8));
        pass(Duration.ofHours(30));
        world.withdraw(besideTwo).settle();
        Job spot = run(job("guest", "spot", 1, 4).tiers(Tier.SPOT).createdAt(100));
        assertThat(world.nodesOf(spot)).isEqualTo(world.nodesOf(two));
        world.withdraw(beside).settle();
        Job whole = job("owner", "whole", 1, 8).createdAt(200);
        world.start(whole);

        pass(Duration.ofHours(20));
        assertThat(world.decided(Decision.Evict.class, one)).isZero();
        assertThat(world.decided(Decision.Evict.class, two)).isZero();
        assertThat(world.isPlaced(spot)).isTrue();

        pass(Duration.ofHours(5));
        assertThat(world.nodesOf(whole)).hasSize(1);
        assertThat(world.nodesOf(one)).hasSize(1);
        assertThat(world.nodesOf(two)).hasSize(1);
        assertThat(world.isPlaced(spot)).isFalse();
    }

    @Test
    void nobodyIsMovedOntoTheNodesWhereItIs() {
        contract("owner", 28, DAY);
        contract("other", 4, Duration.ZERO);
        run(job("owner", "one", 1, 8));
        run(job("owner", "two", 1, 8));
        run(job("owner", "three", 1, 8));
        Job moved = run(job("other", "moved", 1, 4));
        pass(Duration.ofHours(1));
        Job spot = run(job("guest", "spot", 1, 4).tiers(Tier.SPOT).createdAt(100));
        Job last = job("owner", "last", 1, 4).createdAt(200);
        world.start(last);

        pass(Duration.ofHours(2));
        assertThat(world.decided(Decision.Evict.class, moved)).isZero();
        assertThat(world.isPlaced(spot)).isTrue();

        pass(DAY);
        assertThat(world.nodesOf(last)).hasSize(1);
        assertThat(world.decided(Decision.Evict.class, moved)).isZero();
    }
}
