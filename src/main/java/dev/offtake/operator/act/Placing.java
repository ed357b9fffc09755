package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Writes how far gangs are: the record before their pods are released, that they run, that they are over. */
public final class Placing {
    private final WorkloadRecords records;
    private final Feedback feedback;

    public Placing(WorkloadRecords records, Feedback feedback) {
        this.records = records;
        this.feedback = feedback;
    }

    /**
     * Writes the record; what became of it comes back as {@link Feedback#recorded} or {@code recordFailed}.
     *
     * @param partly whether pods of it that waited before still do
     */
    public void record(GangSpec gang, Optional<Owner> owner, Decision.Record placed, boolean partly, Instant now) {
        write(
                gang,
                owner,
                before -> StatusText.placed(
                        before, gang.gpus(), placed.grant(), placed.seats(), partly, placed.why(), now));
    }

    /**
     * Writes the record of a gang that others have to go for first; the answer comes as with {@link #record}.
     *
     * @param reason what its user is told
     */
    public void reclaim(
            GangSpec gang, Optional<Owner> owner, Decision.Record placed, GPUWorkloadStatus.Plan plan, Reason reason) {
        write(
                gang,
                owner,
                before -> StatusText.reclaiming(
                        before, gang.gpus(), placed.grant(), placed.seats(), plan, reason, placed.why()));
    }

    private void write(
            GangSpec gang, Optional<Owner> owner, Function<Optional<GPUWorkloadStatus>, GPUWorkloadStatus> next) {
        records.write(gang, owner, next).whenComplete((durable, failure) -> {
            if (failure == null && durable) {
                feedback.recorded(gang.id());
            } else {
                Later.run(() -> feedback.recordFailed(gang.id()));
            }
        });
    }

    /** What was planned for the gang is void: it waits again. */
    public void planFailed(GangSpec gang, Reason reason, Instant now) {
        records.waitsAgain(gang, GPUWorkloadStatus.Phase.RECLAIMING, reason, now);
    }

    /** All pods of the gang are bound. */
    public void running(GangSpec gang, Optional<Owner> owner) {
        records.tell(
                gang,
                owner,
                before -> before.filter(
                                status -> status.phase() == GPUWorkloadStatus.Phase.PLACED && !status.isForecast())
                        .map(status -> StatusText.inPhase(status, GPUWorkloadStatus.Phase.RUNNING)));
    }

    /** Nothing is left of the gang: its record says so, unless it is going anyway, and is let go. */
    public void finish(GangId gang, boolean deleting, Instant now) {
        if (!records.exists(gang)) {
            records.forget(gang);
            return;
        }
        if (!deleting) {
            records.change(
                    gang,
                    before -> Optional.of(before)
                            .filter(status -> status.phase() != GPUWorkloadStatus.Phase.FINISHED)
                            .map(status -> StatusText.finished(status, now)));
        }
        records.release(gang);
    }
}
