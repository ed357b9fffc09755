package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import dev.offtake.placement.Views;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans are carried out by one step after the other, whatever fails in between. Four nodes of eight GPUs. */
class ReclaimTest {
    private final Scheduler scheduler = new Scheduler();
    private final Job owner = job("owner", "owner", 2, 8).createdAt(10);
    private Instant now = Site.START;

    @BeforeEach
    void fourNodesOfWhichTwoArePromised() {
        scheduler.putPool(Site.pool(Site.H100));
        for (int n = 0; n < 4; n++) {
            scheduler.putNode(Site.node(Site.H100, "r0", "n" + n));
        }
        scheduler.putContract(Site.contract("owner", 4, "node"));
        scheduler.putContract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
    }

    private static Job spot(String name, int pods, int gpus) {
        return job("guest", name, pods, gpus).tiers(Tier.SPOT);
    }

    private List<Decision> later(Duration time) {
        now = now.plus(time);
        return scheduler.decide(now);
    }

    private List<Decision> decide() {
        return later(Duration.ofMillis(100));
    }

    private static PodFacts pod(Job job, int index, PodFacts.State state, Optional<String> node) {
        return new PodFacts(
                job.id().name() + "-" + index,
                job.id().name() + "-" + index,
                job.id(),
                Job.WORKERS,
                index,
                state,
                node,
                "",
                job.podSet().shape());
    }

    private void submit(Job job) {
        scheduler.submit(job.spec());
        for (int i = 0; i < job.podSet().count(); i++) {
            scheduler.pod(pod(job, i, PodFacts.State.GATED, Optional.empty()));
        }
    }

    /** Submits a gang, and runs it; answers its nodes. */
    private List<String> run(Job job) {
        submit(job);
        scheduler.decide(now);
        scheduler.recorded(job.id());
        List<String> nodes = new ArrayList<>();
        for (Decision decision : decide()) {
            if (decision instanceof Decision.Release release) {
                int index = Integer.parseInt(
                        release.podUid().substring(job.id().name().length() + 1));
                scheduler.pod(pod(job, index, PodFacts.State.BOUND, Optional.of(release.node())));
                nodes.add(release.node());
            }
        }
        assertThat(nodes).hasSize(job.podSet().count());
        return nodes;
    }

    private void gone(Job job) {
        for (int i = 0; i < job.podSet().count(); i++) {
            scheduler.podGone(job.id(), job.id().name() + "-" + i);
        }
    }

