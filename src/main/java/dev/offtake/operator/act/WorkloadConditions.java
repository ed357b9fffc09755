package dev.offtake.operator.act;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.ReasonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a {@code GPUWorkload}: what they say is so now, and since when. */
final class WorkloadConditions {
    private WorkloadConditions() {}

    /** Of a gang that waits. One that was over has begun again. */
    static List<Condition> withoutPlace(Optional<GPUWorkloadStatus> before, Reason reason, Instant now) {
        return with(
                without(of(before), GPUWorkload.FINISHED),
                GPUWorkload.PLACED,
                Condition.Status.FALSE,
                reason.code().spelled(),
                ReasonText.of(reason),
                now);
    }

    /**
     * Of a gang that has its place. That it was evicted before stays known.
     *
     * @param now when it has it: others may have had to leave it since it was granted
     */
    static List<Condition> placed(Optional<GPUWorkloadStatus> before, Decision.Grant grant, Instant now) {
        List<Condition> others = without(of(before), GPUWorkload.FINISHED);
        Optional<Condition> evicted = find(others, GPUWorkload.EVICTED);
        if (evicted.filter(c -> c.status() == Condition.Status.TRUE).isPresent()) {
            others = with(
                    others,
                    GPUWorkload.EVICTED,
                    Condition.Status.FALSE,
                    evicted.get().reason(),
                    "has a place again; before that: " + evicted.get().message(),
                    now);
        }
        String message = "placed on account of " + grant.commitment();
        return with(others, GPUWorkload.PLACED, Condition.Status.TRUE, GPUWorkload.PLACED, message, now);
    }

    /** Of a gang that is being taken back, which is tried again where it fails. */
    static List<Condition> evicted(GPUWorkloadStatus before, String reason, String message, Instant now) {
        List<Condition> known =
                before.phase() == GPUWorkloadStatus.Phase.EVICTING ? before.conditions() : notEvicted(before);
        return with(known, GPUWorkload.EVICTED, Condition.Status.TRUE, reason, message, now);
    }

    static List<Condition> notEvicted(GPUWorkloadStatus before) {
        return without(before.conditions(), GPUWorkload.EVICTED);
    }

    static List<Condition> finished(GPUWorkloadStatus before, Instant now) {
        return with(
                before.conditions(),
                GPUWorkload.FINISHED,
                Condition.Status.TRUE,
                GPUWorkload.FINISHED,
                "everything is given back",
                now);
    }

    private static List<Condition> of(Optional<GPUWorkloadStatus> status) {
        // What is said of a gang that was over says nothing of it when it begins again.
        return status.filter(is -> is.phase() != GPUWorkloadStatus.Phase.FINISHED)
                .map(GPUWorkloadStatus::conditions)
                .orElse(List.of());
    }

    private static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    private static List<Condition> without(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> !c.type().equals(type)).toList();
    }

    /** One of them is as it is now, since then unless it was so before. */
    private static List<Condition> with(
            List<Condition> before,
            String type,
            Condition.Status status,
            String reason,
            String message,
            Instant since) {
        Instant transition = find(before, type)
                .filter(c -> c.status() == status)
                .map(Condition::lastTransitionTime)
                .orElse(since);
        List<Condition> all = new ArrayList<>(without(before, type));
        all.add(new Condition(type, status, 1, transition, reason, message));
        return all;
    }
}
