package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.api.OfftakeNames;
import dev.offtake.operator.observe.PodLayout;

/**
 * The one JSON patch that lets a pod go: it tests the pod's uid and that the gate is where it is thought to be, pins the
 * pod to its node in every required node affinity term (terms are alternatives), notes the claim, and takes the gate
 * off.
 */
final class ReleasePatch {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String AFFINITY = "/spec/affinity";
    private static final String NODE_AFFINITY = AFFINITY + "/nodeAffinity";
    private static final String REQUIRED = NODE_AFFINITY + "/requiredDuringSchedulingIgnoredDuringExecution";

    private ReleasePatch() {}

    static String of(String podUid, PodLayout layout, String node, String claim) {
        ArrayNode patch = NODES.arrayNode();
        patch.add(operation("test", "/metadata/uid").put("value", podUid));
        String gate = "/spec/schedulingGates/" + layout.gateIndex();
        patch.add(operation("test", gate + "/name").put("value", OfftakeNames.GATE));
        pin(patch, layout, node);
        if (layout.hasAnnotations()) {
            patch.add(operation("add", "/metadata/annotations/" + OfftakeAnnotations.CLAIM.replace("/", "~1"))
                    .put("value", claim));
        } else {
            patch.add(operation("add", "/metadata/annotations")
                    .set("value", NODES.objectNode().put(OfftakeAnnotations.CLAIM, claim)));
        }
        patch.add(operation("remove", gate));
        try {
            return JSON.writeValueAsString(patch);
        } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void pin(ArrayNode patch, PodLayout layout, String node) {
        ObjectNode field = NODES.objectNode().put("key", "metadata.name").put("operator", "In");
        field.putArray("values").add(node);
        ObjectNode term = NODES.objectNode();
        term.putArray("matchFields").add(field);
        ObjectNode required = NODES.objectNode();
        required.putArray("nodeSelectorTerms").add(term);
        ObjectNode nodeAffinity =
                NODES.objectNode().set("requiredDuringSchedulingIgnoredDuringExecution", required.deepCopy());
        switch (layout.affinity()) {
            case NONE ->
                patch.add(operation("add", AFFINITY)
                        .set("value", NODES.objectNode().set("nodeAffinity", nodeAffinity)));
            case WITHOUT_NODE_AFFINITY ->
                patch.add(operation("add", NODE_AFFINITY).set("value", nodeAffinity));
            case WITHOUT_REQUIRED -> patch.add(operation("add", REQUIRED).set("value", required));
            case WITH_TERMS -> {
                for (int i = 0; i < layout.termHasFields().size(); i++) {
                    String path = REQUIRED + "/nodeSelectorTerms/" + i + "/matchFields";
                    if (layout.termHasFields().get(i)) {
                        patch.add(operation("add", path + "/-").set("value", field));
                    } else {
                        patch.add(operation("add", path)
                                .set("value", NODES.arrayNode().add(field)));
                    }
                }
            }
        }
    }

    private static ObjectNode operation(String op, String path) {
        return NODES.objectNode().put("op", op).put("path", path);
    }
}