    private static <T extends Decision> List<T> only(Class<T> kind, List<Decision> decisions) {
        return decisions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private GangView view(Job job) {
        return scheduler.gang(job.id()).orElseThrow();
    }

    @Test
    void nothingIsEvictedBeforeThePlanIsDurableAndNothingStartsBeforeTheVictimsAreGone() {
        Job guest = spot("guest", 4, 8);
        run(guest);
        submit(owner);
        List<Decision> first = decide();
        assertThat(only(Decision.Record.class, first))
                .singleElement()
                .satisfies(record ->
                        assertThat(record.plan().orElseThrow().victims()).containsExactly(guest.id()));
        assertThat(only(Decision.Evict.class, first)).isEmpty();
        scheduler.recorded(owner.id());
        assertThat(only(Decision.Evict.class, decide()))
                .singleElement()
                .satisfies(evict -> assertThat(evict.deadline())
                        .as("the notice begins when the plan is durable")
                        .isEqualTo(Site.START.plusMillis(300).plusSeconds(120)));
        assertThat(decide()).isEmpty();

        gone(guest);

        assertThat(only(Decision.Record.class, decide()))
                .singleElement()
                .satisfies(record -> assertThat(record.plan()).isEmpty());
        scheduler.recorded(owner.id());
        assertThat(only(Decision.Release.class, decide())).hasSize(2);
    }

    @Test
    void aVictimThatHasLeftAndIsPlacedAgainBesideTheClaimantIsNotEvictedAgain() {
        scheduler.putContract(Site.contract("owner", 16, "gpu"));
        scheduler.removeNode("n2");
        scheduler.removeNode("n3");
        Job neighbour = job("owner", "neighbour", 1, 4);
        Job small = spot("small", 1, 4).createdAt(1);
        Job large = spot("large", 1, 8).createdAt(2);
        String shared = run(neighbour).get(0);
        assertThat(run(small)).containsExactly(shared);
        run(large);
        Job claimant = job("owner", "claimant", 3, 4).createdAt(10);
        submit(claimant);
        decide();
        scheduler.recorded(claimant.id());
        assertThat(only(Decision.Evict.class, decide()))
                .extracting(Decision::gang)
                .containsExactlyInAnyOrder(small.id(), large.id());
        gone(small);
        assertThat(only(Decision.RolledBack.class, decide())).hasSize(1);
        scheduler.withdraw(neighbour.id());
        gone(neighbour);
        decide();

        assertThat(run(small)).containsExactly(shared);

        assertThat(only(Decision.Evict.class, decide())).isEmpty();
        assertThat(view(small).rollingBack()).isFalse();
        gone(large);
        assertThat(only(Decision.Record.class, decide()))
                .extracting(Decision::gang)
                .containsExactly(claimant.id());
    }

    @Test
    void aPlannedNodeThatIsTaintedMeanwhileIsLostAndOthersAreTakenInItsPlace() {
        Map<String, Job> guests = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            Job guest = spot("guest-" + i, 1, 8);
            guests.put(run(guest).get(0), guest);
        }
        submit(owner);
        List<String> planned =
                only(Decision.Record.class, decide()).get(0).seats().get(0).nodes();
        scheduler.recorded(owner.id());
        decide();
        String tainted = planned.get(0);

        scheduler.putNode(Site.tainted(Site.node(Site.H100, "r0", tainted), "maintenance"));

        List<Decision> lost = decide();
        assertThat(only(Decision.PlanFailed.class, lost)).hasSize(1);
        Decision.Record anew = only(Decision.Record.class, lost).get(0);
        assertThat(anew.seats().get(0).nodes())
                .hasSize(2)
                .contains(planned.get(1))
                .doesNotContain(tainted);
        scheduler.recorded(owner.id());
        decide();
        gone(guests.get(tainted));
        anew.seats().get(0).nodes().forEach(node -> gone(guests.get(node)));
        decide();
        scheduler.recorded(owner.id());
        assertThat(only(Decision.Release.class, decide()))
                .extracting(Decision.Release::node)
                .doesNotContain(tainted)
                .hasSize(2);
    }

    @Test
    void noMoreGpusAreInUseThanThereAreWhileOthersLeave() {
        run(spot("guest", 4, 8));
        submit(owner);
        decide();
        scheduler.recorded(owner.id());
        decide();

        assertThat(Views.of(scheduler.cluster()).pools().values())
                .singleElement()
                .satisfies(pool -> {
                    assertThat(pool.usedGpus()).isEqualTo(32);
                    assertThat(pool.lentGpus()).isEqualTo(32);
                });
    }

    @Test
    void aSecondRecordThatCannotBeWrittenIsWrittenAgainBeforeAnythingIsReleased() {
        Job guest = spot("guest", 4, 8);
        run(guest);
        submit(owner);
        decide();
        scheduler.recorded(owner.id());
        decide();
        gone(guest);
        assertThat(only(Decision.Record.class, decide())).hasSize(1);

        scheduler.recordFailed(owner.id());

        List<Decision> again = decide();
        assertThat(only(Decision.Release.class, again)).isEmpty();
        assertThat(only(Decision.Record.class, again))
                .singleElement()
                .satisfies(record -> assertThat(record.plan()).isEmpty());
        scheduler.recorded(owner.id());
        assertThat(only(Decision.Release.class, decide())).hasSize(2);
    }

