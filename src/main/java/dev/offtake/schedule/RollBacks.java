package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes gangs back that the scheduler goes on refusing, puts them into the queue again when they are gone, and remembers
 * for a while what they were refused.
 */
final class RollBacks {
    private final Duration grace;
    private final Seating seating;
    private final Roster roster;
    private final Line line;
    private final Templates templates = new Templates();
    private final Map<String, Refusals> byMaker = new HashMap<>();

    RollBacks(Duration grace, Seating seating, Roster roster, Line line) {
        this.grace = grace;
        this.seating = seating;
        this.roster = roster;
        this.line = line;
    }

    /** A gang that begins: it remembers what its maker's gangs before it were refused. */
    Gang newGang(GangSpec spec) {
        Gang gang = new Gang(spec, templates.of(spec));
        spec.maker().flatMap(maker -> Optional.ofNullable(byMaker.get(maker))).ifPresent(gang::refusals);
        return gang;
    }

    /** Looks at every gang in trouble, and adds what it decides; answers whether anything may fit now that did not. */
    boolean check(Instant now, List<Decision> decisions) {
        List<Gang> troubled = line.troubled();
        if (troubled.isEmpty()) {
            return false;
        }
        boolean any = false;
        Set<Refusals> different = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Gang gang : troubled) {
            int known = decisions.size();
            switch (gang.phase()) {
                case ROLLING_BACK -> decisions.addAll(finish(gang, now));
                case RECORDING, PLACED -> decisions.addAll(begin(gang, now));
                case WAITING, RECLAIMING, CLOSING -> gang.refusedSince(Optional.empty());
            }
            if (gang.refusals().expire(now) || decisions.size() > known) {
                any = true;
                line.touch(gang);
                if (gang.spec().maker().isPresent()) {
                    // Nobody else remembers together with a gang that has none.
                    different.add(gang.refusals());
                }
            }
        }
        touchWhoRemember(different);
        return any;
    }

    /** A node is not the one any longer that refused. */
    void nodeGone(String name) {
        Set<Refusals> different = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Gang gang : roster.all()) {
            if (gang.refusals().forget(name)) {
                different.add(gang.refusals());
            }
        }
        touchWhoRemember(different);
    }

    /** Other nodes are avoided for them now, so that they ask for something else. */
    private void touchWhoRemember(Set<Refusals> different) {
        if (!different.isEmpty()) {
            roster.all().stream()
                    .filter(gang -> different.contains(gang.refusals()))
                    .forEach(line::touch);
        }
    }

    private List<Decision> finish(Gang gang, Instant now) {
        seating.giveBackFree(gang);
        if (gang.pods().isAnyPlaced()) {
            gang.goesBy()
                    .filter(end -> Reclaims.isTooLate(end, now))
                    .ifPresent(end -> gang.lateSince(Optional.of(end)));
            return List.of();
        }
        gang.ranUntil(now);
        gang.recordIsVoid();
        gang.lateSince(Optional.empty());
        gang.goesBy(Optional.empty());
        gang.enter(Gang.Phase.WAITING);
        return List.of(new Decision.RolledBack(gang.id()));
    }

    private List<Decision> begin(Gang gang, Instant now) {
        List<PodFacts> refused = gang.pods().all().stream()
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
        gang.plan(Optional.empty());
        gang.goesBy(Optional.empty());
        gang.enter(Gang.Phase.ROLLING_BACK);
        Reason reason = gang.refusals().reason();
        gang.tellNothing();
        gang.tell(reason);
        List<Decision> decisions = new ArrayList<>();
        decisions.add(new Decision.RollBack(gang.id(), words, nodes));
        decisions.add(new Decision.Explain(gang.id(), reason));
        return decisions;
    }

    /** When there is something to do without an event. */
    Optional<Instant> due() {
        return line.troubled().stream().flatMap(gang -> due(gang).stream()).min(Instant::compareTo);
    }

    private Optional<Instant> due(Gang gang) {
        return Earliest.of(
                gang.refusedSince().map(since -> since.plus(grace)),
                gang.refusals().due());
    }
}
