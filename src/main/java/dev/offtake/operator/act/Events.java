package dev.offtake.operator.act;

import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Events on what the tenant wrote: the Job, or the pod. */
final class Events {
    private static final int LONGEST = 1024;
    private static final int LONGEST_NAME = 253;

    private final ApiWriter writer;
    private final KubernetesSerialization serialization;
    private final String identity;
    /** Key of the last that was told. */
    private final AtomicLong last = new AtomicLong();

    Events(ApiWriter writer, KubernetesSerialization serialization, String identity) {
        this.writer = writer;
        this.serialization = serialization;
        this.identity = identity;
    }

    void tell(GangId gang, Owner about, boolean warning, String reason, String message, Instant now) {
        // Of several things about one object that are decided at once each is told.
        long key = last.accumulateAndGet(nanos(now), (before, next) -> Math.max(before + 1, next));
        tell(gang, about, key, warning, reason, message, now);
    }

    /**
     * Tells what may have been told before, by whoever led then: of several with the same key about one object the API
     * server takes the first.
     */
    void tellOnce(GangId gang, Owner about, Instant key, boolean warning, String reason, String message, Instant now) {
        tell(gang, about, nanos(key), warning, reason, message, now);
    }

    private static long nanos(Instant instant) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, instant);
    }

    /** A pod may have a name that is as long as one may be. */
    private static String name(Owner about, long key) {
        String end = "." + Long.toHexString(key);
        String begin = about.name();
        return begin.length() + end.length() <= LONGEST_NAME
                ? begin + end
                : begin.substring(0, LONGEST_NAME - end.length()).replaceAll("[-.]+$", "") + end;
    }

    private void tell(GangId gang, Owner about, long key, boolean warning, String reason, String message, Instant now) {
        String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withName(name(about, key))
                .withNamespace(gang.namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.apiVersion())
                .withKind(about.kind())
                .withNamespace(about.namespace())
                .withName(about.name())
                .withUid(about.uid())
                .endInvolvedObject()
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(message.length() <= LONGEST ? message : message.substring(0, LONGEST - 1) + "…")
                .withNewSource()
                .withComponent("offtake")
                .endSource()
                .withReportingComponent("offtake.dev/operator")
                .withReportingInstance(identity)
                .withFirstTimestamp(at)
                .withLastTimestamp(at)
                .withCount(1)
                .build();
        writer.whenIdle(
                ApiWriter.Kind.EVENT,
                "POST",
                Paths.events(gang.namespace()),
                ApiWriter.JSON,
                serialization.asJson(event));
    }
}
