package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes gangs back that the scheduler goes on refusing, puts them into the queue again when they are gone, and remembers
 * for a while what they were refused.
 */
final class RollBacks {
    private final Duration grace;
    private final Seating seating;
    private final Map<String, Refusals> byMaker = new HashMap<>();

    RollBacks(Duration grace, Seating seating) {
        this.grace = grace;
        this.seating = seating;
    }

    /** A gang begins: it remembers what its maker's gangs before it were refused. */
    void remember(Gang gang) {
        gang.spec()
                .maker()
                .flatMap(maker -> Optional.ofNullable(byMaker.get(maker)))
                .ifPresent(gang::refusals);
    }

    /** Looks at one gang, and adds what it decides; answers whether anything is different for it now. */
    boolean check(Gang gang, Instant now, List<Decision> decisions) {
        int before = decisions.size();
        switch (gang.phase()) {
            case ROLLING_BACK -> decisions.addAll(finish(gang));
            case RECORDING, PLACED -> decisions.addAll(begin(gang, now));
            case WAITING, CLOSING -> gang.refusedSince(Optional.empty());
        }
        return gang.refusals().expire(now) || decisions.size() > before;
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
        gang.spec().maker().ifPresent(maker -> gang.refusals(byMaker.computeIfAbsent(maker, m -> gang.refusals())));
        gang.refusals().add(nodes, words, now);
        byMaker.values().removeIf(refusals -> refusals.isOld(now));
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

    /** When there is something to do for a gang without an event. */
    Optional<Instant> due(Gang gang) {
        return Stream.concat(
                        gang.refusedSince().map(since -> since.plus(grace)).stream(), gang.refusals().due().stream())
                .min(Instant::compareTo);
    }
}
