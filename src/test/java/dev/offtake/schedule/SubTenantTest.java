package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.offtake.contract.Contract;
import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import dev.offtake.translate.ReasonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule 5 inside a contract: priority, capped per sub-tenant, then who is furthest below its share, then age. */
class SubTenantTest {
    private static final SubTenant RESEARCH = Site.subTenant("research", 3);
    private static final SubTenant BATCH = Site.subTenant("batch", 1);

    private final World world = World.h100(2);
    private int made;

    /** A gang of whole nodes of one side, younger than those made before it. */
    private Job of(String subTenant, int nodes) {
        made++;
        return job("acme", subTenant + "-" + made, nodes, 8).createdAt(made).subTenant(subTenant);
    }

    private static Contract acme(int gpus, SubTenant... subTenants) {
        return Site.shared(Site.contract("acme", gpus, "gpu"), subTenants);
    }

    private List<Job> submit(String subTenant, int count) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(of(subTenant, 1));
        }
        jobs.forEach(job -> world.submit(job).arrive(job, 1));
        return jobs;
    }

    private long placed(List<Job> jobs) {
        return jobs.stream().filter(world::isPlaced).count();
    }

    private void finish(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 6, 2", "1, 1, 4, 4", "1, 3, 2, 6", "30, 10, 6, 2", "1000000, 1, 7, 1"})
    void ofAllThatComeAtOnceEachSubTenantGetsItsShareByWeight(int research, int batch, int ofResearch, int ofBatch) {
        world.contract(acme(64, Site.subTenant("research", research), Site.subTenant("batch", batch)));
        List<Job> later = new ArrayList<>();
        List<Job> first = submit("batch", 10);
        later.addAll(submit("research", 10));
        world.settle();

        assertThat(placed(later)).isEqualTo(ofResearch);
        assertThat(placed(first)).isEqualTo(ofBatch);
    }

    @Test
    void whatIsGivenBackGoesToTheOneThatIsFurthestBelowItsShareThoughOthersCameFirst() {
        world.contract(acme(64, RESEARCH, BATCH));
        List<Job> batch = submit("batch", 20);
        world.settle();
        List<Job> research = submit("research", 20);
        world.settle();
        assertThat(placed(batch)).as("alone it has everything").isEqualTo(8);

        for (int i = 0; i < 6; i++) {
            finish(batch.stream().filter(world::isPlaced).findFirst().orElseThrow());
        }

        assertThat(placed(research)).isEqualTo(6);
        assertThat(placed(batch)).isEqualTo(2);
        finish(research.get(0));
        assertThat(placed(research)).as("in place of its own").isEqualTo(6);
    }

    @Test
    void whatOneHasNoWorkForTheOthersUse() {
        world.contract(acme(64, RESEARCH, BATCH));
        List<Job> research = submit("research", 1);
        List<Job> batch = submit("batch", 10);
        world.settle();

        assertThat(placed(research)).isEqualTo(1);
        assertThat(placed(batch)).isEqualTo(7);
    }

    @Test
    void priorityGoesBeforeShares() {
        world.contract(acme(8, RESEARCH, BATCH));
        Job research = of("research", 1);
        Job urgent = of("batch", 1).priority(1);
        world.submit(research)
                .arrive(research, 1)
                .submit(urgent)
                .arrive(urgent, 1)
                .settle();

        assertThat(world.isPlaced(urgent)).isTrue();
        assertThat(world.isPlaced(research)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10, 99, false", "10, 11, false", "100, 99, true"})
    void aPriorityCountsAsTheHighestThatItsSubTenantMayHave(int cap, int priority, boolean urgent) {
        world.contract(acme(8, Site.capped("research", 1, cap), Site.subTenant("batch", 1)));
        Job ten = of("batch", 1).priority(10);
        Job lifted = of("research", 1).priority(priority);
        world.submit(ten).arrive(ten, 1).submit(lifted).arrive(lifted, 1).settle();

        assertThat(world.isPlaced(lifted)).isEqualTo(urgent);
        assertThat(world.isPlaced(ten)).isEqualTo(!urgent);
    }

    @Test
    void aCapOfBelowZeroPutsWorkBehindTheUsual() {
        world.contract(acme(8, Site.capped("batch", 1, -5), RESEARCH));
        Job first = of("batch", 1);
        Job usual = of("research", 1);
        world.submit(first).arrive(first, 1).submit(usual).arrive(usual, 1).settle();

        assertThat(world.isPlaced(usual)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"50, false", "51, true"})
    void nobodyLiftsItselfToEvictOthers(int cap, boolean evicts) {
        world.contract(Site.shared(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, 8, "gpu", 0))),
                Site.capped("research", 1, cap)));
        Job runs = of("", 1).priority(50);
        world.start(runs);
        Job lifted = of("research", 1).priority(1_000);
        world.start(lifted);

        assertThat(world.isPlaced(lifted)).isEqualTo(evicts);
    }

    @Test
    void namespacesThatNoNameIsForAreOneMoreOfWeightOneAndOfAnyPriority() {
        world.contract(acme(64, RESEARCH));
        List<Job> others = submit("", 10);
        others.addAll(submit("misspelt", 10));
        List<Job> research = submit("research", 10);
        world.settle();

        assertThat(placed(research)).isEqualTo(6);
        assertThat(placed(others)).isEqualTo(2);
        Job urgent = of("misspelt", 1).priority(1_000_000);
        world.start(urgent);
        finish(research.get(0));
        assertThat(world.isPlaced(urgent)).isTrue();
    }

    @Test
    void withoutSubTenantsLabelsMeanNothing() {
        world.contract(Site.contract("acme", 32, "gpu"));
        List<Job> first = submit("batch", 4);
        List<Job> later = submit("research", 4);
        world.settle();

        assertThat(placed(first)).isEqualTo(4);
        assertThat(placed(later)).isZero();
    }

    @Test
    void aChangeOfWeightsCountsAtOnceForWhatIsGivenBack() {
        world.contract(acme(64, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        List<Job> batch = submit("batch", 20);
        List<Job> research = submit("research", 20);
        world.settle();
        assertThat(placed(research)).isEqualTo(4);

        world.contract(acme(64, RESEARCH, BATCH)).settle();
        finish(batch.get(0));
        finish(batch.get(1));

        assertThat(placed(research)).isEqualTo(6);
        finish(research.get(0));
        assertThat(placed(research)).isEqualTo(6);
    }

    @Test
    void aNamespaceThatIsRelabelledTakesItsUseAlong() {
        world.contract(acme(64, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        Job moved = of("batch", 4);
        world.start(moved).start(of("research", 4));
        world.submit(moved.subTenant("research")).settle();
        Job first = of("research", 1);
        Job second = of("batch", 1);
        world.start(first).start(second);

        finish(moved);

        assertThat(world.isPlaced(first)).isTrue();
        assertThat(world.view(first).spec().subTenant()).contains("research");
        assertThat(ContractViews.standing(world.scheduler, Views.of(world.scheduler.cluster()), world.now)
                        .contracts()
                        .get("acme")
                        .subTenants())
                .extracting(
                        s -> s.subTenant().name(), ContractView.SubTenantView::used, ContractView.SubTenantView::share)
                .containsExactly(tuple("research", 40, 32), tuple("batch", 8, 32));
    }

    @Test
    void nobodyPassesASubTenantThatIsFarBelowItsShareAsItsWorkIsLarger() {
        world.contract(acme(64, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        List<Job> batch = submit("batch", 20);
        world.settle();
        Job large = of("research", 3);
        world.start(large);

        finish(batch.get(0));
        finish(batch.get(1));
        assertThat(placed(batch)).as("what is free is kept").isEqualTo(6);
        Job waits = batch.get(8);
        assertThat(world.code(waits)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(ReasonText.of(world.view(waits).waiting().orElseThrow()))
                .isEqualTo("needs 8 GPUs, 8 free, but 24 are kept for gangs of sub-tenant research, further below the"
                        + " share by weight: 0 GPUs in use at weight 1, here 56 at weight 1");
        finish(batch.get(2));

        assertThat(world.isPlaced(large)).isTrue();
        finish(batch.get(3));
        assertThat(placed(batch)).as("research asks for no more").isEqualTo(5);
    }

    @Test
    void whatIsKeptForASubTenantIsFreeWhenTheOthersUseIsCountedForItself() {
        world.contract(acme(32, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        Job runs = of("batch", 3);
        world.start(runs);
        Job large = of("research", 2);
        Job small = of("batch", 1);
        world.start(large).start(small);
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);

        world.submit(runs.subTenant("research")).settle();

        assertThat(world.isPlaced(small)).isTrue();
    }

    @Test
    void aSubTenantThatWouldHaveMoreThanItsShareIsPassedMeanwhile() {
        world.contract(acme(64, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        List<Job> batch = new ArrayList<>(submit("batch", 8));
        world.settle();
        Job huge = of("research", 8);
        world.start(huge);
        batch.addAll(submit("batch", 12));
        world.settle();

        finish(batch.get(0));
        assertThat(placed(batch)).as("nothing lies idle for it").isEqualTo(8);

        world.later(WaitRules.DEFAULT.reserveAfter().plus(Duration.ofMinutes(1)));
        batch.stream().filter(world::isPlaced).toList().forEach(this::finish);
        assertThat(world.isPlaced(huge)).as("it has waited for long enough").isTrue();
    }

    @Test
    void smallWorkThatEndsInTimePassesAsElsewhere() {
        world.contract(acme(32, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        Job runs = of("batch", 3).duration(Duration.ofHours(2));
        world.start(runs);
        Job large = of("research", 4);
        world.start(large);
        Job brief = of("batch", 1).duration(Duration.ofHours(1));
        Job lengthy = of("batch", 1).duration(Duration.ofHours(3));
        world.start(lengthy);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        world.withdraw(lengthy).start(brief);
        assertThat(world.isPlaced(brief)).isTrue();
    }

    @Test
    void whatIsLentGoesByWhatEachHasOnLoan() {
        world.contract(acme(32, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        world.contract(Site.contract("other", 32, "gpu"));
        world.start(of("research", 4));
        List<Job> spot = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            spot.add(of("batch", 1).tiers(Tier.SPOT));
        }
        for (int i = 0; i < 4; i++) {
            spot.add(of("research", 1).tiers(Tier.SPOT));
        }
        spot.forEach(job -> world.submit(job).arrive(job, 1));
        world.settle();

        assertThat(placed(spot.subList(0, 4))).isEqualTo(2);
        assertThat(placed(spot.subList(4, 8))).isEqualTo(2);
    }

    @Test
    void aHundredThousandThatWaitDoNotSlowTheFirstOfAnother() {
        world.contract(acme(16, Site.subTenant("research", 1), Site.subTenant("batch", 1)));
        Job runs = of("batch", 1);
        world.start(runs).start(of("batch", 1));
        for (int i = 0; i < 100_000; i++) {
            submitPod(Job.lonePod("acme", "uid-" + i, 8).createdAt(3 + i).subTenant("batch"));
        }
        world.scheduler.decide(world.now);
        long before = world.scheduler.tries();
        Job first = Job.lonePod("acme", "uid-first", 8).createdAt(900_000).subTenant("research");
        submitPod(first);
        world.scheduler.decide(world.now);
        world.podsOf(runs.id()).forEach(pod -> world.scheduler.podGone(pod.gang, pod.uid));
        world.scheduler.withdraw(runs.id());
        List<Decision> decisions = world.scheduler.decide(world.now);

        assertThat(decisions)
                .filteredOn(Decision.Release.class::isInstance)
                .extracting(Decision::gang)
                .containsExactly(first.id());
        assertThat(world.scheduler.tries() - before).isLessThan(10);
    }

    private void submitPod(Job pod) {
        world.scheduler.submit(pod.spec());
        world.scheduler.pod(new PodFacts(
                pod.id().name(),
                pod.id().name(),
                pod.id(),
                Job.WORKERS,
                -1,
                PodFacts.State.GATED,
                Optional.empty(),
                "",
                pod.podSet().shape()));
    }
}
