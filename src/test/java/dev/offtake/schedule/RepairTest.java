package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Gangs that run and lack seats which are lent (Rule 4, I2): eight nodes of eight GPUs in two racks, the owner has three
 * of them promised and in use, a guest has borrowed the rest.
 */
class RepairTest {
    private static final Duration PATIENCE = WaitRules.DEFAULT.startOverAfter();

    private final Job own = job("owner", "own", 3, 8);
    private final World world =
            World.h100(2).contract(Site.contract("owner", 3, "node")).contract(Site.contract("guest", 1, "gpu"));

    private Job spot(String name, int pods) {
        return job("guest", name, pods, 8).tiers(Tier.SPOT);
    }

    /** A node is lost on which the job has a seat; the pod for it comes anew. */
    private String lose(Job job) {
        String lost = world.nodesOf(job).get(0);
        lose(job, lost);
        return lost;
    }

    private void lose(Job job, String lost) {
        List<Pod> pods = world.podsOf(job.id()).stream()
                .filter(pod -> pod.node.filter(lost::equals).isPresent())
                .toList();
        world.removeNode(lost);
        pods.forEach(world::gone);
        world.arrive(job, pods.size());
    }

    private List<Decision.Record> records(Job job) {
        return world.log.stream()
                .filter(d -> d instanceof Decision.Record && d.gang().equals(job.id()))
                .map(Decision.Record.class::cast)
                .toList();
    }

