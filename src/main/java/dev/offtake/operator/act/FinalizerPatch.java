package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.OfftakeNames;
import java.util.ArrayList;
import java.util.List;

/** JSON patches that add our finalizer to those of an object, or remove it. */
final class FinalizerPatch {
    private static final String PATH = "/metadata/finalizers";

    private FinalizerPatch() {}

    /** @param finalizers as they are, without ours */
    static String add(List<String> finalizers) {
        ObjectNode add = JsonNodeFactory.instance.objectNode().put("op", "add");
        if (finalizers.isEmpty()) {
            add.put("path", PATH).putArray("value").add(OfftakeNames.FINALIZER);
        } else {
            add.put("path", PATH + "/-").put("value", OfftakeNames.FINALIZER);
        }
        return JsonNodeFactory.instance.arrayNode().add(add).toString();
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
