package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import org.junit.jupiter.api.Test;

/** Nodes, records and pods are enough to go on. */
class RestartTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));
    private final Job train = job("acme", "train", 4, 8);

    @Test
    void whatRunsGoesOnUntouched() {
        world.start(train).start(Job.lonePod("acme", "uid", 3));
        GangView before = world.view(train);
        int decided = world.log.size();
        world.restart().settle();
        assertThat(world.log).hasSize(decided);
        assertThat(world.view(train)).isEqualTo(before);
        Job rest = job("acme", "rest", 3, 8).createdAt(1);
        Job tooMuch = job("acme", "too-much", 1, 6).createdAt(2);
        world.start(rest).start(tooMuch);
        assertThat(world.isPlaced(rest)).isTrue();
        assertThat(world.isPlaced(tooMuch)).isFalse();
    }

    @Test
    void aGangThatIsRecordedAndNotReleasedIsReleased() {
        world.start(job("acme", "other", 1, 8));
        world.releasesHang = true;
        world.start(train);
        assertThat(world.podsOf(train, PodFacts.State.GATED)).hasSize(4);
        var seats = world.workloads.get(train.id()).seats();
        world.releasesHang = false;
        world.restart().settle();
        assertThat(world.nodesOf(train)).containsExactlyInAnyOrderElementsOf(seats);
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
    }

    @Test
    void aHalfReleasedGangIsFinished() {
        world.releasesHang = true;
        world.start(train);
        for (int i = 0; i < 2; i++) {
            Pod pod = world.podsOf(train.id()).get(i);
            pod.node = pod.releasing;
            pod.state = i == 0 ? PodFacts.State.RELEASED : PodFacts.State.BOUND;
        }
        world.releasesHang = false;
        world.restart().settle();
        assertThat(world.view(train).seatsTaken()).isEqualTo(4);
        assertThat(world.podsOf(train, PodFacts.State.GATED)).isEmpty();
        assertThat(world.podsOf(train.id()).stream().map(p -> p.node).distinct())
                .hasSize(4);
    }

    @Test
    void aGangThatWasDecidedAndNotRecordedWaitsAgain() {
        world.recordsHang = true;
        world.start(train);
        world.recordsHang = false;
        world.restart();
        assertThat(world.isPlaced(train)).isFalse();
        world.settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void podsInEveryStateFindTheirSeats() {
        world.terminationHangs = true;
        world.refusing.add("r1n3");
        world.start(train);
        world.delete(world.podsOf(train.id()).get(0));
        world.finish(world.podsOf(train.id()).get(1));
        world.arrive(train, -1, PodFacts.State.HELD, "example.com/x");
        world.settle();
        GangView before = world.view(train);
        world.restart().settle();
        assertThat(world.view(train)).isEqualTo(before);
        assertThat(before.seatsTaken()).isEqualTo(3);
    }

    @Test
    void aRollBackThatWasUnderWayIsFinished() {
        world.refusing.add("r1n1");
        world.terminationHangs = true;
        world.start(train).later(Scheduler.REFUSAL_GRACE);
        world.restart().settle();
        assertThat(world.decided(Decision.RolledBack.class, train)).isZero();
        assertThat(world.code(train)).isEqualTo(Reason.Code.REFUSED_BY_SCHEDULER);
        world.terminated().settle();
        assertThat(world.decided(Decision.RolledBack.class, train)).isEqualTo(1);
        assertThat(world.nodesOf(train)).hasSize(4).doesNotContain("r1n1");
    }

    @Test
    void podsOfAnEarlierPlacementThatStillTerminateTakeNoSeatFromThoseOfThisOne() {
        Job two = job("acme", "two", 2, 1);
        world.start(two);
        world.terminationHangs = true;
        world.withdraw(two).settle();
        // The old pods are forgotten with the first restart: the gang is placed beside them.
        world.restart().start(two);
        assertThat(world.podsOf(two, PodFacts.State.BOUND)).hasSize(2);
        world.restart().arrive(two, 2).terminated().settle();
        assertThat(world.podsOf(two, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.podsOf(two, PodFacts.State.GATED)).hasSize(2);
    }

    @Test
    void onDemandWorkIsStillOnDemand() {
        world.contract(Site.contract("globex", "globex", Site.onDemandOnly("burst", 8)));
        world.removeContract("acme");
        Job burst = job("globex", "burst", 1, 8).tiers(Tier.ON_DEMAND);
        world.start(burst).restart().settle();
        Job more = job("globex", "more", 1, 1).tiers(Tier.ON_DEMAND).createdAt(1);
        world.start(more);
        assertThat(world.code(more)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void podsOfASuspendedJobThatStillTerminateAreCountedAsNobodys() {
        world.start(train);
        world.terminationHangs = true;
        world.withdraw(train).settle();
        world.restart().settle();
        Job all = job("acme", "all", 8, 8).createdAt(1);
        world.start(all);
        assertThat(world.isPlaced(all)).isFalse();
        world.terminated().settle();
        assertThat(world.isPlaced(all)).isTrue();
    }

    @Test
    void aRecordWithoutSeatsIsNoPlacement() {
        Scheduler scheduler = new Scheduler();
        Decision.Grant grant = new Decision.Grant(
                new dev.offtake.contract.CommitmentId("acme", "base"),
                Tier.RESERVED,
                Site.START,
                java.util.Optional.empty());
        scheduler.restore(train.spec(), grant, java.util.List.of(), java.util.Optional.empty());
        assertThat(scheduler.gang(train.id()).orElseThrow().placed()).isFalse();
        assertThat(scheduler.decide(Site.START)).hasSize(1).allMatch(d -> d instanceof Decision.Explain);
    }
}
