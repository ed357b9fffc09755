package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Lending;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When gangs that have lost nodes are looked at: two racks of four nodes, of one of which a gang needs all. */
class StrandedTest {
    private static final Duration PATIENCE = WaitRules.DEFAULT.startOverAfter();
    private static final Duration LONG = Duration.ofDays(30);

    private final World world =
            World.h100(2).contract(Site.contract("owner", 8, "node")).contract(Site.contract("guest", 1, "gpu"));
    private final Job whole = job("owner", "whole", 4, 8).required("rack");

    @BeforeEach
    void aGangHasARack() {
        world.start(whole);
    }

    private void fillTheOtherRack() {
        world.start(job("owner", "other", 1, 8).createdAt(1));
    }

    private void loseANode() {
        String lost = world.nodesOf(whole).get(0);
        List<Pod> pods = world.podsOf(whole.id()).stream()
                .filter(pod -> pod.node.filter(lost::equals).isPresent())
                .toList();
        world.removeNode(lost);
        pods.forEach(world::gone);
        world.arrive(whole, pods.size()).settle();
    }

    private int startsOver() {
        return (int) world.decided(Decision.StartOver.class, whole);
    }

    @Test
    void aGangForWhichThereIsNoPlaceIsLookedAtOnceAndThenOnlyWhenSomethingHappens() {
        fillTheOtherRack();
        loseANode();

        world.later(PATIENCE);

        assertThat(world.scheduler.nextWake().filter(world.now.plus(LONG)::isAfter))
                .isEmpty();
        world.later(LONG);
        assertThat(world.scheduler.nextWake().filter(world.now.plus(LONG)::isAfter))
                .isEmpty();
        assertThat(startsOver()).isZero();
    }

    @Test
    void whenARackComesItIsLookedAtWhenItWouldHaveBeenWithoutAPause() {
        fillTheOtherRack();
        loseANode();
        world.later(PATIENCE).later(LONG);

        world.later(Duration.ofMinutes(2)).rack("r3").settle();

        assertThat(startsOver()).isZero();
        assertThat(world.scheduler.nextWake()).contains(world.now.plus(Duration.ofMinutes(3)));
        world.later(Duration.ofMinutes(3));
        assertThat(startsOver()).isEqualTo(1);
    }

    @Test
    void anotherLookThatIsTakenInVainIsNoReasonForTheNext() {
        fillTheOtherRack();
        loseANode();
        world.later(PATIENCE);

        world.start(job("guest", "small", 1, 1).createdAt(2)).later(Stranded.AGAIN);

        assertThat(world.scheduler.nextWake().filter(world.now.plus(LONG)::isAfter))
                .isEmpty();
    }

    @Test
    void workThatIsLentAPlaceIsInTheWayOnlyAsLongAsItMustNotBeEvicted() {
        Lending lending = new Lending(true, Duration.ofMinutes(2), Duration.ofMinutes(33));
        Commitment base = Site.commitment("base", Site.H100, 8, "node", 0);
        world.contract(Site.contract(
                "owner", "owner", new Commitment(base.name(), Site.H100, "node", base.tranches(), 0, lending)));
        world.start(job("guest", "guest", 4, 8).tiers(Tier.SPOT).createdAt(1));
        Instant lost = world.now;
        loseANode();

        while (startsOver() == 0) {
            world.at(world.scheduler.nextWake().orElseThrow());
        }

        assertThat(Duration.between(lost, world.now)).isEqualTo(Duration.ofMinutes(35));
    }
}
