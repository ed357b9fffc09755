package dev.offtake.operator.act;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.placement.Rationale;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Placements;
import dev.offtake.translate.Workloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the status of a {@code GPUWorkload} from what was decided and the status before. */
final class StatusText {
    private StatusText() {}

    static GPUWorkloadStatus waiting(Optional<GPUWorkloadStatus> before, int gpus, Reason reason, Instant now) {
        return new GPUWorkloadStatus(
                1,
                GPUWorkloadStatus.Phase.WAITING,
                gpus,
                null,
                null,
                null,
                null,
                Workloads.waiting(reason),
                null,
                List.of(),
                resumed(before),
                WorkloadConditions.withoutPlace(before, reason, now));
    }

    /** Why pods of a gang wait that has its place; empty for one that has none. */
    static Optional<GPUWorkloadStatus> partlyWaiting(GPUWorkloadStatus before, Reason reason) {
        return isPlaced(before)
                ? Optional.of(with(before, GPUWorkloadStatus.Phase.PLACED, Workloads.waiting(reason)))
                : Optional.empty();
    }

    /** No pod of a gang waits that has its place; empty if that is what it says. */
    static Optional<GPUWorkloadStatus> waitOver(GPUWorkloadStatus before) {
        return isPlaced(before) && before.waiting() != null
                ? Optional.of(with(before, before.phase(), null))
                : Optional.empty();
    }

    private static boolean isPlaced(GPUWorkloadStatus status) {
        return status.phase() == GPUWorkloadStatus.Phase.PLACED || status.phase() == GPUWorkloadStatus.Phase.RUNNING;
    }

    /** The Job goes on, but the nodes that refused the gang stay known. */
    private static GPUWorkloadStatus.@Nullable Rollback resumed(Optional<GPUWorkloadStatus> before) {
        return before.map(GPUWorkloadStatus::rollback)
                .filter(rollback -> rollback.reason().equals(Reason.Code.REFUSED_BY_SCHEDULER.spelled()))
                .map(rollback -> notSuspended(rollback, null))
                .orElse(null);
    }

    private static GPUWorkloadStatus.Rollback notSuspended(
            GPUWorkloadStatus.Rollback before, @Nullable Instant deadline) {
        return new GPUWorkloadStatus.Rollback(
                before.reason(), before.message(), before.since(), deadline, false, null, before.avoidNodes());
    }

    /** The gang has its place, which others have to leave first, or some of it: one that runs stays placed meanwhile. */
    static GPUWorkloadStatus reclaiming(
            Optional<GPUWorkloadStatus> before,
            int gpus,
            Decision.Grant grant,
            List<Decision.Seats> seats,
            GPUWorkloadStatus.Plan plan,
            Reason reason,
            Optional<Rationale> why) {
        boolean runs = reason.numbers().containsKey(Reason.RUNS);
        return new GPUWorkloadStatus(
                1,
                GPUWorkloadStatus.Phase.RECLAIMING,
                gpus,
                Claims.of(grant).tier(),
                grant.commitment().contract(),
                grant.commitment().commitment(),
                grant.declaredEnd().orElse(null),
                Workloads.waiting(reason),
                plan,
                Placements.record(seats),
                resumed(before),
                runs
                        ? WorkloadConditions.placed(before, grant, grant.since())
                        : WorkloadConditions.withoutPlace(before, reason, grant.since()),
                null,
                why(before, why));
    }

    /**
     * What is said of the place, or was said when it was found: a record may be written again for other seats.
     */
    private static GPUWorkloadStatus.@Nullable Why why(Optional<GPUWorkloadStatus> before, Optional<Rationale> why) {
        return why.map(Workloads::why)
                .or(() -> before.filter(status -> !status.placement().isEmpty() && !status.isForecast())
                        .map(GPUWorkloadStatus::why))
                .orElse(null);
    }

    /** @param partly whether pods of it that waited before still do */
    static GPUWorkloadStatus placed(
            Optional<GPUWorkloadStatus> before,
            int gpus,
            Decision.Grant grant,
            List<Decision.Seats> seats,
            boolean partly,
            Optional<Rationale> why,
            Instant now) {
        boolean runsOn = before.filter(status -> status.phase() == GPUWorkloadStatus.Phase.RUNNING
                        && podsByNode(Placements.seats(status)).equals(podsByNode(seats)))
                .isPresent();
        return new GPUWorkloadStatus(
                1,
                runsOn ? GPUWorkloadStatus.Phase.RUNNING : GPUWorkloadStatus.Phase.PLACED,
                gpus,
                Claims.of(grant).tier(),
                grant.commitment().contract(),
                grant.commitment().commitment(),
                grant.declaredEnd().orElse(null),
                before.filter(status -> partly && isPlaced(status))
                        .map(GPUWorkloadStatus::waiting)
                        .orElse(null),
                null,
                Placements.record(seats),
                resumed(before),
                WorkloadConditions.placed(before, grant, now),
                null,
                why(before, why));
    }

    private static Map<String, Integer> podsByNode(List<Decision.Seats> seats) {
        Map<String, Integer> pods = new HashMap<>();
        seats.forEach(run ->
                run.nodes().forEach(node -> pods.merge(run.podSet() + "/" + node, run.podsPerNode(), Integer::sum)));
        return pods;
    }

