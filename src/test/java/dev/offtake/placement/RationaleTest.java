package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Rationale.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Why a gang is where it is. */
class RationaleTest {
    private final PlacementWorld world = new PlacementWorld(site().racks(4));

    private Rationale why(String name, Claimant claimant, Ask gang) {
        Outcome outcome = world.place(name, claimant, gang.demand(), 0);
        assertThat(outcome).isInstanceOf(Outcome.Placed.class);
        return ((Outcome.Placed) outcome).why().orElseThrow();
    }

    @Test
    void theBrokenRackIsToldToSaveAWholeOne() {
        world.account("acme", "node", 8, 0);
        world.fail("r2-n1");

        Rationale why = why("job", reserved("acme"), pods(2).gpus(8));

        assertThat(why.code()).isEqualTo(Code.FEWEST_WHOLE_CELLS_BROKEN);
        assertThat(why.numbers())
                .containsEntry("pool", "east")
                .containsEntry("level", "rack")
                .containsEntry("cell", "r2")
                .containsEntry("candidates", "4")
                .containsEntry("freeNodes", "3")
                .containsEntry("cellNodes", "4")
                .containsEntry("nodes", "2")
                .containsEntry("wholeLevel", "rack")
                .containsEntry("wholeBefore", "3")
                .containsEntry("wholeAfter", "3");
    }

    @Test
    void amongEqualRacksItIsTheFirst() {
        world.account("acme", "node", 8, 0);

        Rationale why = why("job", reserved("acme"), pods(2).gpus(8));

        assertThat(why.code()).isEqualTo(Code.FIRST_OF_EQUALS);
        assertThat(why.numbers()).containsEntry("wholeBefore", "4").containsEntry("wholeAfter", "3");
    }

    @Test
    void amongNodesWithRoomItIsTheOneWhoseCpuCostsTheFewestGpus() {
        world.account("acme", "gpu", 8, 0);
        world.put(site().racks(4).trays(4).cpusPerGpu(32).node(0, 2, 1));

        Rationale why = why("job", reserved("acme"), pods(1).gpus(1).cpus(32));

        assertThat(why.code()).isEqualTo(Code.FEWEST_GPUS_CHARGED);
        assertThat(why.numbers()).containsEntry("cell", "r2-n1");
    }

    @Test
    void amongBrokenRacksItIsTheTightest() {
        world.account("acme", "node", 8, 0);
        world.fail("r1-n0", "r2-n0", "r2-n1");

        Rationale why = why("job", reserved("acme"), pods(2).gpus(8));

        assertThat(why.code()).isEqualTo(Code.TIGHTEST_FIT);
        assertThat(why.numbers()).containsEntry("cell", "r2").containsEntry("freeNodes", "2");
    }

    @Test
    void cellsThatTheCommitmentHasBoundComeFirst() {
        world.account("acme", "rack", 2, 0);
        world.placed("first", reserved("acme"), pod().gpus(8));

        assertThat(why("second", reserved("acme"), pods(2).gpus(8)).code()).isEqualTo(Code.OWN_CELLS);
    }

    @Test
    void theOnlyRackWithRoomNeedsNoOtherReason() {
        world.account("acme", "node", 16, 0);
        world.fail("r0-n0", "r1-n0", "r2-n0");

        Rationale why = why("job", reserved("acme"), pods(4).gpus(8));

        assertThat(why.code()).isEqualTo(Code.ONLY_PLACE);
        assertThat(why.numbers()).containsEntry("cell", "r3").containsEntry("candidates", "1");
    }

    @Test
    void whoIsSpreadIsToldThatNoRackHadRoom() {
        world.account("acme", "node", 16, 0);

        Rationale why = why("job", reserved("acme"), pods(6).gpus(8).near("rack"));

        assertThat(why.numbers())
                .containsEntry("level", "pool")
                .doesNotContainKey("cell")
                .containsEntry("spans", "2")
                .containsEntry("spansLevel", "rack")
                .containsEntry("narrower", "rack")
                .containsEntry("narrowerMost", "4")
                .containsEntry("preferred", "rack")
                .containsEntry("preferredMost", "4");
    }

    @Test
    void aTighterPlaceThatWouldBreakAPromiseWasPassedOver() {
        PlacementWorld halves = new PlacementWorld(site().racks(2).half(4));
        halves.account("acme", "gpu", 1, 0);
        halves.account("owed", "half", 15, 0);
        halves.placed("owed", reserved("owed"), pod().gpus(4));

        Outcome outcome = halves.place("job", reserved("acme"), pod().demand(), 0);

        Rationale why = ((Outcome.Placed) outcome).why().orElseThrow();
        assertThat(why.numbers()).containsEntry("level", "node").containsEntry("cell", "r0-n0");
        assertThat(why.code()).isEqualTo(Code.FEWEST_WHOLE_CELLS_BROKEN);
    }

    @Test
    void whoTakesBackWhatIsLentIsToldWhatThatCosts() {
        world.account("acme", "node", 16, 0);
        world.account("other", "node", 0, 0);
        for (int i = 0; i < 4; i++) {
            world.placed("spot" + i, spot("other"), pods(4).gpus(8));
        }

        Rationale why = why("job", reserved("acme"), pods(4).gpus(8));

        assertThat(why.code()).isEqualTo(Code.LEAST_LOST_WORK);
        assertThat(why.numbers())
                .as("the youngest has least to lose")
                .containsEntry("evicted", "1")
                .containsEntry("lostGpuSeconds", "32");
    }

    @Test
    void itIsAsLongForALargeGangAsForASmallOne() {
        PlacementWorld large = new PlacementWorld(site().racks(200));
        large.account("acme", "node", 800, 0);

        Outcome outcome = large.place("job", reserved("acme"), pods(700).gpus(8).demand(), 0);

        Map<String, String> numbers =
                ((Outcome.Placed) outcome).why().orElseThrow().numbers();
        assertThat(numbers).hasSizeLessThanOrEqualTo(20).containsEntry("nodes", "700");
        assertThat(numbers.values()).allMatch(value -> value.length() < 64);
    }
}
