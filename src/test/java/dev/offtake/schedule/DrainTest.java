package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
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

    @Test
    void declaredEndsOfThoseInTheWayTellWhoMayPassIntoFragments() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1").duration(HOUR);
        Job a2 = in(job("acme", "a2", 2, 8), "r2").duration(HOUR.multipliedBy(9));
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(b);
        Job lengthy = in(job("acme", "lengthy", 1, 8).createdAt(2), "r1").duration(HOUR.multipliedBy(2));
        Job beside = in(job("acme", "beside", 1, 8).createdAt(2), "r2").duration(HOUR.multipliedBy(2));
        Job brief = in(job("acme", "brief", 1, 8).createdAt(2), "r1").duration(HOUR);
        world.start(lengthy).start(beside).start(brief);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(lengthy))
                .containsEntry("endBy", Site.START.plus(HOUR).toString());
        assertThat(world.isPlaced(beside)).isTrue();
        assertThat(world.isPlaced(brief)).isTrue();
    }

    @Test
    void theCellsThatWereChosenStayWhereOthersBecomeAsNear() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 3, 8), "r2");
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(b).later(HOUR.multipliedBy(5));
        Job first = in(late("first", 1, 8), "r1");
        world.start(first);
        assertThat(world.isPlaced(first)).isFalse();
        Job second = in(late("second", 1, 8), "r2");
        world.start(second);
        assertThat(world.isPlaced(second)).isTrue();
        // One node fewer in r2, three times, is not nearer than r1.
        for (int i = 0; i < 3; i++) {
            world.later(HOUR);
            end(second);
            assertThat(world.isPlaced(first)).isFalse();
            second = in(late("second" + i, 1, 8), "r2");
            world.start(second);
            assertThat(world.isPlaced(second)).isTrue();
        }
        end(a1);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void theyAreChosenAnewWhereOthersAreNearer() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 2, 8), "r2");
        Job a3 = in(job("acme", "a3", 1, 8), "r2");
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(a3).start(b).later(HOUR.multipliedBy(5));
        Job first = in(late("first", 1, 8), "r1");
        world.start(first);
        assertThat(world.isPlaced(first)).isFalse();
        end(a2);
        Job second = in(late("second", 1, 8), "r2");
        world.later(Again.LAST).start(second);
        assertThat(world.isPlaced(second)).isFalse();
        assertThat(world.isPlaced(first)).isTrue();
    }

    @Test
    void andWhereANodeOfThemFails() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 3, 8), "r2");
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(b).later(HOUR.multipliedBy(5));
        Job second = in(late("second", 1, 8), "r2");
        world.node("r1n3", node -> Site.ready(node, false))
                .node("r1n4", node -> Site.ready(node, false))
                .settle();
        world.start(second);
        assertThat(world.isPlaced(second)).isFalse();
    }

    /** Each rack has two idle nodes and a half; b, which wants three in one, waits for long enough. */
    private void twoRacksThatAreShortOfANode(int committedToOthers) {
        quota(32, "gpu");
        world.contract(Site.contract("globex", committedToOthers, "node"));
        for (String rack : List.of("r1", "r2")) {
            world.start(in(job("globex", "g-" + rack, 1, 8), rack)).start(in(job("acme", "a-" + rack, 1, 4), rack));
        }
        Job b = job("acme", "b", 3, 8).required("rack").createdAt(1);
        world.start(b).later(HOUR.multipliedBy(5));
        assertThat(world.code(b)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        Job late1 = in(late("late-r1", 1, 4), "r1");
        Job late2 = in(late("late-r2", 1, 4), "r2");
        world.start(late1).start(late2);
        assertThat(List.of(world.isPlaced(late1), world.isPlaced(late2))).containsExactlyInAnyOrder(true, false);
        world.withdraw(late1).withdraw(late2).settle();
    }

    @Test
    void claimsOfOthersWithinTheirEntitlementPass() {
        twoRacksThatAreShortOfANode(4);
        Job one = in(job("globex", "one", 1, 8), "r1").createdAt(world.now);
        Job two = in(job("globex", "two", 1, 8), "r2").createdAt(world.now);
        world.start(one).start(two);
        assertThat(world.isPlaced(one)).isTrue();
        assertThat(world.isPlaced(two)).isTrue();
    }

    @Test
    void whatIsOnDemandLeavesThemToo() {
        world.contract(Site.contract("guest", "guest", Site.onDemandOnly("more", 16)));
        twoRacksThatAreShortOfANode(2);
        Job one = in(job("guest", "one", 1, 8).tiers(Tier.ON_DEMAND), "r1").createdAt(world.now);
        Job two = in(job("guest", "two", 1, 8).tiers(Tier.ON_DEMAND), "r2").createdAt(world.now);
        world.start(one).start(two);
        assertThat(List.of(world.isPlaced(one), world.isPlaced(two))).containsExactlyInAnyOrder(true, false);
        world.withdraw(job("acme", "b", 3, 8)).settle();
        assertThat(world.isPlaced(one)).isTrue();
        assertThat(world.isPlaced(two)).isTrue();
    }

    @Test
    void aBorrowerDoesNotBecomeAnOwnerThere() {
        quota(1, "rack");
        Job a = job("acme", "a", 3, 8);
        Job b = job("acme", "b", 4, 8).createdAt(1);
        world.start(a).start(b).later(HOUR.multipliedBy(5));
        Job borrower = in(late("borrower", 1, 8), "r1").tiers(Tier.RESERVED, Tier.SPOT);
        world.start(borrower);
        assertThat(world.view(borrower).tier()).hasValue(Tier.SPOT);
        world.later(HOUR);
        assertThat(world.view(borrower).tier()).hasValue(Tier.SPOT);
        end(a);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void aGangForWhichTheWorkOfOthersWouldHaveToEndKeepsNothing() {
        quota(1, "rack");
        world.contract(Site.contract("globex", 4, "node"));
        Job a = job("acme", "a", 3, 8);
        Job never = job("acme", "never", 5, 8).createdAt(1);
        world.start(a).start(never).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 8);
        world.start(late);
        assertThat(world.isPlaced(late)).isTrue();
    }

    @Test
    void workThatGoesFirstTakesThem() {
        quota(1, "rack");
        Job a = job("acme", "a", 3, 8);
        Job b = job("acme", "b", 4, 8).createdAt(1);
        world.start(a).start(b).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 8);
        Job urgent = late("urgent", 1, 8).priority(1);
        world.start(late).start(urgent);
        assertThat(world.isPlaced(late)).isFalse();
        assertThat(world.isPlaced(urgent)).isTrue();
    }

    @Test
    void anElasticGangHasCellsKeptForItsLeast() {
        quota(1, "rack");
        Job a = job("acme", "a", 3, 8);
        Job b = job("acme", "b", 4, 8).elasticFrom(2).createdAt(1);
        world.start(a).start(b).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 8);
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        end(a);
        assertThat(world.nodesOf(b)).hasSize(4);
    }

    @Test
    void aGangInSlicesHasCellsKept() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 3, 8), "r2");
        Job b = job("acme", "b", 4, 8).slice("rack", 4).createdAt(1);
        world.start(a1).start(a2).start(b).later(HOUR.multipliedBy(5));
        Job late = in(late("late", 1, 8), "r1");
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        end(a1);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void theQuotaThatItNeedsBesideIsKeptAsWell() {
        quota(40, "gpu");
        Job a1 = in(job("acme", "a1", 1, 8), "r1");
        Job a2 = in(job("acme", "a2", 1, 8), "r2");
        Job b = job("acme", "b", 3, 8).required("rack").createdAt(1);
        world.contract(Site.contract("globex", 2, "node"));
        Job g1 = in(job("globex", "g1", 1, 8), "r1");
        Job g2 = in(job("globex", "g2", 1, 8), "r2");
        world.start(g1).start(g2).start(a1).start(a2).start(b).later(HOUR.multipliedBy(5));
        assertThat(world.code(b)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        // 24 of 40 GPUs are left; with what one of them gives back 16 would do.
        Job late = late("late", 1, 8);
        world.start(late);
        assertThat(world.isPlaced(late)).isTrue();
        Job more = late("more", 1, 8);
        world.start(more);
        assertThat(world.isPlaced(more)).isFalse();
        end(world.nodesOf(late).get(0).startsWith("r1") ? a2 : a1);
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void whatIsLentMayLieThereMeanwhileAndGoesWhenTheLastInTheWayHasEnded() {
        quota(1, "rack");
        world.contract(Site.contract("globex", 1, "rack"));
        Job all = job("globex", "all", 4, 8);
        Job a = job("acme", "a", 3, 8);
        Job b = job("acme", "b", 4, 8).createdAt(1);
        world.start(all).start(a).start(b).later(HOUR.multipliedBy(5));
        Job late = late("late", 1, 8);
        Job lent = job("globex", "lent", 1, 8).createdAt(world.now).tiers(Tier.SPOT);
        world.start(late).start(lent);
        assertThat(world.isPlaced(late)).isFalse();
        assertThat(world.isPlaced(lent)).isTrue();
        end(a);
        assertThat(world.isPlaced(b)).isTrue();
        assertThat(world.nodesOf(lent)).isEmpty();
    }

    @Test
    void whoDoesNotEndAsDeclaredIsNotAboutToEndForEver() {
        quota(2, "rack");
        Job overdue = in(job("acme", "overdue", 1, 8), "r1").duration(HOUR);
        Job before = in(job("acme", "x0", 2, 8), "r2").duration(HOUR.multipliedBy(2));
        world.start(overdue).start(before);
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(b);
        for (int i = 1; i < 60 && !world.isPlaced(b); i++) {
            Job next = in(late("x" + i, 2, 8), "r2").duration(HOUR.multipliedBy(2));
            world.start(next).later(HOUR);
            end(before);
            before = next;
        }
        assertThat(world.isPlaced(b)).isTrue();
    }

    @Test
    void otherCellsAreLookedAtInTimeThoughNobodyComes() {
        quota(2, "rack");
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 2, 8), "r2");
        Job a3 = in(job("acme", "a3", 1, 8), "r2");
        Job b = job("acme", "b", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(a3).start(b).later(HOUR.multipliedBy(5));
        Job first = in(late("first", 1, 8), "r1");
        world.start(first);
        assertThat(world.isPlaced(first)).isFalse();
        end(a2);
        assertThat(world.isPlaced(first)).isFalse();
        assertThat(world.scheduler.nextWake())
                .hasValueSatisfying(at -> assertThat(at).isBeforeOrEqualTo(world.now.plus(Again.LAST)));
        world.later(Again.LAST);
        assertThat(world.isPlaced(first)).isTrue();
    }

    @Test
    void whatIsKeptForAnEarlierGangNobodyGrowsInto() {
        quota(8, "node");
        Job elastic = in(job("acme", "elastic", 1, 8).elasticFrom(1), "r2").createdAt(2);
        Job big = job("acme", "big", 4, 8).required("rack").createdAt(1);
        world.start(in(job("acme", "other", 2, 8), "r1"))
                .start(elastic)
                .start(big)
                .later(HOUR.multipliedBy(2));

        world.submit(elastic.pods(2)).arrive(elastic, 1).settle();
        assertThat(world.nodesOf(elastic)).hasSize(1);
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);

        world.withdraw(big).settle();
        assertThat(world.nodesOf(elastic)).hasSize(2);
    }

    @Test
    void whoWaitsForCellsIsToldWhenTheyAreFreeByDeclaredEnds() {
        quota(8, "node");
        Job near = in(job("acme", "near", 1, 8).duration(HOUR.multipliedBy(3)), "r2");
        Job far = in(job("acme", "far", 2, 8).duration(HOUR), "r1");
        Job big = job("acme", "big", 4, 8).required("rack").createdAt(1);
        Job other = job("acme", "other", 4, 8).required("rack").createdAt(2);
        world.start(near).start(far).start(big).start(other);

        assertThat(world.code(big)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(numbers(big)).containsEntry("cleared", Site.START.plus(HOUR).toString());
        assertThat(numbers(other)).doesNotContainKeys("cleared", "passedUntil");
        end(far);
        assertThat(world.isPlaced(big)).isTrue();
    }

    @Test
    void whereNoDeclaredEndTellsItIsToldHowLongOthersMayPassIt() {
        quota(8, "node");
        Job big = job("acme", "big", 4, 8).required("rack").createdAt(1);
        world.start(in(job("acme", "near", 1, 8), "r2")).start(in(job("acme", "far", 2, 8), "r1"));
        world.start(big);

        assertThat(numbers(big))
                .containsEntry("passedUntil", big.spec().createdAt().plus(HOUR).toString());
    }
}
