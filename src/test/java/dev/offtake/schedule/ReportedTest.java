package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of gangs that others place. The pool has one rack of four nodes of 8 GPUs. */
class ReportedTest {
    private final Scheduler scheduler = new Scheduler();
    private final List<Decision> log = new ArrayList<>();
    private Instant now = Site.START;

    ReportedTest() {
        scheduler.putPool(Site.pool(Site.H100));
        for (int n = 1; n <= 4; n++) {
            scheduler.putNode(Site.node(Site.H100, "r1", "n" + n));
        }
    }

    private void contract(String tenant, int gpus, int onDemand) {
        Tranche all = new Tranche("all", gpus, new Interval(Site.START, Site.END));
        scheduler.putContract(
                Site.contract(tenant, tenant, new Commitment("base", Site.H100, "gpu", List.of(all), onDemand)));
    }

    private Job report(Job job) {
        scheduler.report(job.spec(), Optional.empty());
        for (int pod = 0; pod < job.podSet().count(); pod++) {
            pod(job, pod, PodFacts.State.RELEASED, Optional.empty());
        }
        return job;
    }

    private static String uid(Job job, int pod) {
        return job.isLonePod() ? job.id().name() : job.id() + "-" + pod;
    }

    private void pod(Job job, int pod, PodFacts.State state, Optional<String> node) {
        scheduler.pod(facts(job, pod, state, node));
    }

    private static PodFacts facts(Job job, int pod, PodFacts.State state, Optional<String> node) {
        String uid = uid(job, pod);
        return new PodFacts(
                uid,
                uid,
                job.id(),
                Job.WORKERS,
                -1,
                state,
                node,
                "",
                job.podSet().shape());
    }

    /** Others put the pods on nodes. */
    private void bound(Job job, String... nodes) {
        for (int pod = 0; pod < nodes.length; pod++) {
            pod(job, pod, PodFacts.State.BOUND, Optional.of(nodes[pod]));
        }
    }

    private void gone(Job job) {
        for (int pod = 0; pod < job.podSet().count(); pod++) {
            scheduler.podGone(job.id(), uid(job, pod));
        }
        scheduler.withdraw(job.id());
    }

