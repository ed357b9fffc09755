package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * The objects of a document as an API server gets them from kubectl: those of a list one by one, with the kind that a list
 * of one kind has for all of them.
 */
final class Unpacked {
    private static final String LIST = "List";
    private static final String KIND = "kind";
    private static final String API_VERSION = "apiVersion";
    private static final String ITEMS = "items";

    private final Path file;
    private final long line;
    private final Sink sink;

    private Unpacked(Path file, long line, Sink sink) {
        this.file = file;
        this.line = line;
        this.sink = sink;
    }

    /** Takes the objects. */
    interface Sink {
        /**
         * Takes the next one.
         *
         * @param item which one of a list it is, with a blank after it; empty for one that stands alone
         */
        void add(String item, JsonNode object);
    }

    /**
     * Unpacks a document.
     *
     * @throws InputException if it is no object
     */
    static void unpack(Path file, long line, JsonNode document, Sink sink) {
        new Unpacked(file, line, sink).add("", document);
    }

    private void add(String item, JsonNode object) {
        if (!object.isObject()) {
            throw InputException.of(
                    file, line, item + "is no object; write apiVersion, kind, metadata and spec, or a List of such");
        }
        String kind = object.path(KIND).asText("");
        JsonNode items = object.path(ITEMS);
        if (!kind.endsWith(LIST) || !items.isArray()) {
            sink.add(item, object);
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            add(item + ITEMS + "[" + i + "] ", ofList(object, items.get(i)));
        }
    }

    /** As {@code kubectl get --raw} writes them, the objects of a NodeList do not say that they are Nodes. */
    private static JsonNode ofList(JsonNode list, JsonNode item) {
        String kind = list.path(KIND).asText();
        if (kind.equals(LIST) || !item.isObject() || item.has(KIND)) {
            return item;
        }
        ObjectNode typed = JsonNodeFactory.instance.objectNode();
        typed.set(API_VERSION, list.path(API_VERSION));
        typed.put(KIND, kind.substring(0, kind.length() - LIST.length()));
        item.properties().forEach(field -> typed.set(field.getKey(), field.getValue()));
        return typed;
    }
}
