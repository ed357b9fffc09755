package dev.offtake.placement;

import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who catches up is told of each leaf that changed, and of none that is as it was. */
class ChangeLogTest {
    private final ChangeLog log = new ChangeLog();

    private List<Integer> since(long position) {
        List<Integer> leaves = new ArrayList<>();
        for (long at = position; at < log.end(); at++) {
            leaves.add(log.at(at));
        }
        return leaves;
    }

    @Test
    void whatIsStruckOutIsNotedAgainWhenItChanges() {
        log.note(1);
        long before = log.end();
        log.note(1);
        log.note(2);
        assertThat(since(0)).containsExactly(1, 2);
        log.strike(before);
        assertThat(since(0)).containsExactly(1);
        log.note(3);
        log.note(2);
        assertThat(since(0)).containsExactly(1, 3, 2);
    }

    @Test
    void whatSomebodyHasReadStays() {
        long before = log.end();
        log.note(1);
        log.allRead();
        log.note(1);
        log.strike(before);
        assertThat(since(before)).containsExactly(1, 1);
    }

    @Test
    void whatWasOverwrittenIsNotKnownAfterwards() {
        for (int i = 0; i < 3000; i++) {
            log.note(i % 500);
            log.allRead();
        }
        long before = log.end();
        long oldest = before;
        while (log.knows(oldest - 1)) {
            oldest--;
        }
        log.note(1);
        log.note(2);
        log.strike(before);
        assertThat(log.end()).isEqualTo(before);
        assertThat(log.knows(oldest)).isFalse();
        assertThat(log.knows(oldest + 2)).isTrue();
    }

    @Test
    void aTrialThatIsTakenBackUnreadLeavesNothingToCount() {
        PlacementWorld world = new PlacementWorld(site().racks(3));
        world.account("acme", "rack", 2, 0);
        world.placed("gang", reserved("acme"), Ask.pods(2));
        PoolState pool = world.cluster.promises().pool(0);
        Right right = Right.of(world.cluster.owner("acme"));
        Trial trial = new Trial(pool, right, new Trial.Check(2, () -> true));
        Shape shape = Ask.pod().shape();
        long before = pool.supply().changes().end();
        trial.apply(new Trial.Use(0, 0, shape, 1));
        int mark = trial.mark();
        trial.apply(new Trial.Use(9, 0, shape, 1));
        assertThat(pool.supply().changes().end()).isEqualTo(before + 2);
        trial.undoTo(mark);
        assertThat(pool.supply().changes().end()).isEqualTo(before + 1);
        world.cluster.seat("r1-n0", reserved("acme"), shape, 1);
        trial.undoTo(0);
        assertThat(pool.supply().changes().end()).isEqualTo(before + 2);
        world.cluster.seat("r1-n0", reserved("acme"), shape, -1);
    }

    /** What somebody has read in the middle of a trial he is told of again when it is taken back. */
    @Test
    void whatWasReadInTheMiddleOfATrialStaysThoughItWasNotedUnreadBefore() {
        log.note(1);
        Traces traces = new Traces(log);
        traces.begin();
        log.note(1);
        traces.end();
        long position = log.end();
        log.allRead();
        traces.beginUndo();
        log.note(1);
        traces.endUndo(0);
        assertThat(since(position)).containsExactly(1);
    }
}
