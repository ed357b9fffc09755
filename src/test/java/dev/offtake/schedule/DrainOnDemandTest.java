package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rule 5 for work on demand: who came first has a reservation, whoever comes later, of whatever tenant. Four nodes. */
class DrainOnDemandTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(1);
    private int made;

    DrainOnDemandTest() {
        for (String tenant : List.of("a", "b")) {
            world.contract(Site.contract(tenant, tenant, Site.commitment("base", Site.H100, 0, "gpu", 64)));
        }
    }

    private Job onDemand(String tenant, int pods) {
        return job(tenant, "g" + ++made, pods, 8).tiers(Tier.ON_DEMAND).createdAt(world.now);
    }

    private void end(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    /** One job after the other, of which each ends after a while that it does not declare; how many until another starts. */
    private int stream(Job other, Job first, Duration length) {
        List<Job> running = new ArrayList<>(List.of(first));
        for (int i = 0; i < 48; i++) {
            if (world.isPlaced(other)) {
                return i;
            }
            running.stream()
                    .filter(of -> world.isPlaced(of)
                            && !world.now.isBefore(of.spec().createdAt().plus(length)))
                    .toList()
                    .forEach(of -> {
                        end(of);
                        running.remove(of);
                    });
            Job next = onDemand("b", 1);
            running.add(next);
            world.start(next);
            world.later(Duration.ofMinutes(30));
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void aLaterGangDelaysNobodyByDeclaredEnds() {
        Job first = onDemand("b", 1).duration(HOUR.multipliedBy(2));
        Job second = onDemand("b", 1).duration(HOUR);
        Job wide = onDemand("a", 3).duration(HOUR);
        world.start(first).start(second).start(wide);
        assertThat(world.view(wide).waiting().orElseThrow().numbers())
                .containsEntry("cleared", Site.START.plus(HOUR).toString());

        Job lengthy = onDemand("b", 1).duration(HOUR.multipliedBy(3));
        Job brief = onDemand("b", 1).duration(HOUR.dividedBy(2));
        world.start(lengthy).start(brief);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(world.view(lengthy).waiting().orElseThrow().numbers())
                .containsEntry("endBy", Site.START.plus(HOUR).toString());
        assertThat(world.isPlaced(brief)).isTrue();

        world.later(HOUR.dividedBy(2));
        end(brief);
        world.later(HOUR.dividedBy(2));
        end(second);
        assertThat(world.isPlaced(wide)).isTrue();
    }

    @Test
    void aStreamOfSmallGangsDoesNotHoldUpALargeOneForEver() {
        for (int i = 0; i < 3; i++) {
            world.start(onDemand("b", 1).duration(Duration.ofMinutes(30 + 30 * i)));
        }
        Job wide = onDemand("a", 3).duration(HOUR);
        world.start(wide);
        List<Job> first = new ArrayList<>(world.workloads.values().stream()
                .map(of -> of.job)
                .filter(of -> of.spec().tenant().equals("b"))
                .toList());
        world.later(Duration.ofMinutes(30));
        end(first.get(0));
        Job next = onDemand("b", 1).duration(Duration.ofMinutes(90));
        world.start(next).later(Duration.ofMinutes(30));
        end(first.get(1));
        world.later(Duration.ofMinutes(30));

        assertThat(world.isPlaced(wide)).isTrue();
        assertThat(world.isPlaced(next)).isFalse();
    }

    @Test
    void whereNobodyDeclaresItDrainsOnceItHasWaitedForLongEnough() {
        world.reserveAfter(HOUR.multipliedBy(3));
        Job wide = onDemand("a", 3);
        Job brief = onDemand("b", 1);
        world.start(onDemand("b", 1)).start(brief).start(wide);
        assertThat(world.view(wide).waiting().orElseThrow().numbers())
                .containsEntry(
                        "passedUntil", Site.START.plus(HOUR.multipliedBy(3)).toString());

        assertThat(stream(wide, brief, Duration.ofMinutes(90))).isBetween(4, 12);
    }

    @Test
    void whatIsPromisedStaysBesideWhatIsReservedOnDemand() {
        world.contract(Site.contract("owner", 1, "node"));
        Job brief = onDemand("b", 1).duration(HOUR);
        Job wide = onDemand("a", 3).duration(HOUR);
        world.start(brief).start(wide);
        assertThat(world.isPlaced(wide)).isFalse();

        Job lengthy = onDemand("b", 1).duration(HOUR.multipliedBy(9));
        world.start(lengthy);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        Job claim = job("owner", "claim", 1, 8).createdAt(world.now);
        world.start(claim);
        assertThat(world.isPlaced(claim)).isTrue();

        end(brief);
        assertThat(world.isPlaced(wide)).isTrue();
        assertThat(world.isPlaced(lengthy)).isFalse();
    }

    @Test
    void aGangThatCanNeverStartHoldsUpNobody() {
        world.contract(Site.contract("owner", 2, "node"));
        Job wide = onDemand("a", 3).duration(HOUR);
        world.start(wide).start(onDemand("b", 1).duration(HOUR));
        world.start(onDemand("b", 1).duration(HOUR.multipliedBy(2)));

        assertThat(world.gpusInUse().values().stream().mapToInt(i -> i).sum()).isEqualTo(16);
    }

    private void preempting(String tenant, int gpus) {
        world.contract(
                Site.contract(tenant, tenant, Site.preempting(Site.commitment("base", Site.H100, 0, "gpu", gpus))));
    }

    /** Who may be preempted counts as lent for the trial, and so does who stands in the way of what is reserved. */
    @Test
    void whoStandsInTheWayOfAReservationMayBeAJuniorAsWell() {
        preempting("b", 24);
        Job junior = onDemand("b", 1).duration(HOUR);
        world.start(onDemand("b", 2).priority(9)).start(junior);
        Job wide = onDemand("a", 2).duration(HOUR);
        world.start(wide);
        assertThat(world.isPlaced(wide)).isFalse();

        Job lengthy = onDemand("b", 1).duration(HOUR.multipliedBy(9)).priority(5);
        Job brief = onDemand("b", 1).duration(HOUR.dividedBy(2)).priority(5);
        world.start(lengthy);
        assertThat(world.isPlaced(lengthy)).isFalse();
        assertThat(world.isPlaced(junior)).isTrue();
        world.withdraw(lengthy).start(brief);
        assertThat(world.isPlaced(brief)).isTrue();
        assertThat(world.isPlaced(junior)).isFalse();

        world.later(HOUR.dividedBy(2));
        end(brief);
        assertThat(world.isPlaced(wide)).isTrue();
    }

    @Test
    void whoStandsInTheWayHasHisPartOfTheLimitUntilHeHasEnded() {
        world.contract(Site.contract("b", "b", Site.commitment("base", Site.H100, 0, "gpu", 16)));
        Job brief = onDemand("b", 2).duration(HOUR);
        Job wide = onDemand("a", 3).duration(HOUR);
        world.start(brief).start(wide);
        assertThat(world.isPlaced(wide)).isFalse();

        Job lengthy = onDemand("b", 1).duration(HOUR.multipliedBy(9));
        world.start(lengthy);
        assertThat(world.isPlaced(lengthy)).isFalse();
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    /** Juniors who stay must leave what is reserved beside the senior as well. */
    @Test
    void whoPreemptsDoesNotDelayWhoHasAReservation() {
        preempting("b", 64);
        world.contract(Site.contract("owner", 1, "node"));
        Job junior = onDemand("b", 1);
        Job brief = onDemand("a", 1).duration(HOUR);
        world.start(junior).start(brief);
        Job wide = onDemand("a", 2).duration(HOUR);
        world.start(wide);
        assertThat(world.isPlaced(wide)).isFalse();

        Job urgent = onDemand("b", 1).priority(5);
        world.start(urgent);
        world.later(HOUR);
        end(brief);
        assertThat(world.isPlaced(wide)).isTrue();
    }

    @Test
    void whatIsPromisedStaysAlsoUntilWhatIsReservedBegins() {
        world.contract(Site.contract("owner", 1, "node"));
        Job brief = onDemand("b", 3).duration(HOUR);
        Job wide = onDemand("a", 2).duration(HOUR);
        world.start(brief).start(wide);
        assertThat(world.isPlaced(wide)).isFalse();
        Job lengthy = onDemand("b", 1).duration(HOUR.multipliedBy(9));
        world.start(lengthy);
        assertThat(world.isPlaced(lengthy)).isFalse();
        Job claim = job("owner", "claim", 1, 8).createdAt(world.now);
        world.start(claim);
        assertThat(world.isPlaced(claim)).isTrue();
    }

    /** It counts as gone while it is asked whether all of it has a place elsewhere, and stands in nobody's way then. */
    @Test
    void whoWouldStartOverIsNotInTheWayOfAReservation() {
        world.reserveAfter(HOUR);
        Job first = onDemand("b", 2);
        Job wide = onDemand("a", 3);
        world.start(first).start(wide).later(Duration.ofMinutes(1));
        Job stranded = job("b", "a-gang", 2, 8).tiers(Tier.ON_DEMAND).createdAt(world.now);
        world.start(stranded);
        assertThat(world.isPlaced(stranded)).isTrue();
        world.later(HOUR.multipliedBy(2));

        String lost = world.nodesOf(stranded).get(0);
        world.node(Site.ready(Site.node(Site.H100, "r1", lost), false));
        world.podsOf(stranded.id()).stream()
                .filter(pod -> pod.place().equals(Optional.of(lost)))
                .toList()
                .forEach(world::gone);
        world.arrive(stranded, 1).settle();
        for (int i = 0; i < 4; i++) {
            world.later(Duration.ofMinutes(5));
        }

        assertThat(world.decided(Decision.StartOver.class, stranded)).isZero();
        assertThat(world.podsOf(stranded, PodFacts.State.BOUND)).hasSize(1);
    }
}
