package dev.offtake.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * One wrong value in a good manifest, and the answer that it gets.
 *
 * @param sentence what is wrong
 * @param manifest the good manifest
 * @param edits pairs of path ({@code spec/commitments/0/unit}) and YAML value; an empty value removes
 * @param message part of the API server's answer
 */
record BadInput(String sentence, String manifest, List<String> edits, String message) {

    static Wrong pool(String sentence, String... edits) {
        return new Wrong(sentence, Manifests.SMALLEST_POOL, List.of(edits));
    }

    static Wrong contract(String sentence, String... edits) {
        return new Wrong(sentence, Manifests.SMALLEST_CONTRACT, List.of(edits));
    }

    static Wrong workload(String sentence, String... edits) {
        return new Wrong(sentence, Manifests.WORKLOAD, List.of(edits));
    }

    /** A bad input whose answer is still to be said. */
    record Wrong(String sentence, String manifest, List<String> edits) {
        BadInput says(String message) {
            return new BadInput(sentence, manifest, edits, message);
        }
    }

    /** The manifest with the wrong value in it. */
    GenericKubernetesResource resource() {
        return edited(manifest, edits);
    }

    /** A manifest with some values changed. */
    static GenericKubernetesResource edited(String manifest, List<String> edits) {
        JsonNode root = Serialization.unmarshal(manifest, JsonNode.class);
        for (int i = 0; i < edits.size(); i += 2) {
            edit(root, edits.get(i), edits.get(i + 1));
        }
        return Serialization.unmarshal(Serialization.asJson(root), GenericKubernetesResource.class);
    }

    private static void edit(JsonNode root, String path, String value) {
        String[] steps = path.split("/");
        JsonNode parent = root;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = parent instanceof ArrayNode list ? list.get(Integer.parseInt(steps[i])) : parent.get(steps[i]);
        }
        String last = steps[steps.length - 1];
        if (value.isEmpty()) {
            ((ObjectNode) parent).remove(last);
        } else {
            ((ObjectNode) parent).set(last, yaml(value));
        }
    }

    /** Wrapped, because a text that begins with a brace is taken for JSON. */
    private static JsonNode yaml(String value) {
        return Serialization.unmarshal("value: " + value, JsonNode.class).get("value");
    }

    @Override
    public String toString() {
        return sentence;
    }
}
