package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.OfftakeNames;
import java.util.ArrayList;
import java.util.List;

/** JSON patches that add our finalizer to those of an object, or remove it. */
final class FinalizerPatch {
    private static final String PATH = "/metadata/finalizers";

    private FinalizerPatch() {}

    /**
     * Fails if they are others by now: it may be tried again after its answer was lost, and is to be there once.
     *
     * @param finalizers as they are, without ours
     */
    static String add(List<String> finalizers) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        if (!finalizers.isEmpty()) {
            patch.add(operation("test", finalizers));
        }
        return patch.add(operation("add", with(finalizers))).toString();
    }

    private static ObjectNode operation(String name, List<String> finalizers) {
        ObjectNode operation =
                JsonNodeFactory.instance.objectNode().put("op", name).put("path", PATH);
        finalizers.forEach(operation.putArray("value")::add);
        return operation;
    }

    /**
     * Fails if ours is not where it was.
     *
     * @param finalizers as they are, with ours
     */
    static String remove(List<String> finalizers) {
        String path = PATH + "/" + finalizers.indexOf(OfftakeNames.FINALIZER);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return nodes.arrayNode()
                .add(nodes.objectNode().put("op", "test").put("path", path).put("value", OfftakeNames.FINALIZER))
                .add(nodes.objectNode().put("op", "remove").put("path", path))
                .toString();
    }

    static List<String> with(List<String> finalizers) {
        List<String> all = new ArrayList<>(finalizers);
        if (!all.contains(OfftakeNames.FINALIZER)) {
            all.add(OfftakeNames.FINALIZER);
        }
        return List.copyOf(all);
    }

    static List<String> without(List<String> finalizers) {
        return finalizers.stream()
                .filter(name -> !name.equals(OfftakeNames.FINALIZER))
                .toList();
    }
}
