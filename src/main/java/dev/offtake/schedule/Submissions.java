package dev.offtake.schedule;

import java.util.Optional;

/** Gangs that come, ask for something else, and are over. */
final class Submissions {
    private final Roster roster;
    private final Ranks ranks;
    private final Line line;
    private final Seating seating;
    private final RollBacks rollBacks;
    private final Runnable changed;

    /** @param changed is told when something may fit that did not before */
    Submissions(Roster roster, Ranks ranks, Line line, Seating seating, RollBacks rollBacks, Runnable changed) {
        this.roster = roster;
        this.ranks = ranks;
        this.line = line;
        this.seating = seating;
        this.rollBacks = rollBacks;
        this.changed = changed;
    }

    /** A gang is there, or asks for something else; what is placed keeps its seats. */
    void submit(GangSpec spec) {
        Gang gang = roster.get(spec.id());
        if (gang == null) {
            roster.add(rollBacks.newGang(spec));
            ranks.changed(roster.find(spec.id()).orElseThrow());
        } else if (gang.phase() == Gang.Phase.CLOSING || !gang.spec().equals(spec)) {
            change(gang, spec);
        }
    }

    private void change(Gang gang, GangSpec spec) {
        boolean goesOn = goesOn(gang, spec);
        seating.respecify(gang, spec);
        ranks.changed(gang);
        if (gang.phase() == Gang.Phase.CLOSING) {
            // Else it begins again when what is left of it is gone.
            gang.enter(goesOn ? Gang.Phase.PLACED : Gang.Phase.ROLLING_BACK);
            gang.tellNothing();
        }
        line.touch(gang);
        // It may keep less from others now, or what it has may: its priority, its end, what of it can be spared.
        changed.run();
    }

    /**
     * Whether a gang that was over is not after all, with pods of it that nobody told to go and that may run for ever: it was
     * suspended and resumed at once, or its namespace left its tenant for a moment. Another one of its name is made later.
     */
    private static boolean goesOn(Gang gang, GangSpec spec) {
        return gang.hadPlace()
                && gang.spec().createdAt().equals(spec.createdAt())
                && gang.seats().stream()
                        .flatMap(seat -> seat.podUid().stream())
                        .anyMatch(uid -> !gang.pods().isTerminating(uid));
    }

    /** The gang is over: seats without a pod are free at once, the others when their pod is gone. */
    void withdraw(GangId id) {
        Gang gang = roster.get(id);
        if (gang != null) {
            gang.close();
            gang.plan(Optional.empty());
            line.touch(gang);
            seating.giveBackFree(gang);
            roster.forgetIfOver(gang);
            changed.run();
        }
    }
}
