package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.OfftakeNames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

/** The condition {@code offtake.dev/Placed} of pods that wait. */
final class PodConditions {
    private static final int LONGEST = 1024;

    private final ApiWriter writer;

    PodConditions(ApiWriter writer) {
        this.writer = writer;
    }

    CompletableFuture<Boolean> write(
            String namespace, String pod, String uid, boolean placed, String reason, String message, Instant now) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode condition = nodes.objectNode()
                .put("type", OfftakeNames.POD_CONDITION)
                .put("status", placed ? "True" : "False")
                .put("reason", reason)
                .put("message", message.length() <= LONGEST ? message : message.substring(0, LONGEST - 1) + "…")
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode patch = nodes.objectNode();
        patch.putObject("metadata").put("uid", uid);
        patch.putObject("status").putArray("conditions").add(condition);
        return writer.whenIdle(
                        ApiWriter.Kind.POD_CONDITION,
                        "PATCH",
                        Paths.pod(namespace, pod) + "/status",
                        ApiWriter.STRATEGIC_PATCH,
                        patch.toString())
                .thenApply(ApiWriter.Answer::ok);
    }
}