    @Test
    void aLostSeatIsTakenBackFromWhatIsLentWhileTheOthersRunOn() {
        Job small = spot("small", 1);
        Job large = spot("large", 4).createdAt(1);
        world.start(own).start(small).start(large).later(Duration.ofHours(1));
        world.terminationHangs = true;
        String lost = lose(own);

        world.settle();

        assertThat(world.decided(Decision.Evict.class, small)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, large)).isZero();
        assertThat(world.code(own)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.view(own).waiting().orElseThrow().numbers())
                .containsEntry("gpus", "8")
                .containsEntry("victims", "1")
                .containsEntry(Reason.RUNS, "true");
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.podsOf(own, PodFacts.State.GATED)).hasSize(1);

        world.terminated().settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
        assertThat(world.nodesOf(own)).doesNotContain(lost).doesNotHaveDuplicates();
        assertThat(world.view(own).waiting()).isEmpty();
    }

    @Test
    void aSeatOnANodeThatTheGangToleratesNoLongerIsMovedWhenItsPodComesAnew() {
        world.start(own);
        String tainted = world.nodesOf(own).get(0);
        world.node(tainted, node -> Site.tainted(node, "maintenance")).settle();
        assertThat(world.nodesOf(own)).as("who runs stays").contains(tainted);

        world.podsOf(own.id()).stream()
                .filter(pod -> pod.node.filter(tainted::equals).isPresent())
                .toList()
                .forEach(world::gone);
        world.arrive(own, 1).settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
        assertThat(world.nodesOf(own)).doesNotContain(tainted);
    }

    @Test
    void nobodyHasToGoForAPartOfAGangThatIsOfNoUse() {
        Job pair = spot("pair", 1);
        world.start(own).start(pair);
        // What is left is in use by others, who cannot be evicted.
        for (String node : List.copyOf(world.nodes.keySet())) {
            boolean used =
                    world.nodesOf(own).contains(node) || world.nodesOf(pair).contains(node);
            if (!used) {
                world.stranger("stranger-" + node, node, new Shape(8, Map.of()));
            }
        }
        world.settle().later(Duration.ofHours(1));
        List<String> nodes = new ArrayList<>(world.nodesOf(own));
        lose(own, nodes.get(0));
        lose(own, nodes.get(1));

        world.settle().later(Duration.ofHours(1));

        assertThat(world.decided(Decision.Evict.class, pair)).isZero();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(1);
    }

    @Test
    void anElasticGangGrowsWithinItsCommitmentIntoWhatIsLent() {
        Job other = job("owner", "other", 1, 8);
        Job elastic = job("owner", "elastic", 3, 8).elasticFrom(2).createdAt(1);
        Job large = spot("large", 5);
        world.start(other).start(elastic).start(large).later(Duration.ofHours(1));
        assertThat(world.nodesOf(elastic)).hasSize(2);
        assertThat(world.isPlaced(large)).isTrue();

        world.contract(Site.contract("owner", 4, "node")).settle().later(Duration.ofHours(1));

        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(3);
        assertThat(world.decided(Decision.Evict.class, large)).isEqualTo(1);
    }

    @Test
    void whatAnElasticGangIsLentItselfIsNotTakenBackForIt() {
        Job elastic = job("owner", "elastic", 4, 8)
                .elasticFrom(2)
                .tiers(Tier.RESERVED, Tier.SPOT)
                .sparesPods();
        world.start(elastic);
        assertThat(world.nodesOf(elastic)).hasSize(4);

        lose(elastic);
        world.settle().later(Duration.ofHours(1));

        assertThat(world.log).noneMatch(d -> d instanceof Decision.Shrink || d instanceof Decision.Evict);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void aVictimThatDoesNotGoIsGivenUpAndAnotherGoes() {
        Job first = spot("first", 1);
        Job second = spot("second", 4).createdAt(1);
        world.start(own).start(first).start(second).later(Duration.ofHours(1));
        world.terminationHangs = true;
        lose(own);
        world.settle();
        assertThat(world.decided(Decision.Evict.class, first)).isEqualTo(1);

        world.later(Duration.ofHours(1));
        assertThat(world.decided(Decision.Evict.class, second)).isEqualTo(1);
        assertThat(world.view(own).seats()).isEqualTo(3);
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);

        world.terminated().settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aPlanThatCannotBeWrittenIsMadeAnewAndNobodyGoesBeforeItIs() {
        world.start(own).start(spot("large", 5)).later(Duration.ofHours(1));
        world.recordsHang = true;
        world.recordsThatFail = 1;
        lose(own);
        world.settle();
        assertThat(records(own).get(records(own).size() - 1).plan()).isPresent();
        assertThat(world.log).noneMatch(d -> d instanceof Decision.Evict);

        world.writesComeThrough().settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aRestartInTheMiddleChangesNothing() {
        world.start(own).start(spot("large", 5)).later(Duration.ofHours(1));
        world.terminationHangs = true;
        lose(own);
        world.settle();
        assertThat(world.code(own)).isEqualTo(Reason.Code.RECLAIMING);

        world.restart().settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
        world.terminated().settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aNodeThatComesBackMeanwhileIsUsedIfTheVictimStays() {
        Job only = spot("only", 5);
        world.start(own).start(only).later(Duration.ofHours(1));
        world.terminationHangs = true;
        String node = world.nodesOf(own).get(0);
        world.podsOf(own.id()).stream()
                .filter(pod -> pod.node.filter(node::equals).isPresent())
                .toList()
                .forEach(pod -> {
                    world.node(node, n -> Site.ready(n, false));
                    world.pods.remove(pod.uid);
                    world.scheduler.podGone(pod.gang, pod.uid);
                });
        world.arrive(own, 1).settle();
        assertThat(world.code(own)).isEqualTo(Reason.Code.RECLAIMING);

        world.node(node, n -> Site.ready(n, true)).settle();
        world.later(Duration.ofHours(1));

        assertThat(world.nodesOf(own)).contains(node);
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    /** A gang of a whole rack loses one node of it. */
    private Job whole() {
        world.contract(Site.contract("owner", 8, "node"));
        return job("owner", "whole", 4, 8).required("rack");
    }

    @Test
    void aGangThatCannotBeRepairedInItsDomainStartsOverElsewhereAsAWhole() {
        Job whole = whole();
        world.start(whole);
        String rack = world.nodesOf(whole).get(0).substring(0, 2);
        world.terminationHangs = true;
        lose(whole);
        world.settle();
        assertThat(world.code(whole)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        world.later(PATIENCE.minusSeconds(1));
        assertThat(world.decided(Decision.StartOver.class, whole)).isZero();
        assertThat(world.scheduler.nextWake()).contains(world.now.plusSeconds(1));

        world.later(Duration.ofSeconds(1));

        assertThat(world.decided(Decision.StartOver.class, whole)).isEqualTo(1);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.NODES_LOST);
        assertThat(world.view(whole).waiting().orElseThrow().numbers())
                .containsEntry("lost", "1")
                .containsEntry("pods", "4");
        world.terminated().settle();
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.nodesOf(whole)).noneMatch(node -> node.startsWith(rack));
    }

    @Test
    void forAGangThatStartsOverWhatIsLentIsTakenBack() {
        Job whole = whole();
        Job guest = spot("guest", 4);
        world.start(whole).start(guest).later(Duration.ofHours(1));
        lose(whole);

        world.settle().later(PATIENCE).later(Duration.ofHours(1));

        assertThat(world.decided(Decision.Evict.class, guest)).isEqualTo(1);
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void aGangForWhichThereIsNoOtherPlaceGoesOnWithWhatItHas() {
        Job whole = whole();
        world.start(whole).start(job("owner", "other", 1, 8).createdAt(1));
        lose(whole);

        world.settle().later(PATIENCE).later(Duration.ofHours(1));

        assertThat(world.decided(Decision.StartOver.class, whole)).isZero();
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aGangDoesNotStartOverWhereAnEarlierOneWouldHaveItsPlace() {
        World three = World.h100(3).reserveAfter(Duration.ofHours(1));
        three.contract(Site.contract("owner", 12, "node"));
        Job big = job("owner", "big", 4, 8).required("rack").createdAt(1);
        Job whole = job("owner", "whole", 3, 8).required("rack").createdAt(2);
        Job near = job("owner", "near", 1, 8).createdAt(3);
        three.start(in(whole, "r1")).start(in(job("owner", "beside", 1, 8), "r1"));
        three.start(in(near, "r2")).start(in(job("owner", "far", 2, 8), "r3"));
        three.submit(whole).start(big).later(Duration.ofHours(2));
        assertThat(three.code(big)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        String lost = three.nodesOf(whole).get(0);
        three.removeNode(lost);
        three.podsOf(whole.id()).stream()
                .filter(pod -> pod.node.filter(lost::equals).isPresent())
                .toList()
                .forEach(three::gone);
        three.arrive(whole, 1).settle();

        three.later(PATIENCE).later(Duration.ofHours(1));
        assertThat(three.decided(Decision.StartOver.class, whole)).isZero();

        three.podsOf(near.id()).forEach(three::finish);
        three.withdraw(near).settle();
        assertThat(three.isPlaced(big)).isTrue();
    }

    @Test
    void aGangWhoseNodeComesBackInTimeGoesOnThere() {
        Job whole = whole();
        world.start(whole);
        String lost = lose(whole);
        world.settle().later(PATIENCE.minusSeconds(1));

        world.node(Site.node(Site.H100, lost.substring(0, 2), lost)).settle().later(Duration.ofHours(1));

        assertThat(world.decided(Decision.StartOver.class, whole)).isZero();
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.nodesOf(whole)).contains(lost);
    }

    @Test
    void noGangStartsOverWhereThatIsSwitchedOff() {
        world.scheduler.startOverAfter(Duration.ZERO);
        Job whole = whole();
        world.start(whole);
        lose(whole);
        world.settle().later(Duration.ofDays(1));
        assertThat(world.decided(Decision.StartOver.class, whole)).isZero();
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void anElasticGangThatHasItsLeastGoesOn() {
        Job whole = whole().elasticFrom(3);
        world.start(whole);
        lose(whole);
        world.settle().later(PATIENCE).later(Duration.ofHours(1));
        assertThat(world.decided(Decision.StartOver.class, whole)).isZero();

        lose(whole);
        world.settle().later(PATIENCE).later(Duration.ofHours(1));

        assertThat(world.decided(Decision.StartOver.class, whole)).isEqualTo(1);
        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void aRestartWhileAGangStartsOverChangesNothing() {
        Job whole = whole();
        world.start(whole);
        world.terminationHangs = true;
        lose(whole);
        world.settle().later(PATIENCE);

        world.restart().settle();
        world.terminated().settle();

        assertThat(world.podsOf(whole, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void slicesStayTogetherWhenTheirNodeIsLost() {
        Job sliced = job("owner", "sliced", 4, 4).slice("node", 2);
        world.start(sliced);

        String lost = lose(sliced);
        world.settle();

        assertThat(world.nodesOf(sliced)).hasSize(4).doesNotContain(lost);
        assertThat(Set.copyOf(world.nodesOf(sliced))).hasSize(2);
    }

    @Test
    void aPartOfASliceStaysBesideTheRestOfIt() {
        Job sliced = job("owner", "sliced", 3, 8).slice("rack", 3);
        world.start(sliced);
        String rack = world.nodesOf(sliced).get(0).substring(0, 2);

        lose(sliced);
        world.settle();
        assertThat(world.nodesOf(sliced)).hasSize(3).allMatch(node -> node.startsWith(rack));

        lose(sliced);
        world.settle();
        assertThat(world.nodesOf(sliced)).hasSize(2).allMatch(node -> node.startsWith(rack));
        world.later(PATIENCE).later(Duration.ofHours(1));

        assertThat(world.decided(Decision.StartOver.class, sliced)).isEqualTo(1);
        assertThat(world.nodesOf(sliced)).hasSize(3).noneMatch(node -> node.startsWith(rack));
    }

    private static Job in(Job job, String rack) {
        return job.filter(new NodeFilter(
                List.of(new Requirement("rack", Requirement.Operator.IN, List.of(rack))), List.of(), List.of()));
    }
}
