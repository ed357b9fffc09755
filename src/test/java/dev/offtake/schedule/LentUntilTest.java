package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who waits for what may not be taken back yet is told until when. */
class LentUntilTest {
    private static final Duration MIN_RUNTIME = Duration.ofMinutes(30);
    private final World world = World.h100(1);
    private final Job owner = job("owner", "own", 2, 8);

    LentUntilTest() {
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        world.contract(Site.contract(
                "owner",
                "owner",
                new Commitment(
                        "base",
                        Site.H100,
                        "node",
                        List.of(new Tranche("all", 4, new Interval(Site.START, Site.END))),
                        0,
                        new Lending(true, Duration.ofSeconds(10), MIN_RUNTIME))));
    }

    private Optional<String> lentUntil() {
        return Optional.ofNullable(
                world.view(owner).waiting().orElseThrow().numbers().get(Refusal.LENT_UNTIL));
    }

    @Test
    void itIsWhenTheFirstOfThoseInItsWayHasRunForMinRuntime() {
        world.start(job("guest", "first", 2, 8).tiers(Tier.SPOT));
        world.later(Duration.ofMinutes(5));
        world.start(job("guest", "second", 2, 8).tiers(Tier.SPOT));
        world.start(owner);
        assertThat(world.code(owner)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(lentUntil()).contains(Site.START.plus(MIN_RUNTIME).toString());
        world.later(MIN_RUNTIME);
        assertThat(world.isPlaced(owner)).isTrue();
    }

    @Test
    void nothingIsSaidWhereThereWouldBeNoRoomWithoutThemEither() {
        world.start(job("guest", "first", 3, 8).tiers(Tier.SPOT));
        world.stranger("other", "r1n4", Job.shape(8));
        world.start(job("owner", "whole", 4, 8));
        world.start(owner);
        Job whole = job("owner", "whole", 4, 8);
        assertThat(world.view(whole).waiting().orElseThrow().numbers()).doesNotContainKey(Refusal.LENT_UNTIL);
    }
}
