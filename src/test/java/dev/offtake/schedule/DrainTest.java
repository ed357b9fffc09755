package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rule 5: where units of the quota do not say where later gangs go, the cells are kept that fit who waits. */
class DrainTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(2).reserveAfter(HOUR);

    private void quota(int quantity, String unit) {
        world.contract(Site.contract("acme", quantity, unit));
    }

    private static Job in(Job job, String rack) {
        return job.filter(new NodeFilter(
                List.of(new Requirement("rack", Requirement.Operator.IN, List.of(rack))), List.of(), List.of()));
    }

    private Job late(String name, int pods, int gpus) {
        return job("acme", name, pods, gpus).createdAt(world.now);
    }

    private void end(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    @Test
    void aLaterGangDelaysNobodyInACellThatIsBoundAlready() {
        quota(1, "rack");
        Job a = job("acme", "a", 3, 8).duration(HOUR);
        Job b = job("acme", "b", 4, 8).createdAt(1);
        Job lengthy = job("acme", "lengthy", 1, 8).createdAt(2).duration(HOUR.multipliedBy(10));
        world.start(a).start(b).start(lengthy);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(lengthy))
                .containsEntry("keptNodes", "4")
                .containsEntry("endBy", Site.START.plus(HOUR).toString());

        Job brief = job("acme", "brief", 1, 8).createdAt(3).duration(HOUR.dividedBy(2));
        world.start(brief);
        assertThat(world.isPlaced(brief)).isTrue();
        end(brief);
        end(a);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void whoeverHasWaitedForLongEnoughHasABoundCellKept() {
        quota(1, "rack");
        Job a = job("acme", "a", 3, 8);
        Job b = job("acme", "b", 4, 8).createdAt(1);
        world.start(a).start(b).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 8);
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(late)).containsKey("keptSince").containsEntry("keptNodes", "4");
        end(a);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void soIsANodeThatIsTheUnit() {
        quota(1, "node");
        Job a = job("acme", "a", 1, 4);
        Job b = job("acme", "b", 1, 8).createdAt(1);
        world.start(a).start(b).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 4);
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        end(a);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void whoWaitsBecauseItsOwnCellsAreInFragmentsHasOneOfThemKept() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 2, 8), "r2");
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(b);
        assertThat(world.code(b)).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
        world.later(HOUR.multipliedBy(5));
        Job d1 = in(late("d1", 2, 8), "r1");
        Job d2 = in(late("d2", 2, 8), "r2");
        world.start(d1).start(d2);
        assertThat(List.of(world.isPlaced(d1), world.isPlaced(d2))).containsExactlyInAnyOrder(true, false);
        end(world.isPlaced(d1) ? a2 : a1);
        assertThat(world.isPlaced(b)).isTrue();
    }
}
