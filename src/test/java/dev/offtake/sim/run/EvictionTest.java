package dev.offtake.sim.run;

import static dev.offtake.sim.run.TwoNodes.MINUTE;
import static dev.offtake.sim.run.TwoNodes.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {
    @TempDir
    private Path directory;

    private TwoNodes site;

    @BeforeEach
    void twoNodes() throws IOException {
        site = new TwoNodes(directory);
    }

    private static GangRecord gang(Result result, String name) {
        return result.gangs().stream()
                .filter(g -> g.submission().gang().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anEvictedGangGoesAfterItsNoticeAndGoesOnFromItsLastCheckpoint() throws IOException {
        Result result = site.run(
                "",
                "0,first,acme,8,10h,,",
                "0,lent,beta,8,1h,Spot,10m+1m",
                // Needs the node that is lent; 25 minutes of work are done by then, 27 when the notice is over.
                "25m,second,acme,8,30m,,");

        assertThat(gang(result, "second").start()).isEqualTo(27 * MINUTE);
        assertThat(gang(result, "second").tier()).isEqualTo("RESERVED");
        GangRecord lent = gang(result, "lent");
        assertThat(lent.tier()).isEqualTo("SPOT");
        assertThat(lent.evictions().times()).isEqualTo(1);
        assertThat(lent.evictions().lost()).isEqualTo(7 * MINUTE);
        assertThat(lent.evictions().restarts()).isEqualTo(MINUTE);
        assertThat(lent.lostNodes().times()).isZero();
        assertThat(lent.end()).as("minutes: 57 + 1 + 40").isEqualTo(98 * MINUTE);
        Result.PoolTotal pool = result.pools().get(0);
        assertThat(pool.lent()).isEqualTo(8 * (27 + 41) * MINUTE);
        assertThat(pool.used()).isEqualTo(8 * (600 + 30 + 27 + 41) * MINUTE);
    }

    @Test
    void anEvictionHasAPlanAndItsClaimantARecordMoreWhenItIsCarriedOut() throws IOException {
        site.run("", "0,first,acme,8,10h,,", "0,lent,beta,8,1h,Spot,10m+1m", "25m,second,acme,8,30m,,");

        List<Decision> ofSecond = site.decisions.stream()
                .filter(d -> d.gang().name().contains("second"))
                .toList();
        assertThat(ofSecond)
                .extracting(d -> d.getClass().getSimpleName())
                .containsExactly("Record", "Explain", "Record", "Release");
        assertThat(((Decision.Record) ofSecond.get(0)).plan().orElseThrow().deadline())
                .isEqualTo(START.plusMillis(27 * MINUTE));
        assertThat(((Decision.Record) ofSecond.get(2)).plan()).isEmpty();
        assertThat(site.decisions.stream().filter(d -> d.gang().name().contains("lent")))
                .extracting(d -> d.getClass().getSimpleName())
                .containsSubsequence("Record", "Release", "Evict", "RolledBack", "Record", "Release");
    }

    @Test
    void anEvictedGangWaitsWithItsAge() throws IOException {
        site.run(
                "",
                "0,first,acme,8,10h,,",
                "0,lent,beta,8,1h,Spot,",
                "25m,second,acme,8,30m,,",
                "26m,later,beta,8,1h,Spot,");

        assertThat(site.events)
                .filteredOn(Event.Submit.class::isInstance)
                .extracting(e -> ((Event.Submit) e).gang().id().name())
                .as("it is never submitted anew")
                .doesNotHaveDuplicates();
        assertThat(site.decisions)
                .filteredOn(Decision.Release.class::isInstance)
                .extracting(d -> d.gang().name().replaceAll(".*-", ""))
                .containsExactly("first", "lent", "second", "lent", "later");
    }

    @Test
    void withoutCheckpointsAllIsLost() throws IOException {
        Result result = site.run("", "0,first,acme,8,10h,,", "0,lent,beta,8,1h,Spot,", "25m,second,acme,8,30m,,");

        assertThat(gang(result, "lent").evictions().lost()).isEqualTo(27 * MINUTE);
        assertThat(gang(result, "lent").end()).isEqualTo((57 + 60) * MINUTE);
    }

    @Test
    void aGangThatIsDoneWithinItsNoticeLosesNothing() throws IOException {
        Result result = site.run("", "0,first,acme,8,10h,,", "0,lent,beta,8,26m,Spot,", "25m,second,acme,8,30m,,");

        assertThat(gang(result, "lent").end()).isEqualTo(26 * MINUTE);
        assertThat(gang(result, "lent").evictions().times()).isZero();
        assertThat(gang(result, "second").start()).isEqualTo(26 * MINUTE);
    }

    @Test
    void aNodeThatFailsWithinANoticeInterruptsOnceAndGivesNoSecondNotice() throws IOException {
        Result result = site.run(
                "26m,fail,gpu-0\n26m,fail,gpu-1\n40m,recover,gpu-0\n40m,recover,gpu-1\n",
                "0,lent,beta,8,1h,Spot,10m+1m",
                "25m,all,acme,2x8,10m,,");

        GangRecord lent = gang(result, "lent");
        assertThat(lent.lostNodes().times()).isEqualTo(1);
        assertThat(lent.lostNodes().lost()).isEqualTo(6 * MINUTE);
        assertThat(lent.evictions().times()).isZero();
        assertThat(gang(result, "all").start()).isEqualTo(40 * MINUTE);
        assertThat(lent.end()).isEqualTo((50 + 1 + 40) * MINUTE);
    }

    @Test
    void aGangThatIsToLeaveAndLosesANodeBeforeWaitsAsItIsToLeave() throws IOException {
        Result result = site.run(
                "26m,fail,gpu-0\n2h,recover,gpu-0\n", "0,lent,beta,2x8,1h,Spot,10m+1m", "25m,claim,acme,8,30m,,");

        assertThat(gang(result, "lent").lostNodes().times()).isEqualTo(1);
        assertThat(gang(result, "lent").evictions().times()).isZero();
        assertThat(result.reasons().get("Reclaimed").gangMillis()).isEqualTo(MINUTE);
        assertThat(result.reasons().values().stream()
                        .mapToDouble(Result.Wait::gpuMillis)
                        .sum())
                .as("nobody waits for no reason")
                .isEqualTo(result.tenantTotals().stream()
                        .mapToDouble(Result.TenantTotal::waited)
                        .sum());
    }

    @Test
    void soDoesOneThatLostANodeBeforeItWasToldToLeave() throws IOException {
        Result result = site.run(
                "25m,fail,gpu-0\n2h,recover,gpu-0\n", "0,lent,beta,2x8,1h,Spot,10m+1m", "26m,claim,acme,8,30m,,");

        assertThat(gang(result, "lent").lostNodes().times()).isEqualTo(1);
        assertThat(gang(result, "claim").start()).isEqualTo(28 * MINUTE);
        assertThat(result.reasons().get("Reclaimed").gangMillis()).isEqualTo(2 * MINUTE);
    }

    @Test
    void anElasticGangThatGrewAndIsTooSmallAgainWaitsForWhatItLacked(@TempDir Path other) throws IOException {
        // It runs with two pods of four, with three from minute 10 on, and is left with one.
        Result result = new TwoNodes(other, 4)
                .runWith(
                        "submit,gang,tenant,gpus,duration,tier,checkpoint,min_pods",
                        "20m,fail,rack=gpu-1\n1h,recover,rack=gpu-1\n",
                        "0,short,acme,8,10m,,,",
                        "0,long,acme,8,10h,,,",
                        "1,elastic,beta,4x8,2h,Spot,,2");

        assertThat(gang(result, "elastic").lostNodes().times()).isEqualTo(1);
        assertThat(result.tenantTotals().get(1).waited()).isEqualTo(32 * 40 * MINUTE);
        assertThat(result.reasons().values().stream()
                        .mapToDouble(Result.Wait::gpuMillis)
                        .sum())
                .as("nobody waits for no reason")
                .isEqualTo(32 * 40 * MINUTE);
    }

    @Test
    void theSchedulerKnowsOfCheckpointsAndTakesTheGangThatLosesLeast() throws IOException {
        Result result = site.run(
                "",
                // At minute 59 this one would lose 59 minutes, the other nine.
                "0,careless,beta,8,3h,Spot,",
                "0,careful,beta,8,3h,Spot,10m+1m",
                "59m,claim,acme,8,30m,,");

        assertThat(gang(result, "careful").evictions().times()).isEqualTo(1);
        assertThat(gang(result, "careless").evictions().times()).isZero();
    }

    @Test
    void anElasticGangGivesBackWhatItBorrowedAfterTheNoticeAndGrowsAgain() throws IOException {
        Result result = site.runElastic(
                // One pod of two on each node, all lent.
                "0,elastic,beta,2x8,2h,Spot,,1", "30m,own,acme,8,30m,,,");

        assertThat(gang(result, "own").start()).isEqualTo(32 * MINUTE);
        GangRecord elastic = gang(result, "elastic");
        assertThat(elastic.end()).isEqualTo(120 * MINUTE);
        assertThat(elastic.evictions().times()).isZero();
        assertThat(result.pools().get(0).lent()).isEqualTo(8 * (120 + 32 + 120 - 62) * MINUTE);
        assertThat(result.pools().get(0).used()).isEqualTo(8 * (120 + 32 + 120 - 62 + 30) * MINUTE);
        assertThat(site.decisions.stream().filter(d -> d instanceof Decision.Shrink))
                .hasSize(1);
        assertThat(site.decisions.stream().filter(d -> d instanceof Decision.Evict))
                .isEmpty();
    }
}
