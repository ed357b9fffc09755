package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rule 8: every wait has a code and its arithmetic. */
class ReasonsTest {
    private final World world = World.h100(2);
    private final Job train = job("acme", "train", 2, 8);

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    @Test
    void aTenantWithoutAContractWaitsForOne() {
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(numbers(train)).contains(entry("tenant", "acme"));
        world.contract(Site.contract("acme", 16, "gpu")).settle();
        assertThat(world.isPlaced(train)).isTrue();
    }

    @Test
    void nothingRunsBeforeTheTermStarts() {
        world.contract(contract(Duration.ofDays(1), Duration.ofDays(2)));
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(world.scheduler.nextWake()).contains(Site.START.plus(Duration.ofDays(1)));
        world.later(Duration.ofDays(1));
        assertThat(world.isPlaced(train)).isTrue();
    }

    @Test
    void nothingStartsAfterTheTermHasEnded() {
        world.contract(contract(Duration.ofDays(-2), Duration.ofDays(-1)));
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(world.scheduler.nextWake()).isEmpty();
    }

    private static Contract contract(Duration start, Duration end) {
        return new Contract(
                "acme",
                "acme",
                new Interval(Site.START.plus(start), Site.START.plus(end)),
                Site.START,
                List.of(Site.commitment("base", Site.H100, 16, "gpu", 0)));
    }

    @Test
    void aNamespaceWithTheLabelOfAnotherContractHasNone() {
        world.contract(Site.contract("acme", 16, "gpu")).contract(Site.contract("globex", 16, "gpu"));
        Job labelled = train.contract("globex");
        world.start(labelled);
        assertThat(world.code(labelled)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(numbers(labelled)).contains(entry("tenant", "acme"), entry("contract", "globex"));
    }

    @Test
    void aClassThatIsNotUnderContractIsSaidWithThoseThatAre() {
        world.contract(Site.contract("acme", 16, "gpu"));
        Job elsewhere = train.classes("gb300");
        world.start(elsewhere);
        assertThat(world.code(elsewhere)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(numbers(elsewhere)).contains(entry("class", "gb300"), entry("classesUnderContract", Site.H100));
    }

    @Test
    void placementWaitsForTheLastPodThatIsNeeded() {
        world.contract(Site.contract("acme", 16, "gpu"));
        world.submit(train).arrive(train, 1).settle();
        assertThat(world.code(train)).isEqualTo(Reason.Code.PODS_NOT_CREATED);
        assertThat(numbers(train)).containsExactly(entry("created", "1"), entry("needed", "2"));
        world.arrive(train, 1).settle();
        assertThat(world.isPlaced(train)).isTrue();
    }

    @Test
    void aGateOfSomebodyElseIsNamed() {
        world.contract(Site.contract("acme", 16, "gpu"));
        world.submit(train).arrive(train, 1);
        Pod held = world.arrive(train, -1, PodFacts.State.HELD, "example.com/quota");
        world.settle();
        assertThat(world.code(train)).isEqualTo(Reason.Code.OTHER_GATES);
        assertThat(numbers(train)).containsExactly(entry("pods", "1"), entry("gates", "example.com/quota"));
        held.state = PodFacts.State.GATED;
        held.words = "";
        world.tell(held);
        world.settle();
        assertThat(world.isPlaced(train)).isTrue();
    }

    @Test
    void aGangThatIsWrittenWrongWaitsUntilItIsWrittenRight() {
        world.contract(Site.contract("acme", 16, "gpu"));
        world.start(train.problem("offtake.dev/min-pods is 9, at most 2"));
        assertThat(world.code(train)).isEqualTo(Reason.Code.INVALID);
        assertThat(numbers(train)).containsExactly(entry("problem", "offtake.dev/min-pods is 9, at most 2"));
        world.submit(train.problem("offtake.dev/min-pods is 3, at most 2")).settle();
        assertThat(numbers(train)).containsExactly(entry("problem", "offtake.dev/min-pods is 3, at most 2"));
        assertThat(world.decided(Decision.Explain.class, train)).isEqualTo(2);
        world.submit(train).settle();
        assertThat(world.isPlaced(train)).isTrue();
    }

    @Test
    void theQuotaIsSaidWithWhatIsNeededAndWhatIsLeft() {
        world.contract(Site.contract("acme", 24, "gpu"));
        world.start(job("acme", "running", 2, 8));
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(numbers(train))
                .contains(
                        entry("tier", "Reserved"),
                        entry("unit", "gpu"),
                        entry("needed", "16"),
                        entry("free", "8"),
                        entry("claimed", "16"),
                        entry("committed", "24"));
    }

    @Test
    void aClassWithoutAPoolIsSaid() {
        world.contract(Site.contract("acme", "acme", Site.commitment("base", "gb300", 16, "gpu", 0)));
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_POOL_OF_CLASS);
        assertThat(numbers(train)).contains(entry("class", "gb300"), entry("unit", "gpu"));
    }

    @Test
    void aUnitThatNoPoolKnowsIsSaidAsThat() {
        world.contract(Site.contract("acme", "acme", Site.commitment("base", Site.H100, 1, "row", 0)));
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_POOL_OF_CLASS);
        assertThat(numbers(train)).contains(entry("unit", "row"));
    }