    /** Lets some time pass; answers with what was said of reported gangs. */
    private List<Decision.Foresee> later() {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            now = now.plus(Reported.PAUSE);
            decisions.addAll(scheduler.decide(now));
        }
        log.addAll(decisions);
        return decisions.stream()
                .filter(Decision.Foresee.class::isInstance)
                .map(Decision.Foresee.class::cast)
                .toList();
    }

    private Decision.Foresee foreseen(Job job) {
        return log.stream()
                .filter(d -> d instanceof Decision.Foresee && d.gang().equals(job.id()))
                .map(Decision.Foresee.class::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private Reason.Code code(Job job) {
        return foreseen(job).forecast().reason().orElseThrow().code();
    }

    private ContractView.Gpus gpus(String contract) {
        return ContractViews.of(scheduler, Views.of(scheduler.cluster()), now)
                .get(contract)
                .gpus();
    }

    @Test
    void whatRunsIsChargedWhereOthersHavePutIt() {
        contract("acme", 16, 0);
        Job job = report(job("acme", "runs", 2, 8));
        bound(job, "n3", "n4");
        later();

        assertThat(foreseen(job).runs()).isTrue();
        assertThat(foreseen(job).forecast().seats())
                .containsExactly(new Decision.Seats(Job.WORKERS, Tier.RESERVED, 1, List.of("n3", "n4")));
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(16, 16, 16, 0, 0, 0));
        assertThat(log).allMatch(Decision.Foresee.class::isInstance);

        gone(job);
        later();
        assertThat(gpus("acme").used()).isZero();
    }

    @Test
    void whatTheContractHasNoRoomForWouldWaitAndOccupiesWhereItRuns() {
        contract("acme", 8, 0);
        Job first = report(job("acme", "first", 1, 8));
        bound(first, "n1");
        Job second = report(job("acme", "second", 2, 4).createdAt(5));
        bound(second, "n2", "n3");
        later();

        assertThat(code(second)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(foreseen(second).forecast().reason().orElseThrow().numbers())
                .containsAllEntriesOf(Map.of("needed", "8", "free", "0", "claimed", "8", "committed", "8"));
        assertThat(foreseen(second).runs()).isTrue();
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(8, 8, 8, 0, 8, 8));

        gone(first);
        later();
        assertThat(foreseen(second).forecast().grant()).isPresent();
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(8, 8, 8, 0, 0, 0));
    }

    @Test
    void whatIsAboveTheCommitmentGoesOnDemandIfItAcceptsThat() {
        contract("acme", 8, 8);
        Job both = report(job("acme", "both", 2, 8).tiers(Tier.RESERVED, Tier.ON_DEMAND));
        bound(both, "n1", "n2");
        later();
        assertThat(code(both)).as("neither has room for all of it").isEqualTo(Reason.Code.QUOTA_REACHED);

        Job one = report(job("acme", "one", 1, 8).tiers(Tier.ON_DEMAND));
        bound(one, "n3");
        later();
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(8, 8, 0, 8, 16, 16));
    }

    @Test
    void whatWaitsForOthersWouldBePlacedAndHoldsNothing() {
        contract("acme", 32, 0);
        Job pending = report(job("acme", "pending", 4, 8));
        later();

        assertThat(foreseen(pending).runs()).isFalse();
        assertThat(foreseen(pending).forecast().seats().get(0).nodes()).hasSize(4);
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(32, 32, 0, 0, 0, 0));
        assertThat(scheduler.cluster().quotas().spotUsed("acme/base")).isZero();

        Job enforced = job("acme", "enforced", 4, 8);
        scheduler.submit(enforced.spec());
        for (int pod = 0; pod < 4; pod++) {
            pod(enforced, pod, PodFacts.State.GATED, Optional.empty());
        }
        later();
        assertThat(scheduler.gang(enforced.id()).orElseThrow().placed()).isTrue();
        assertThat(code(pending)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void ofTwoThatCompeteForTheSameOnlyTheFirstWouldBePlaced() {
        contract("acme", 8, 0);
        Job first = report(job("acme", "first", 1, 8));
        Job second = report(job("acme", "second", 1, 8).createdAt(5));
        later();

        assertThat(foreseen(first).forecast().grant()).isPresent();
        assertThat(code(second)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(gpus("acme").waiting()).isEqualTo(8);
    }

    @Test
    void itIsSaidWhoWouldHaveToGoAndNobodyHasTo() {
        contract("owner", 32, 0);
        contract("guest", 1, 0);
        Job guest = report(job("guest", "fills", 4, 8).tiers(Tier.SPOT));
        bound(guest, "n1", "n2", "n3", "n4");
        later();
        assertThat(scheduler.cluster().quotas().spotUsed("guest/base")).isEqualTo(32);

        Job owner = report(job("owner", "claims", 1, 8));
        later();

        assertThat(foreseen(owner).forecast().victims().orElseThrow().victims()).containsExactly(guest.id());
        assertThat(code(owner)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(log).allMatch(Decision.Foresee.class::isInstance);
        assertThat(scheduler.gang(guest.id()).orElseThrow().placed()).isTrue();
    }

    @Test
    void nobodyIsEvictedWhomOthersHavePlaced() {
        contract("owner", 32, 0);
        contract("guest", 1, 0);
        Job guest = report(job("guest", "fills", 4, 8).tiers(Tier.SPOT));
        bound(guest, "n1", "n2", "n3", "n4");
        later();
        Job owner = job("owner", "claims", 1, 8);
        scheduler.submit(owner.spec());
        pod(owner, 0, PodFacts.State.GATED, Optional.empty());
        later();

        assertThat(log).noneMatch(Decision.Evict.class::isInstance).noneMatch(Decision.Record.class::isInstance);
        assertThat(scheduler.gang(owner.id()).orElseThrow().waiting()).isPresent();
    }

    @Test
    void aGangOfWhichAPartRunsIsJudgedAsAWhole() {
        contract("acme", 32, 0);
        Job job = report(job("acme", "part", 2, 8));
        bound(job, "n1");
        later();

        assertThat(foreseen(job).runs()).isFalse();
        assertThat(foreseen(job).forecast().seats().get(0).nodes()).hasSize(2);
        assertThat(gpus("acme").used()).isZero();
        assertThat(gpus("acme").beyond()).isEqualTo(8);
    }

    private List<Unserved> unserved() {
        return ContractViews.standing(scheduler, Views.of(scheduler.cluster()), now)
                .unserved();
    }

    @Test
    void whatOthersPlaceIsNotKeptWaitingByItsContract() {
        contract("acme", 32, 0);
        for (int n = 2; n <= 4; n++) {
            scheduler.putNode(Site.ready(Site.node(Site.H100, "r1", "n" + n), false));
        }
        Job runs = report(job("acme", "runs", 1, 8));
        bound(runs, "n1");
        Job waits = report(job("acme", "waits", 1, 8).createdAt(5));
        Job inPart = report(job("acme", "part", 2, 8).createdAt(6));
        bound(inPart, "n2");
        later();

        assertThat(code(waits)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(gpus("acme").waiting()).isEqualTo(24);
        assertThat(unserved()).isEmpty();

        Job enforced = job("acme", "enforced", 1, 8);
        scheduler.submit(enforced.spec());
        pod(enforced, 0, PodFacts.State.GATED, Optional.empty());
        later();
        assertThat(unserved()).singleElement().extracting(Unserved::gang).isEqualTo(enforced.id());
    }

    @Test
    void withoutAContractItWouldWaitUntilThereIsOne() {
        Job job = report(job("acme", "early", 1, 8));
        bound(job, "n1");
        later();
        assertThat(code(job)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);

        contract("acme", 8, 0);
        later();
        assertThat(foreseen(job).forecast().grant()).isPresent();

        scheduler.removeContract("acme");
        later();
        assertThat(code(job)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
    }

    @Test
    void aPodWithoutItsFellowsWouldWaitForThem() {
        contract("acme", 32, 0);
        Job job = job("acme", "half", 2, 8);
        scheduler.report(job.spec(), Optional.empty());
        pod(job, 0, PodFacts.State.RELEASED, Optional.empty());
        later();
        assertThat(code(job)).isEqualTo(Reason.Code.PODS_NOT_CREATED);
    }

    @Test
    void whatRanOnAnAccountGoesOnThereEvenAboveIt() {
        contract("acme", 8, 0);
        Job job = job("acme", "before", 2, 8);
        Decision.Grant grant = new Decision.Grant(
                new dev.offtake.contract.CommitmentId("acme", "base"), Tier.RESERVED, Site.START, Optional.empty());
        scheduler.report(job.spec(), Optional.of(grant));
        bound(job, "n1", "n2");
        later();
        assertThat(foreseen(job).forecast().grant()).contains(grant);
        assertThat(gpus("acme").used()).isEqualTo(16);
    }

    @Test
    void podsThatWereSeenBeforeTheirGangAreCountedOnce() {
        contract("acme", 8, 0);
        Job job = job("acme", "late", 1, 8);
        scheduler.pod(facts(job, 0, PodFacts.State.BOUND, Optional.of("n1")));
        later();
        scheduler.report(job.spec(), Optional.empty());
        later();
        assertThat(gpus("acme")).isEqualTo(new ContractView.Gpus(8, 8, 8, 0, 0, 0));

        scheduler.withdraw(job.id());
        later();
        assertThat(gpus("acme").used()).isZero();
        scheduler.podGone(job.id(), uid(job, 0));
        later();
        Job other = report(job("acme", "other", 1, 8));
        bound(other, "n1");
        later();
        assertThat(scheduler.cluster().isOverused("n1")).isFalse();
    }

    @Test
    void whatIsSaidIsSaidOnce() {
        contract("acme", 8, 0);
        report(job("acme", "pending", 1, 8));
        assertThat(later()).hasSize(1);
        scheduler.occupy("stranger", "n4", Job.shape(1));
        assertThat(later()).isEmpty();
        assertThat(scheduler.nextWake()).contains(Site.END);
    }
}
