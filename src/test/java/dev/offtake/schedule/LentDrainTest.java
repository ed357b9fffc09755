package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Rule 5: who waits for what is lent, longer than {@code reserveAfter}, has the cells kept that fit it with the least work
 * in the way. Two racks of four nodes of 8 GPUs, each node lent to a gang of its own.
 */
class LentDrainTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(2).reserveAfter(HOUR.multipliedBy(2));
    private final List<Job> small = IntStream.range(0, 8)
            .mapToObj(i -> job("small", "small-" + i, 1, 8).tiers(Tier.SPOT))
            .toList();
    private final Job big = borrower("big", 4).required("rack");

    LentDrainTest() {
        world.contract(Site.contract("small", 8, "gpu"));
        world.contract(Site.contract("guest", 8, "gpu"));
        world.contract(Site.contract("owner", 32, "gpu"));
        small.forEach(world::start);
        world.start(big);
    }

    private static Job borrower(String name, int pods) {
        return job("guest", name, pods, 8).tiers(Tier.SPOT);
    }

    private Job late(String name) {
        return job("small", name, 1, 8).tiers(Tier.SPOT).createdAt(world.now);
    }

    private void end(Job job) {
        end(world, job);
    }

    private static void end(World world, Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    /** Those in a rack. */
    private List<Job> in(String rack) {
        return small.stream()
                .filter(job ->
                        world.isPlaced(job) && world.nodesOf(job).stream().allMatch(node -> node.startsWith(rack)))
                .toList();
    }

    private void waitUntilOverdue() {
        world.later(HOUR.multipliedBy(2));
    }

    @Test
    void itIsPassedForSoLongAndSaysSo() {
        assertThat(numbers(big))
                .containsEntry(
                        "passedUntil", Site.START.plus(HOUR.multipliedBy(2)).toString());
        end(in("r1").get(0));
        Job late = late("late");
        world.start(late);
        assertThat(world.isPlaced(late)).isTrue();
    }

    @Test
    void fromThenOnItsRackTakesNoMoreOfWhatIsLentAndItStarts() {
        end(in("r2").get(0));
        waitUntilOverdue();
        Job late = late("late");
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(late)).containsEntry("keptNodes", "4").containsKey("keptSince");

        in("r2").forEach(this::end);
        assertThat(world.nodesOf(big)).hasSize(4).allMatch(node -> node.startsWith("r2"));
        end(in("r1").get(0));
        assertThat(world.isPlaced(late)).isTrue();
    }

    @Test
    void theSchedulerWakesUpForIt() {
        assertThat(world.scheduler.nextWake()).contains(Site.START.plus(HOUR.multipliedBy(2)));
    }

    @Test
    void otherCellsAreLentAsBefore() {
        end(in("r2").get(0));
        waitUntilOverdue();
        end(in("r1").get(0));
        Job late = late("late");
        world.start(late);
        assertThat(world.nodesOf(late)).hasSize(1).allMatch(node -> node.startsWith("r1"));
    }

    @Test
    void ownersTakeWhatTheyHaveARightToThereAsEverywhere() {
        end(in("r2").get(0));
        waitUntilOverdue();
        Job own = job("owner", "own", 1, 8).createdAt(world.now);
        world.start(own);
        assertThat(world.nodesOf(own)).hasSize(1).allMatch(node -> node.startsWith("r2"));
    }

    @Test
    void ownersMayBeInTheWayAsEverybody() {
        World racks = World.h100(2).reserveAfter(HOUR.multipliedBy(2));
        racks.contract(Site.contract("owner", 1, "rack"));
        racks.contract(Site.contract("small", 8, "gpu"));
        racks.contract(Site.contract("guest", 8, "gpu"));
        Job own = job("owner", "own", 4, 8).duration(HOUR.multipliedBy(3));
        racks.start(own);
        small.subList(0, 4).forEach(racks::start);
        racks.start(big).later(HOUR.multipliedBy(2));
        Set<String> owners = Set.copyOf(racks.nodesOf(own));
        end(racks, own);
        assertThat(racks.nodesOf(big)).hasSize(4).allMatch(owners::contains);

        Job again = job("owner", "again", 4, 8).createdAt(racks.now);
        racks.start(again);
        assertThat(racks.isPlaced(again)).isTrue();
    }

    @Test
    void aMoreDistantEndIsMoreWork() {
        World racks = World.h100(2).reserveAfter(HOUR.multipliedBy(2));
        racks.contract(Site.contract("owner", 2, "rack"));
        racks.contract(Site.contract("guest", 8, "gpu"));
        racks.contract(Site.contract("small", 8, "gpu"));
        Job near = job("owner", "near", 4, 8).duration(HOUR.multipliedBy(3));
        Job distant = job("owner", "distant", 3, 8).duration(HOUR.multipliedBy(30));
        racks.start(distant).start(near).start(big).later(HOUR.multipliedBy(2));
        Job late = job("small", "late", 1, 8).tiers(Tier.SPOT).createdAt(racks.now);
        racks.start(late);
        assertThat(racks.nodesOf(late)).hasSize(1).noneMatch(racks.nodesOf(near)::contains);
        end(racks, near);
        assertThat(racks.isPlaced(big)).isTrue();
    }

    @Test
    void whoEndsBeforeAllInTheWayHaveEndedMayPass() {
        World other = World.h100(1).reserveAfter(HOUR);
        other.contract(Site.contract("small", 8, "gpu"));
        other.contract(Site.contract("guest", 8, "gpu"));
        for (int i = 0; i < 3; i++) {
            other.start(job("small", "runs-" + i, 1, 8).tiers(Tier.SPOT).duration(HOUR.multipliedBy(5)));
        }
        other.start(borrower("big", 4)).later(HOUR);
        Job lengthy = job("small", "lengthy", 1, 8)
                .tiers(Tier.SPOT)
                .createdAt(other.now)
                .duration(HOUR.multipliedBy(5));
        Job brief = job("small", "brief", 1, 8)
                .tiers(Tier.SPOT)
                .createdAt(other.now)
                .duration(HOUR.multipliedBy(3));
        other.start(lengthy).start(brief);
        assertThat(other.isPlaced(lengthy)).isFalse();
        assertThat(other.view(lengthy).waiting().orElseThrow().numbers())
                .containsEntry("endBy", Site.START.plus(HOUR.multipliedBy(5)).toString());
        assertThat(other.isPlaced(brief)).isTrue();
    }

    @Test
    void whenItIsGoneOthersHaveItsCellsAtOnce() {
        end(in("r2").get(0));
        waitUntilOverdue();
        Job late = late("late");
        world.start(late);
        world.withdraw(big).settle();
        assertThat(world.isPlaced(late)).isTrue();
    }

    @Test
    void whoAsksForTheSameIsServedByAge() {
        waitUntilOverdue();
        Job younger = borrower("younger", 4).required("rack").createdAt(world.now);
        world.start(younger);
        in("r2").forEach(this::end);
        assertThat(world.isPlaced(big)).isTrue();
        assertThat(world.isPlaced(younger)).isFalse();
    }

    @Test
    void afterItTheNextOneHasItsTurn() {
        Job next = job("guest", "next", 4, 8).tiers(Tier.SPOT).required("rack").createdAt(1);
        world.start(next);
        waitUntilOverdue();
        in("r2").forEach(this::end);
        assertThat(world.isPlaced(big)).isTrue();
        world.later(Duration.ofMinutes(10));
        Job late = late("late");
        end(in("r1").get(0));
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        in("r1").forEach(this::end);
        assertThat(world.isPlaced(next)).isTrue();
    }

    @Test
    void anElasticGangThatRunsDoesNotGrowThere() {
        end(in("r1").get(0));
        Job elastic =
                job("small", "elastic", 2, 8).tiers(Tier.SPOT).elasticFrom(1).createdAt(1);
        world.start(elastic);
        waitUntilOverdue();
        end(in("r1").get(0));
        assertThat(world.nodesOf(elastic)).hasSize(1);
        end(in("r2").get(0));
        assertThat(world.nodesOf(elastic)).hasSize(2).anyMatch(node -> node.startsWith("r2"));
    }

    @Test
    void whoseQuotaIsKeptForItHasNoCellsKeptOfWhatIsLent() {
        Job owner = job("owner", "too-many", 5, 8)
                .tiers(Tier.RESERVED, Tier.SPOT)
                .required("rack")
                .createdAt(1);
        world.start(owner);
        waitUntilOverdue();
        assertThat(world.code(owner)).isNotEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void whoNeverFitsTakesTheTurnOfNobody() {
        World other = World.h100(2).reserveAfter(HOUR);
        other.contract(Site.contract("small", 8, "gpu"));
        other.contract(Site.contract("guest", 8, "gpu"));
        for (int pods = 5; pods < 25; pods++) {
            other.start(borrower("never-" + pods, pods).required("rack"));
        }
        small.forEach(other::start);
        other.start(big.createdAt(1)).later(HOUR.multipliedBy(2));
        Job late = late("late").createdAt(other.now);
        end(other, small.get(0));
        other.start(late);
        assertThat(other.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void aRestartChangesNothing() {
        end(in("r2").get(0));
        waitUntilOverdue();
        Job late = late("late");
        world.start(late);
        world.restart().settle();
        assertThat(world.isPlaced(late)).isFalse();
        Job later = late("later");
        world.start(later);
        assertThat(world.isPlaced(later)).isFalse();
        in("r2").forEach(this::end);
        assertThat(world.isPlaced(big)).isTrue();
    }

    @Test
    void whoIsTooLargeForItsQuotaWaitsForWhatIsLentOnly() {
        World three = World.h100(2).reserveAfter(HOUR);
        three.contract(Site.contract("small", 8, "gpu"));
        three.contract(Site.contract("owner", 24, "gpu"));
        small.forEach(three::start);
        Job large = job("owner", "large", 4, 8).tiers(Tier.RESERVED, Tier.SPOT).required("rack");
        three.start(large).later(HOUR);
        Job late = late("late").createdAt(three.now);
        end(three, small.get(0));
        three.start(late);
        assertThat(three.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }
}
