package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Miscount;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is counted wrong is found after the next decision. */
class SelfCheckTest {
    private static final Claimant OWN = new Claimant("acme/base", Tier.RESERVED);
    private final World world = World.h100(1).contract(Site.contract("acme", 32, "gpu"));
    private final Job train = job("acme", "train", 2, 8);

    SelfCheckTest() {
        world.scheduler.check().upTo(4);
        world.start(train);
    }

    private void decide() {
        world.scheduler.decide(world.now);
    }

    private void isFound(String message) {
        assertThatThrownBy(this::decide).isInstanceOf(Miscount.class).hasMessageContaining(message);
    }

    private Seat seat(String node) {
        return new Seat(Job.WORKERS, OWN, train.podSet().shape(), node, world.now);
    }

    @Test
    void whatIsRightIsLeftAlone() {
        assertThatCode(this::decide).doesNotThrowAnyException();
    }

    /** Until its record is written, the gang has both the seat that it leaves and the one that it goes to. */
    @Test
    void aSeatThatLeavesANodeWithTooFewGpusIsLeftAlone() {
        world.contract(Site.contract("acme", 16, "gpu"));
        world.gone(world.podsOf(train.id()).get(0));
        world.node("r1n1", node -> Site.withGpus(node, 4)).arrive(train, 1);
        assertThatCode(world::settle).doesNotThrowAnyException();
        assertThat(world.nodesOf(train)).containsExactlyInAnyOrder("r1n2", "r1n3");
    }

    @Test
    void aSeatOfNoGang() {
        world.scheduler.cluster().seat("r1n3", OWN, train.podSet().shape(), 1);
        isFound("seats on r1n3: kept Optional[");
    }

    @Test
    void aSeatThatIsNotCounted() {
        world.scheduler.cluster().seat("r1n1", OWN, train.podSet().shape(), -1);
        isFound("seats on r1n1: kept Optional.empty, counted Optional[");
    }

    @Test
    void aStrangerWhoWentUnnoticed() {
        world.stranger("s", "r1n4", Job.shape(1)).settle();
        world.scheduler.cluster().vacate("s");
        isFound("strangers on r1n4: kept Optional.empty");
    }

    @Test
    void whatASubTenantHas() {
        world.scheduler.shares().count(new Gang(train.spec()), seat("r1n1"), 1);
        isFound("shares by contract, acme: kept {=Gpus[firm=24, lent=0]}, counted {=Gpus[firm=16, lent=0]}");
    }

    @Test
    void whoIsLentWhat() {
        world.scheduler
                .lent()
                .count(
                        new Gang(train.spec()),
                        new Seat(
                                Job.WORKERS,
                                new Claimant("acme/base", Tier.SPOT),
                                train.podSet().shape(),
                                "r1n2",
                                world.now),
                        1);
        isFound("lent seats by node, r1n2");
    }

    @Test
    void whoHoldsHowMuch() {
        world.scheduler.holders().count(new Gang(train.spec()), seat("r1n1"), 1);
        isFound("GPUs held by account, " + OWN);
    }

    @Test
    void itIsOffUnlessItIsAskedFor() {
        world.scheduler.check().upTo(0);
        world.scheduler.cluster().seat("r1n3", OWN, train.podSet().shape(), 1);
        assertThatCode(this::decide).doesNotThrowAnyException();
    }

    @Test
    void itIsOffOnMoreNodes() {
        world.scheduler.check().upTo(3);
        world.scheduler.cluster().seat("r1n3", OWN, train.podSet().shape(), 1);
        assertThatCode(this::decide).doesNotThrowAnyException();
    }

    @Test
    void nowAndThenItTellsOfAFaultAndGoesOn() {
        List<Miscount> faults = new ArrayList<>();
        world.scheduler.check().upTo(0);
        AtomicLong clock = new AtomicLong();
        world.scheduler.checkNowAndThen(
                faults::add, () -> clock.addAndGet(Duration.ofMillis(60).toNanos()));
        decide();
        world.later(Duration.ofMinutes(1));
        assertThat(faults).isEmpty();

        world.scheduler.cluster().seat("r1n3", OWN, train.podSet().shape(), 1);
        decide();
        assertThat(faults).as("not before it took a thousandth of the time").isEmpty();
        world.later(Duration.ofSeconds(119));
        assertThat(faults).isEmpty();
        world.later(Duration.ofSeconds(1));
        assertThat(faults).extracting(Miscount::rule).containsExactly(Miscount.Rule.COUNT);
    }

    @Test
    void aCheckThatFailsIsToldOfAndStopsNobody() {
        List<Miscount> faults = new ArrayList<>();
        SelfCheck check = world.scheduler.check();
        check.upTo(0);
        world.scheduler.checkNowAndThen(faults::add, () -> 0);
        decide();
        List<Decision> unreadable = new AbstractList<>() {
            @Override
            public Decision get(int index) {
                throw new UnsupportedOperationException("decision " + index);
            }

            @Override
            public int size() {
                return 1;
            }
        };

        check.begin(world.now.plusSeconds(60));
        check.end(world.now.plusSeconds(60), unreadable);

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.rule()).isEqualTo(Miscount.Rule.CHECK);
            assertThat(fault).hasRootCauseMessage("decision 0").hasMessageContaining("Check: ");
        });
        check.begin(world.now.plusSeconds(61));
        check.end(world.now.plusSeconds(61), unreadable);
        assertThat(faults).as("not more than one decision in a minute").hasSize(1);
    }

    @Test
    void aCheckThatFailsBeforeTheDecisionLooksAtNoneOfIt() {
        List<Miscount> faults = new ArrayList<>();
        AtomicLong clock = new AtomicLong();
        // Nobody's roster can be read.
        SelfCheck check = new SelfCheck(world.scheduler.cluster(), null, null);
        check.upTo(0);
        check.sample(faults::add, () -> clock.addAndGet(Duration.ofMillis(120).toNanos()));
        check.begin(world.now);

        check.begin(world.now.plusSeconds(60));
        check.end(world.now.plusSeconds(60), List.of());

        assertThat(faults).extracting(Miscount::rule).containsExactly(Miscount.Rule.CHECK);
        check.begin(world.now.plusSeconds(179));
        assertThat(faults).as("not before it took a thousandth of the time").hasSize(1);
        check.begin(world.now.plusSeconds(180));
        assertThat(faults).hasSize(2);
    }

    @Test
    void aCheckOfAllDecisionsThatFailsEndsTheScheduler() {
        SelfCheck check = new SelfCheck(world.scheduler.cluster(), null, null);
        check.upTo(4);

        assertThatThrownBy(() -> check.begin(world.now)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void anEvictionThatIsInNobodysPlan() {
        world.scheduler.check().begin(world.now);
        Decision evict = new Decision.Evict(
                train.id(), new GangId("acme", "other"), world.now, Reason.of(Reason.Code.RECLAIMED));

        assertThatThrownBy(() -> world.scheduler.check().end(world.now, List.of(evict)))
                .isInstanceOfSatisfying(
                        Miscount.class, fault -> assertThat(fault.rule()).isEqualTo(Miscount.Rule.I5))
                .hasMessageContaining("I5: nobody's plan says Evict[");
    }
}
