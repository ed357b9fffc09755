package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes that fail. */
class FailuresTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));
    private final Job train = job("acme", "train", 2, 8);

    @Test
    void aRecordThatCannotBeWrittenIsUndoneAndTriedAgain() {
        world.recordsHang = true;
        world.start(train);
        world.recordsThatFail = 1;
        world.writesComeThrough();
        assertThat(world.isPlaced(train)).isFalse();
        assertThat(world.decided(Decision.Release.class, train)).isZero();
        world.settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(2);
    }

    @Test
    void whatWasUndoneKeepsItsPlaceInTheQueue() {
        Job other = job("acme", "other", 7, 8).createdAt(1);
        world.recordsHang = true;
        world.start(train).start(other);
        world.recordsThatFail = 1;
        world.writesComeThrough().settle();
        assertThat(world.isPlaced(train)).isTrue();
        assertThat(world.isPlaced(other)).isFalse();
    }

    @Test
    void aReleaseThatFailsIsTriedAgainOnTheSameSeat() {
        world.releasesHang = true;
        world.start(train);
        world.releasesThatFail = 2;
        world.writesComeThrough();
        assertThat(world.view(train).seatsTaken()).isZero();
        world.settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
        assertThat(world.decided(Decision.Release.class, train)).isEqualTo(4);
    }

    @Test
    void aReleaseThatWasSaidToFailButDidNotIsBelieved() {
        world.releasesHang = true;
        world.start(train);
        Pod pod = world.podsOf(train.id()).get(0);
        pod.node = pod.releasing;
        pod.state = PodFacts.State.RELEASED;
        world.tell(pod);
        pod.releasing = java.util.Optional.empty();
        world.scheduler.releaseFailed(pod.gang, pod.uid);
        assertThat(world.view(train).seatsTaken()).isEqualTo(2);
        assertThat(world.decide()).isEmpty();
    }

    @Test
    void aReleaseThatFailsAfterItsGangIsOverLeavesNothingBehind() {
        world.releasesHang = true;
        world.start(train);
        List<Pod> pods = world.podsOf(train.id());
        world.scheduler.withdraw(train.id());
        pods.forEach(p -> world.scheduler.releaseFailed(p.gang, p.uid));
        assertThat(world.scheduler.gang(train.id())).isEmpty();
        world.workloads.get(train.id()).active = false;
        world.workloads.get(train.id()).forgetPlacement();
        pods.forEach(world::gone);
        world.releasesHang = false;
        Job all = job("acme", "all", 8, 8).createdAt(1);
        world.start(all);
        assertThat(world.isPlaced(all)).isTrue();
    }

    @Test
    void aLonePodIsReleasedAtOnceWithItsClaim() {
        Job pod = Job.lonePod("acme", "uid", 3);
        world.start(pod);
        assertThat(world.log).hasSize(1).allMatch(d -> d instanceof Decision.Release);
        Decision.Release release = (Decision.Release) world.log.get(0);
        assertThat(release.podUid()).isEqualTo(pod.id().name());
        assertThat(release.grant().tier()).isEqualTo(Tier.RESERVED);
        assertThat(release.grant().commitment()).hasToString("acme/base");
    }

    @Test
    void aLonePodWhoseReleaseFailsWaitsAgain() {
        world.releasesHang = true;
        Job pod = Job.lonePod("acme", "uid", 3);
        world.start(pod);
        world.releasesThatFail = 1;
        world.writesComeThrough();
        assertThat(world.isPlaced(pod)).isFalse();
        world.settle();
        assertThat(world.nodesOf(pod)).hasSize(1);
    }

    @Test
    void aLonePodThatWaitsAndIsDeletedIsForgotten() {
        Job pod = Job.lonePod("acme", "uid", 3);
        world.removeContract("acme").start(pod);
        assertThat(world.code(pod)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        world.gone(world.podsOf(pod.id()).get(0));
        assertThat(world.scheduler.gangs()).isEmpty();
        assertThat(world.decide()).isEmpty();
    }

    @Test
    void aLonePodThatFinishesGivesUpItsPlaceAtOnceAndIsForgotten() {
        Job pod = Job.lonePod("acme", "uid", 8);
        world.start(pod);
        world.finish(world.podsOf(pod.id()).get(0)).settle();
        assertThat(world.scheduler.gangs()).isEmpty();
        Job all = job("acme", "all", 8, 8);
        world.start(all);
        assertThat(world.isPlaced(all)).isTrue();
    }

    @Test
    void whoIsShortOfSupplyKeepsNothingFromOthersAsIfItWasShortOfQuota() {
        World scarce =
                World.h100(1).contract(Site.contract("acme", 30, "gpu")).contract(Site.contract("globex", 4, "gpu"));
        scarce.start(job("acme", "all", 7, 4)).start(job("acme", "rest", 1, 1));
        Job large = Job.lonePod("globex", "large", 4).createdAt(1);
        Job small = Job.lonePod("globex", "small", 2).createdAt(2);
        scarce.releasesThatFail = 1;

        scarce.submit(large).arrive(large, 1).submit(small).arrive(small, 1).settle();

        assertThat(scarce.releasesThatFail).isZero();
        assertThat(scarce.isPlaced(large)).isFalse();
        assertThat(scarce.isPlaced(small)).isTrue();
    }
}