    @Test
    void aGangLargerThanThePoolNeverFits() {
        world.contract(Site.contract("acme", 64, "gpu"));
        Job huge = job("acme", "huge", 9, 8);
        world.start(huge);
        assertThat(world.code(huge)).isEqualTo(Reason.Code.NEVER_FITS);
        assertThat(numbers(huge)).contains(entry("neededGpus", "72"), entry("mostGpus", "64"));
    }

    @Test
    void aGangLargerThanItsRequiredLevelNeverFits() {
        world.contract(Site.contract("acme", 64, "gpu"));
        Job wide = job("acme", "wide", 5, 8).required("rack");
        world.start(wide);
        assertThat(world.code(wide)).isEqualTo(Reason.Code.NEVER_FITS);
        assertThat(numbers(wide)).contains(entry("level", "rack"), entry("mostGpus", "32"));
    }

    @Test
    void selectorsThatNoNodeMeetsAreSaid() {
        world.contract(Site.contract("acme", 16, "gpu"));
        Requirement arm = new Requirement("kubernetes.io/arch", Requirement.Operator.IN, List.of("arm64"));
        Job picky = train.filter(new NodeFilter(List.of(arm), List.of(), List.of()));
        world.start(picky);
        assertThat(world.code(picky)).isEqualTo(Reason.Code.CONSTRAINTS_MATCH_NO_NODE);
        assertThat(numbers(picky)).contains(entry("nodes", "8"));
    }

    @Test
    void cpuThatIsShortBesideFreeGpusIsSaid() {
        world.contract(Site.contract("acme", 64, "gpu"));
        world.nodes
                .keySet()
                .forEach(node -> world.scheduler.occupy(
                        "daemon-" + node, node, new Shape(0, Map.of(Shape.CPU, 4_000L, Shape.PODS, 1L))));
        Job hungry = job("acme", "hungry", 1, 8).shape(new Shape(8, Map.of(Shape.CPU, 62_000L, Shape.PODS, 1L)));
        world.start(hungry);
        assertThat(world.code(hungry)).isEqualTo(Reason.Code.INSUFFICIENT_RESOURCES);
        assertThat(numbers(hungry)).contains(entry("resource", "cpu"), entry("neededPerPod", "62000"));
    }

    @Test
    void suppliesThatFailAreSaidInCellsOfTheUnit() {
        world.contract(Site.contract("acme", 2, "rack"));
        world.node("r1n1", n -> Site.ready(n, false));
        Job rack = job("acme", "rack", 4, 8).required("rack");
        Job other = job("acme", "other", 4, 8).required("rack").createdAt(1);
        world.start(rack).start(other);
        assertThat(world.isPlaced(rack)).isTrue();
        assertThat(world.code(other)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(numbers(other)).contains(entry("level", "rack"), entry("needed", "1"));
    }

    @Test
    void gpusLeftInBoundCellsInAnotherShapeAreOwnFragmentation() {
        world.contract(Site.contract("acme", 2, "node"));
        world.start(job("acme", "a", 1, 5)).start(job("acme", "b", 1, 5));
        Job third = job("acme", "third", 1, 4);
        world.start(third);
        assertThat(world.code(third)).isIn(Reason.Code.OWN_FRAGMENTATION, Reason.Code.QUOTA_REACHED);
        assertThat(world.code(third)).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
    }

    @Test
    void gpusThatArePromisedToOthersAreNotFreeForOnDemand() {
        world.contract(Site.contract("globex", 60, "gpu"));
        world.contract(Site.contract("acme", "acme", Site.onDemandOnly("burst", 64)));
        Job burst = job("acme", "burst", 1, 8).tiers(Tier.ON_DEMAND);
        world.start(burst);
        assertThat(world.code(burst)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(numbers(burst)).contains(entry("needed", "8"), entry("free", "64"), entry("promised", "60"));
    }

    @Test
    void aReasonIsToldOncePerChangeOfItsCode() {
        world.contract(Site.contract("acme", 8, "gpu"));
        Job running = job("acme", "running", 1, 8);
        world.start(running).submit(train).arrive(train, 2).settle();
        long told = world.decided(Decision.Explain.class, train);
        for (int i = 0; i < 10; i++) {
            world.node("r2n1", n -> Site.cordoned(n, !n.unschedulable())).settle();
        }
        assertThat(world.decided(Decision.Explain.class, train)).isEqualTo(told).isEqualTo(1);
        world.removeContract("acme").settle();
        assertThat(world.code(train)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        assertThat(world.decided(Decision.Explain.class, train)).isEqualTo(2);
    }

    @Test
    void aPlacedGangHasNoReason() {
        world.start(train).contract(Site.contract("acme", 16, "gpu")).settle();
        assertThat(world.view(train).waiting()).isEmpty();
    }
}