    /** The placement as it was, in another phase. */
    static GPUWorkloadStatus inPhase(GPUWorkloadStatus before, GPUWorkloadStatus.Phase phase) {
        return with(before, phase, null, before.rollback(), before.conditions());
    }

    /**
     * The gang is being taken back; it has its place until its pods are gone.
     *
     * @param suspendedJob uid of the Job that is suspended for that
     */
    static GPUWorkloadStatus evicting(
            GPUWorkloadStatus before, Intent intent, Optional<String> suspendedJob, Instant now) {
        List<String> avoided = new ArrayList<>(intent.avoid());
        if (before.rollback() != null) {
            before.rollback().avoidNodes().stream()
                    .filter(n -> !avoided.contains(n))
                    .forEach(avoided::add);
        }
        String code = intent.reason().code().spelled();
        GPUWorkloadStatus.Rollback rollback = new GPUWorkloadStatus.Rollback(
                code,
                intent.words(),
                now,
                intent.deadline().orElse(null),
                suspendedJob.isPresent(),
                suspendedJob.orElse(null),
                avoided.subList(0, Math.min(256, avoided.size())));
        return with(
                before,
                GPUWorkloadStatus.Phase.EVICTING,
                intent.reason().code() == Reason.Code.REFUSED_BY_SCHEDULER ? null : Workloads.waiting(intent.reason()),
                rollback,
                WorkloadConditions.evicted(before, code, intent.words(), now));
    }

    /** The gang keeps its place after all; empty if it was not being taken back. */
    static Optional<GPUWorkloadStatus> kept(GPUWorkloadStatus before) {
        return before.phase() == GPUWorkloadStatus.Phase.EVICTING
                ? Optional.of(with(
                        before,
                        GPUWorkloadStatus.Phase.PLACED,
                        null,
                        resumed(Optional.of(before)),
                        WorkloadConditions.notEvicted(before)))
                : Optional.empty();
    }

    /** It is being taken back, but somebody else has resumed its Job: that is not the operator's any more. */
    static Optional<GPUWorkloadStatus> resumedByOthers(GPUWorkloadStatus before) {
        return Optional.ofNullable(before.rollback())
                .filter(GPUWorkloadStatus.Rollback::suspendedJob)
                .map(rollback -> with(
                        before,
                        before.phase(),
                        before.waiting(),
                        notSuspended(rollback, rollback.deadline()),
                        before.conditions()));
    }

    /** Its Job goes on, and others place it. */
    static Optional<GPUWorkloadStatus> resumed(GPUWorkloadStatus before) {
        return Optional.of(new GPUWorkloadStatus(
                before.observedGeneration(),
                before.phase(),
                before.gpus(),
                before.tier(),
                before.contract(),
                before.commitment(),
                before.declaredEnd(),
                before.waiting(),
                before.plan(),
                before.placement(),
                null,
                before.conditions(),
                before.enforcement(),
                before.why()));
    }

    /** Of a gang of which nothing is decided yet. */
    static GPUWorkloadStatus begun(int gpus) {
        return only(GPUWorkloadStatus.Phase.WAITING, gpus);
    }

    /** Of a gang that runs without a record. */
    static GPUWorkloadStatus unrecorded(int gpus) {
        return only(GPUWorkloadStatus.Phase.PLACED, gpus);
    }

    private static GPUWorkloadStatus only(GPUWorkloadStatus.Phase phase, int gpus) {
        return new GPUWorkloadStatus(1, phase, gpus, null, null, null, null, null, null, List.of(), null, List.of());
    }

    static GPUWorkloadStatus finished(GPUWorkloadStatus before, Instant now) {
        return with(
                before,
                GPUWorkloadStatus.Phase.FINISHED,
                null,
                toResume(Optional.of(before)),
                WorkloadConditions.finished(before, now));
    }

    /** A Job that was suspended by us is ours to resume until it goes on. */
    static GPUWorkloadStatus.@Nullable Rollback toResume(Optional<GPUWorkloadStatus> before) {
        return before.map(GPUWorkloadStatus::rollback)
                .filter(GPUWorkloadStatus.Rollback::suspendedJob)
                .orElse(null);
    }

    private static GPUWorkloadStatus with(
            GPUWorkloadStatus before,
            GPUWorkloadStatus.@Nullable Phase phase,
            GPUWorkloadStatus.@Nullable Waiting waiting) {
        return new GPUWorkloadStatus(
                before.observedGeneration(),
                phase,
                before.gpus(),
                before.tier(),
                before.contract(),
                before.commitment(),
                before.declaredEnd(),
                waiting,
                before.plan(),
                before.placement(),
                before.rollback(),
                before.conditions(),
                before.enforcement(),
                before.why());
    }

    private static GPUWorkloadStatus with(
            GPUWorkloadStatus before,
            GPUWorkloadStatus.@Nullable Phase phase,
            GPUWorkloadStatus.@Nullable Waiting waiting,
            GPUWorkloadStatus.@Nullable Rollback rollback,
            List<Condition> conditions) {
        return new GPUWorkloadStatus(
                before.observedGeneration(),
                phase,
                before.gpus(),
                before.tier(),
                before.contract(),
                before.commitment(),
                before.declaredEnd(),
                waiting,
                null,
                before.placement(),
                rollback,
                conditions,
                before.enforcement(),
                before.why());
    }
}
