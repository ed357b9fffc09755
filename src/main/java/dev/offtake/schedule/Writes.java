package dev.offtake.schedule;

import java.util.Optional;

/** What became of the writes that were decided: the state has taken them for granted, and undoes those that failed. */
final class Writes {
    private final Roster roster;
    private final Line line;
    private final Seating seating;
    private final Runnable changed;

    /** @param changed is told when something may fit that did not before */
    Writes(Roster roster, Line line, Seating seating, Runnable changed) {
        this.roster = roster;
        this.line = line;
        this.seating = seating;
        this.changed = changed;
    }

    /** The record is durable: what it leaves out is the gang's no longer, and its pods may go. */
    void recorded(GangId id) {
        Gang gang = roster.get(id);
        if (gang != null && gang.phase() == Gang.Phase.RECORDING) {
            int spare = SpotPart.spare(gang);
            gang.recorded();
            if (gang.victimsGone()) {
                gang.plan(Optional.empty());
            }
            // One that has a plan has those again that it leaves by it, if that fails.
            boolean left = gang.plan().isEmpty() && seating.giveBackLeft(gang);
            // More of it may be taken back where a part of it is firm now.
            if (left || SpotPart.spare(gang) > spare) {
                changed.run();
            }
            gang.enter(gang.recordedPhase());
            line.touch(gang);
        }
    }

    /** A first placement is undone; a change of one that is durable stays, to be written again. */
    void recordFailed(GangId id) {
        Gang gang = roster.get(id);
        if (gang != null && gang.phase() == Gang.Phase.RECORDING) {
            if (gang.durable().isEmpty()) {
                gang.recordIsVoid();
                if (gang.plan().isPresent()) {
                    gang.plan(Optional.empty());
                    gang.tellNothing();
                }
                seating.giveBackFree(gang);
                changed.run();
            } else if (gang.plan().isPresent() && !gang.victimsGone() && !gang.isPlanDurable()) {
                // Nobody has been told to go for a gang that runs: it asks anew.
                seating.fallBack(gang);
                gang.plan(Optional.empty());
                seating.giveBackUnrecorded(gang);
            }
            gang.enter(gang.seats().isEmpty() ? Gang.Phase.WAITING : gang.recordedPhase());
            line.touch(gang);
        }
    }

    /** The pod gives its seat up, unless it is seen to be on its way after all. */
    void releaseFailed(GangId id, String podUid) {
        Gang gang = roster.get(id);
        if (gang == null) {
            return;
        }
        PodFacts pod = gang.pods().get(podUid);
        boolean stillGated = pod == null || !pod.state().isPlaced();
        if (stillGated && gang.pods().seatOf(podUid).isPresent()) {
            if (gang.id().isLonePod() && !gang.isUnrecorded()) {
                // The record says where it is: the release is tried again.
                gang.pods().rise(podUid);
            } else {
                roster.leave(gang, podUid);
            }
            if (gang.isUnrecorded() && gang.phase() == Gang.Phase.PLACED) {
                gang.recordIsVoid();
                gang.enter(Gang.Phase.WAITING);
            }
            if (roster.get(id) == gang) {
                line.touch(gang);
            }
        }
    }

    /** The pod is to be taken back still, if anybody waits for that. */
    void shrinkFailed(GangId id, String podUid) {
        Gang gang = roster.get(id);
        if (gang != null) {
            gang.departures().failed(podUid);
        }
    }

    /** The gang keeps its place. */
    void rollBackFailed(GangId id) {
        Gang gang = roster.get(id);
        if (gang != null && gang.phase() == Gang.Phase.ROLLING_BACK) {
            gang.enter(Gang.Phase.PLACED);
            if (line.reclaiming().stream().noneMatch(claimant -> claimant.awaits(gang))) {
                // Nobody tries it again.
                gang.goesBy(Optional.empty());
            }
            line.touch(gang);
        }
    }
}
