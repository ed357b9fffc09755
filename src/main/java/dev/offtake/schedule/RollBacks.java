package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes gangs back that the scheduler goes on refusing, and puts them into the queue again when they are gone. */
final class RollBacks {
    private final Duration grace;
    private final Seating seating;

    RollBacks(Duration grace, Seating seating) {
        this.grace = grace;
        this.seating = seating;
    }

    /** Looks at one gang; what it decides is also the answer. */
    List<Decision> check(Gang gang, Instant now) {
        return switch (gang.phase()) {
            case ROLLING_BACK -> finish(gang);
            case RECORDING, PLACED -> begin(gang, now);
            case WAITING, CLOSING -> {
                gang.refusedSince(Optional.empty());
                yield List.of();
            }
        };
    }

    private List<Decision> finish(Gang gang) {
        if (gang.holdsPods()) {
            return List.of();
        }
        seating.giveBackFree(gang);
        gang.recorded();
        gang.enter(Gang.Phase.WAITING);
        return List.of(new Decision.RolledBack(gang.id()));
    }

    private List<Decision> begin(Gang gang, Instant now) {
        List<PodFacts> refused = gang.pods().values().stream()
                .filter(p -> p.state() == PodFacts.State.REFUSED)
                .toList();
        if (refused.isEmpty()) {
            gang.refusedSince(Optional.empty());
            return List.of();
        }
        if (gang.refusedSince().isEmpty()) {
            gang.refusedSince(Optional.of(now));
        }
        if (gang.refusedSince().map(since -> now.isBefore(since.plus(grace))).orElse(true)) {
            return List.of();
        }
        List<String> nodes = refused.stream()
                .flatMap(p -> p.node().stream())
                .distinct()
                .sorted()
                .toList();
        String words = refused.get(0).words();
        gang.avoid().addAll(nodes);
        gang.refusalWords(words);
        gang.refusedSince(Optional.empty());
        gang.enter(Gang.Phase.ROLLING_BACK);
        Reason reason = gang.refusedByScheduler();
        gang.tellNothing();
        gang.tell(reason);
        List<Decision> decisions = new ArrayList<>();
        decisions.add(new Decision.RollBack(gang.id(), words, nodes));
        decisions.add(new Decision.Explain(gang.id(), reason));
        return decisions;
    }

    /** When a gang has been refused for too long. */
    Optional<Instant> due(Gang gang) {
        return gang.refusedSince().map(since -> since.plus(grace));
    }
}
