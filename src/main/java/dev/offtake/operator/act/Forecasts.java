package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.metrics.Catalog;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Forecast;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.ReasonText;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells what would be decided about gangs that others place: in the status of their {@code GPUWorkload}, in Events, and
 * in the metric {@code offtake_forecasts_total}. What tenants wrote is left alone.
 */
public final class Forecasts {
    /** How each sentence begins that is about what nobody does. */
    static final String AS_IF = "as if enforced: ";

    private final WorkloadRecords records;
    private final Events events;
    private final MeterRegistry metrics;

    public Forecasts(
            ApiWriter writer,
            WorkloadRecords records,
            KubernetesSerialization serialization,
            String identity,
            MeterRegistry metrics) {
        this.records = records;
        this.metrics = metrics;
        events = new Events(writer, serialization, identity);
    }

    /**
     * Writes it down.
     *
     * @param record what owns the gang's record
     * @param about where its events are shown
     * @param plan who would have to go, as it is written
     */
    public void tell(
            GangSpec gang,
            Optional<Owner> record,
            Optional<Owner> about,
            Decision.Foresee foreseen,
            Optional<GPUWorkloadStatus.Plan> plan,
            Instant now) {
        Forecast forecast = foreseen.forecast();
        Optional<Reason> reason = forecast.reason();
        Catalog.FORECASTS
                .counter(
                        metrics,
                        kind(foreseen),
                        reason.map(r -> r.code().spelled()).orElse(""))
                .increment();
        Optional<GPUWorkloadStatus> before = records.status(gang.id());
        records.tell(
                gang,
                record,
                was -> Optional.of(ForecastText.status(was, gang.gpus(), foreseen, plan, now))
                        // Another may have told it before this process began.
                        .filter(status -> was.filter(status::equals).isEmpty()));
        boolean news = !before.filter(GPUWorkloadStatus::isForecast)
                .map(GPUWorkloadStatus::waiting)
                .map(GPUWorkloadStatus.Waiting::code)
                .equals(reason.map(r -> r.code().spelled()));
        if (news && reason.isPresent()) {
            about.ifPresent(owner -> events.tell(
                    gang.id(),
                    owner,
                    false,
                    reason.get().code().spelled(),
                    ForecastText.sentence(reason.get(), foreseen.runs()),
                    now));
        }
    }

    /** One whom the gang would have taken GPUs from is told so. */
    public void wouldBeEvicted(Owner victim, GangId id, Reason reason, Instant now) {
        Catalog.FORECASTS.counter(metrics, "Evict", reason.code().spelled()).increment();
        events.tell(id, victim, false, reason.code().spelled(), AS_IF + ReasonText.of(reason), now);
    }

    /** What was only foreseen of a gang without a place is void: it is placed by contract from now on. */
    public void drop(GangId id) {
        records.change(
                id,
                before -> Optional.of(before)
                        .filter(GPUWorkloadStatus::isForecast)
                        .map(ForecastText::dropped));
    }

    /** What was foreseen of a gang that runs is so: it is placed by contract from now on. */
    public void adopt(GangSpec gang, Optional<Owner> owner) {
        records.tell(
                gang,
                owner,
                before -> before.filter(GPUWorkloadStatus::isForecast).map(ForecastText::adopted));
    }

    private static String kind(Decision.Foresee foreseen) {
        Forecast forecast = foreseen.forecast();
        if (forecast.victims().isPresent()) {
            return "Reclaim";
        }
        if (forecast.grant().isEmpty()) {
            return "Wait";
        }
        return foreseen.runs() ? "Run" : "Place";
    }
}
