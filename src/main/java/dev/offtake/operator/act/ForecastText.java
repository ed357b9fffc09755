package dev.offtake.operator.act;

import dev.offtake.api.Condition;
import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Forecast;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Placements;
import dev.offtake.translate.ReasonText;
import dev.offtake.translate.Workloads;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the status of a {@code GPUWorkload} that others place from what would be decided. */
final class ForecastText {
    private ForecastText() {}

    static GPUWorkloadStatus status(
            Optional<GPUWorkloadStatus> before,
            int gpus,
            Decision.Foresee foreseen,
            Optional<GPUWorkloadStatus.Plan> plan,
            Instant now) {
        Forecast forecast = foreseen.forecast();
        Optional<Decision.Grant> grant = forecast.grant();
        return new GPUWorkloadStatus(
                1,
                phase(foreseen),
                gpus,
                grant.map(g -> Claims.of(g).tier()).orElse(null),
                grant.map(g -> g.commitment().contract()).orElse(null),
                grant.map(g -> g.commitment().commitment()).orElse(null),
                grant.flatMap(Decision.Grant::declaredEnd).orElse(null),
                forecast.reason().map(Workloads::waiting).orElse(null),
                plan.orElse(null),
                Placements.record(forecast.seats()),
                StatusText.toResume(before),
                List.of(placed(before, foreseen, now)),
                Enforcement.REPORT);
    }

    private static GPUWorkloadStatus.Phase phase(Decision.Foresee foreseen) {
        Forecast forecast = foreseen.forecast();
        if (forecast.victims().isPresent()) {
            return GPUWorkloadStatus.Phase.RECLAIMING;
        }
        if (forecast.grant().isEmpty()) {
            return GPUWorkloadStatus.Phase.WAITING;
        }
        return foreseen.runs() ? GPUWorkloadStatus.Phase.RUNNING : GPUWorkloadStatus.Phase.PLACED;
    }

    private static Condition placed(Optional<GPUWorkloadStatus> before, Decision.Foresee foreseen, Instant now) {
        Optional<Reason> reason = foreseen.forecast().reason();
        Condition.Status status = reason.isPresent() ? Condition.Status.FALSE : Condition.Status.TRUE;
        String message = reason.map(r -> sentence(r, foreseen.runs())).orElseGet(() -> {
            String account = String.valueOf(
                    foreseen.forecast().grant().map(Decision.Grant::commitment).orElseThrow());
            return Forecasts.AS_IF
                    + (foreseen.runs() ? "it runs on account of " : "it would be placed now on account of ")
                    + account;
        });
        Instant since = before.stream()
                .flatMap(s -> s.conditions().stream())
                .filter(c -> c.type().equals(GPUWorkload.PLACED) && c.status() == status)
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElse(now);
        return new Condition(
                GPUWorkload.PLACED,
                status,
                1,
                since,
                reason.map(r -> r.code().spelled()).orElse(GPUWorkload.PLACED),
                message);
    }

    /** Why the gang would wait. */
    static String sentence(Reason reason, boolean runs) {
        return Forecasts.AS_IF
                + ReasonText.of(reason)
                + (runs ? " (it runs all the same: this namespace is not enforced)" : "");
    }

    /** The gang is placed by contract from now on, where it runs. */
    static GPUWorkloadStatus adopted(GPUWorkloadStatus before) {
        return enforced(before, before.phase(), before.placement());
    }

    /** The gang is placed by contract from now on, and has no place yet. */
    static GPUWorkloadStatus dropped(GPUWorkloadStatus before) {
        return enforced(before, GPUWorkloadStatus.Phase.WAITING, List.of());
    }

    private static GPUWorkloadStatus enforced(
            GPUWorkloadStatus before,
            GPUWorkloadStatus.@Nullable Phase phase,
            List<GPUWorkloadStatus.Placement> placement) {
        boolean placed = !placement.isEmpty();
        return new GPUWorkloadStatus(
                before.observedGeneration(),
                phase,
                before.gpus(),
                placed ? before.tier() : null,
                placed ? before.contract() : null,
                placed ? before.commitment() : null,
                placed ? before.declaredEnd() : null,
                null,
                null,
                placement,
                before.rollback(),
                placed
                        ? before.conditions().stream()
                                .map(c -> new Condition(
                                        c.type(),
                                        c.status(),
                                        c.observedGeneration(),
                                        c.lastTransitionTime(),
                                        c.reason(),
                                        "placed on account of " + before.contract() + "/" + before.commitment()))
                                .toList()
                        : List.of());
    }
}
