package dev.offtake.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Those who have to leave their places, for whatever reason, and those who wait for that. */
final class Leavers {
    private final Yields yields;
    private final RollBacks rollBacks;
    private final Reclaims reclaims;
    private final Moves moves;
    private final Preemptions preemptions;

    Leavers(Yields yields, RollBacks rollBacks, Reclaims reclaims, Moves moves, Preemptions preemptions) {
        this.yields = yields;
        this.rollBacks = rollBacks;
        this.reclaims = reclaims;
        this.moves = moves;
        this.preemptions = preemptions;
    }

    /** Looks who has left and who has to, and adds what it decides; answers whether anything may fit now that did not. */
    boolean check(Instant now, List<Decision> decisions) {
        boolean freed = yields.settle();
        freed |= rollBacks.check(now, decisions);
        freed |= reclaims.check(now, decisions);
        // Plans may be over now for which some yielded.
        freed |= yields.settle();
        freed |= moves.check(now, decisions);
        freed |= preemptions.takeArrived();
        return freed;
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return Stream.of(rollBacks.due(), reclaims.due(), moves.due())
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }
}