    @Test
    void aVictimThatIsNotGoneInTimeMakesItsNodeBeAvoidedAndAnotherPlanIsMade() {
        List<Job> guests = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            guests.add(spot("guest-" + i, 1, 8));
            nodes.addAll(run(guests.get(i)));
        }
        submit(owner);
        decide();
        scheduler.recorded(owner.id());
        List<GangId> evicted = only(Decision.Evict.class, decide()).stream()
                .map(Decision.Evict::gang)
                .toList();
        assertThat(evicted).hasSize(2);
        Job leaves = guests.stream()
                .filter(g -> g.id().equals(evicted.get(0)))
                .findFirst()
                .orElseThrow();
        Job stays = guests.stream()
                .filter(g -> g.id().equals(evicted.get(1)))
                .findFirst()
                .orElseThrow();
        gone(leaves);
        assertThat(only(Decision.Evict.class, later(Duration.ofSeconds(120)))).isEmpty();
        assertThat(scheduler.nextWake())
                .hasValueSatisfying(wake -> assertThat(wake).isAfter(now).isBeforeOrEqualTo(now.plusSeconds(30)));

        List<Decision> anew = later(Duration.ofSeconds(30));

        assertThat(only(Decision.Record.class, anew)).singleElement().satisfies(record -> {
            assertThat(record.seats().stream().flatMap(run -> run.nodes().stream()))
                    .contains(nodes.get(guests.indexOf(leaves)))
                    .doesNotContain(nodes.get(guests.indexOf(stays)));
            assertThat(record.plan().orElseThrow().victims()).hasSize(1).doesNotContain(leaves.id(), stays.id());
        });
    }

    @Test
    void aVictimThatCouldNotBeTakenBackIsEvictedAgainByTheSameDeadline() {
        Job guest = spot("guest", 4, 8);
        run(guest);
        submit(owner);
        decide();
        scheduler.recorded(owner.id());
        Instant deadline = only(Decision.Evict.class, decide()).get(0).deadline();

        scheduler.rollBackFailed(guest.id());

        assertThat(only(Decision.Evict.class, later(Duration.ofSeconds(1))))
                .singleElement()
                .satisfies(evict -> assertThat(evict.deadline()).isEqualTo(deadline));
    }

    @Test
    void anEvictionThatWasUnderWayEndsAfterARestart() {
        Job guest = spot("guest", 4, 8);
        List<String> nodes = run(guest);
        Scheduler next = new Scheduler();
        next.putPool(Site.pool(Site.H100));
        for (int n = 0; n < 4; n++) {
            next.putNode(Site.node(Site.H100, "r0", "n" + n));
        }
        next.putContract(Site.contract("owner", 4, "node"));
        next.putContract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
        Decision.Grant spot = new Decision.Grant(
                new dev.offtake.contract.CommitmentId("guest", "base"), Tier.SPOT, Site.START, Optional.empty());
        Decision.Grant reserved = new Decision.Grant(
                new dev.offtake.contract.CommitmentId("owner", "base"), Tier.RESERVED, Site.START, Optional.empty());
        Plan plan = new Plan(List.of(guest.id()), now.plusSeconds(60));
        next.restore(
                guest.spec(), spot, List.of(new Decision.Seats(Job.WORKERS, Tier.SPOT, 1, nodes)), Optional.empty());
        next.restore(
                owner.spec(),
                reserved,
                List.of(new Decision.Seats(Job.WORKERS, Tier.RESERVED, 1, nodes.subList(0, 2))),
                Optional.of(plan));
        next.restoreEviction(guest.id(), Reason.of(Reason.Code.RECLAIMED), Optional.of(plan.deadline()));
        for (int i = 0; i < 4; i++) {
            next.pod(pod(guest, i, PodFacts.State.TERMINATING, Optional.of(nodes.get(i))));
        }
        for (int i = 0; i < 2; i++) {
            next.pod(pod(owner, i, PodFacts.State.GATED, Optional.empty()));
        }
        assertThat(next.decide(now)).allMatch(decision -> decision instanceof Decision.Explain);
        for (int i = 0; i < 4; i++) {
            next.podGone(guest.id(), "guest-" + i);
        }

        List<Decision> decisions = next.decide(now.plusSeconds(1));

        assertThat(only(Decision.RolledBack.class, decisions)).hasSize(1);
        assertThat(only(Decision.Record.class, decisions)).singleElement().satisfies(record -> {
            assertThat(record.gang()).isEqualTo(owner.id());
            assertThat(record.plan()).isEmpty();
        });
    }
}
