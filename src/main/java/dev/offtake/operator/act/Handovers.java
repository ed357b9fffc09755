package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.Claim;
import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.api.OfftakeNames;
import dev.offtake.translate.Claims;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written on pods when it changes who places them: the gate is taken off without a pin, or the claim is noted. */
public final class Handovers {
    private static final Logger LOG = LoggerFactory.getLogger(Handovers.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ApiWriter writer;
    /** Uids of pods that are being patched, so that none is twice. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    public Handovers(ApiWriter writer) {
        this.writer = writer;
    }

    /** Leaves a gated pod to the cluster's own scheduler. */
    public void ungate(PodRef pod) {
        String gate = "/spec/schedulingGates/" + pod.layout().gateIndex();
        ArrayNode patch = NODES.arrayNode()
                .add(operation("test", "/metadata/uid").put("value", pod.uid()))
                .add(operation("test", gate + "/name").put("value", OfftakeNames.GATE))
                .add(operation("remove", gate));
        write(ApiWriter.Kind.POD_UNGATE, pod, ApiWriter.JSON_PATCH, patch.toString());
    }

    /** Notes on whose account a pod runs that was not placed by contract. */
    public void claim(PodRef pod, Claim claim) {
        ObjectNode patch = NODES.objectNode();
        ObjectNode metadata = patch.putObject("metadata").put("uid", pod.uid());
        metadata.putObject("annotations").put(OfftakeAnnotations.CLAIM, Claims.json(claim));
        write(ApiWriter.Kind.POD_CLAIM, pod, ApiWriter.STRATEGIC_PATCH, patch.toString());
    }

    private void write(ApiWriter.Kind kind, PodRef pod, String contentType, String patch) {
        if (underWay.add(kind + pod.uid())) {
            send(kind, pod, contentType, patch);
        }
    }

    /** Tried until it is done, the pod is another, or this process leads no longer: its next tenure tries anew. */
    private void send(ApiWriter.Kind kind, PodRef pod, String contentType, String patch) {
        writer.urgently(kind, "PATCH", Paths.pod(pod.namespace(), pod.name()), contentType, patch)
                .thenAccept(answer -> {
                    if (answer.ok() || answer.isStale() || answer.isDropped()) {
                        underWay.remove(kind + pod.uid());
                    } else {
                        LOG.warn("{} of {}: {} {}", kind, pod, answer.code(), answer.body());
                        Later.run(() -> send(kind, pod, contentType, patch));
                    }
                });
    }

    private static ObjectNode operation(String op, String path) {
        return NODES.objectNode().put("op", op).put("path", path);
    }
}
