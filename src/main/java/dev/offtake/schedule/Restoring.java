package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes over what was decided before this process: placements, and refusals by the scheduler. */
final class Restoring {
    private final Roster roster;
    private final Line line;
    private final Seating seating;
    private final RollBacks rollBacks;
    private final Yields yields;

    Restoring(Roster roster, Line line, Seating seating, RollBacks rollBacks, Yields yields) {
        this.roster = roster;
        this.line = line;
        this.seating = seating;
        this.rollBacks = rollBacks;
        this.yields = yields;
    }

    /** A gang that has these seats. Seats of pod sets that it has no longer are nobody's. */
    void placement(GangSpec spec, Decision.Grant grant, List<Decision.Seats> seats, Optional<Plan> plan) {
        Gang gang = roster.find(spec.id()).orElseGet(() -> rollBacks.newGang(spec));
        for (Decision.Seats run : seats) {
            Claimant claimant = new Claimant(grant.commitment().toString(), run.tier());
            Instant since = run.since().orElse(grant.since());
            Optional<Shape> shape = spec.podSet(run.podSet()).map(GangSpec.PodSet::shape);
            for (String node : shape.isPresent() ? run.nodes() : List.<String>of()) {
                String name = seating.sharedName(node);
                for (int i = 0; i < run.podsPerNode(); i++) {
                    seating.add(gang, new Seat(run.podSet(), claimant, shape.get(), name, since));
                }
            }
        }
        if (!gang.seats().isEmpty()) {
            gang.grant(grant);
            gang.plan(plan);
            gang.recordIsKept();
            plan.ifPresent(p -> yields.restored(gang));
            gang.recorded();
            gang.enter(gang.recordedPhase());
        }
        roster.add(gang);
    }

    /** That a gang was being evicted: it waits again when its pods are gone, which have until a deadline to end. */
    void eviction(GangId id, Reason reason, Optional<Instant> deadline) {
        Gang gang = roster.get(id);
        if (gang != null && gang.phase() != Gang.Phase.CLOSING) {
            gang.plan(Optional.empty());
            gang.tell(reason);
            gang.goesBy(deadline);
            gang.enter(Gang.Phase.ROLLING_BACK);
            line.touch(gang);
        }
    }

    /**
     * That the scheduler refused a gang on nodes, which are avoided for it.
     *
     * @param since when that was
     * @param underWay whether it was being taken back
     */
    void refusal(GangId id, String words, List<String> nodes, Instant since, boolean underWay) {
        Gang gang = roster.get(id);
        if (gang != null) {
            gang.refusals().add(nodes, words, since);
            if (underWay) {
                gang.tell(gang.refusals().reason());
                gang.enter(Gang.Phase.ROLLING_BACK);
            }
            line.touch(gang);
        }
    }
}
