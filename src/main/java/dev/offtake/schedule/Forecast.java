package dev.offtake.schedule;

import java.util.List;
import java.util.Optional;

/**
 * What would be decided about a gang that others place.
 *
 * @param grant on whose account it runs or would run; empty if it would wait
 * @param seats where it runs, or would be placed
 * @param victims who would have to go first
 * @param reason why it would wait, if only for its victims to go
 */
public record Forecast(
        Optional<Decision.Grant> grant, List<Decision.Seats> seats, Optional<Plan> victims, Optional<Reason> reason) {
    public Forecast {
        seats = List.copyOf(seats);
    }

    static Forecast waits(Reason reason) {
        return new Forecast(Optional.empty(), List.of(), Optional.empty(), Optional.of(reason));
    }

    static Forecast placed(Gang gang) {
        return new Forecast(
                gang.grant(),
                SeatRuns.of(gang),
                gang.plan(),
                gang.plan().map(plan -> Reclaims.reclaiming(gang, plan, 0, 0)));
    }

    /** Whether there is nothing in {@code next} that is worth to be told again: as long as a gang only would start, the nodes may be others each time. */
    boolean isStill(Forecast next, boolean runs) {
        return reason.map(Reason::code).equals(next.reason.map(Reason::code))
                && grant.map(Decision.Grant::commitment).equals(next.grant.map(Decision.Grant::commitment))
                && grant.map(Decision.Grant::tier).equals(next.grant.map(Decision.Grant::tier))
                && victims.map(Plan::victims).equals(next.victims.map(Plan::victims))
                && (!runs || seats.equals(next.seats));
    }
}
