package dev.offtake.sim.input;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Documents of a YAML file as trees, read as kubectl reads them: an alias stands for what its anchor names, and {@code <<}
 * merges it. Aliases of aliases may stand for more than any memory holds, so what they stand for is counted.
 */
final class YamlTree {
    private static final int MOST_COPIED = 500_000;
    private static final int DEEPEST = 200;
    private static final String MERGE = "<<";

    private final ObjectMapper yaml;
    private final AnchoredYaml.Parser parser;
    private final Map<String, Part> anchors = new HashMap<>();
    private long copied;

    /**
     * A part of a tree.
     *
     * @param size values in it, itself included
     * @param depth levels of it, itself included
     */
    private record Part(JsonNode node, long size, int depth) {}

    private YamlTree(ObjectMapper yaml, AnchoredYaml.Parser parser) {
        this.yaml = yaml;
        this.parser = parser;
    }

    /** The document whose first token is the current one of the parser. */
    static JsonNode read(ObjectMapper yaml, AnchoredYaml.Parser parser) throws IOException {
        return new YamlTree(yaml, parser).part().node();
    }

    private Part part() throws IOException {
        if (parser.isCurrentAlias()) {
            return copy(parser.getText());
        }
        Optional<String> anchor = parser.anchor();
        JsonToken token = parser.currentToken();
        Part part = token == JsonToken.START_OBJECT
                ? object()
                : token == JsonToken.START_ARRAY ? array() : new Part(scalar(), 1, 1);
        // Only now: within itself it is not known yet.
        anchor.ifPresent(name -> anchors.put(name, part));
        return part;
    }

    private JsonNode scalar() throws IOException {
        return parser.isNothing() ? NullNode.getInstance() : yaml.readTree(parser);
    }

    private Part copy(String alias) throws JsonParseException {
        Part part = anchors.get(alias);
        if (part == null) {
            throw problem(
                    "alias *" + alias + ": no anchor &" + alias + " ends before it; write one, or the value itself");
        }
        copied += part.size();
        if (copied > MOST_COPIED) {
            throw problem("alias *" + alias + ": aliases stand for more than " + MOST_COPIED
                    + " values in this document; write them out, or in several documents");
        }
        return part;
    }

    private Part object() throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        List<JsonNode> merged = new ArrayList<>();
        long size = 1;
        int depth = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Part value = part();
            size += value.size();
            depth = Math.max(depth, value.depth());
            if (!name.equals(MERGE)) {
                object.set(name, value.node());
            } else if (value.node().isArray()) {
                value.node().forEach(merged::add);
            } else {
                merged.add(value.node());
            }
        }
        for (JsonNode from : merged) {
            if (!from.isObject()) {
                throw problem("<<: merges what is no map; name an anchor of a map, or a list of such");
            }
            // What the map says itself counts, then what comes first.
            from.properties().stream()
                    .filter(field -> !object.has(field.getKey()))
                    .forEach(field -> object.set(field.getKey(), field.getValue()));
        }
        return whole(object, size, depth);
    }

    private Part array() throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        long size = 1;
        int depth = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Part entry = part();
            array.add(entry.node());
            size += entry.size();
            depth = Math.max(depth, entry.depth());
        }
        return whole(array, size, depth);
    }

    private Part whole(JsonNode node, long size, int depth) throws JsonParseException {
        if (depth >= DEEPEST) {
            throw problem("is nested more than " + DEEPEST + " levels deep; no manifest is");
        }
        return new Part(node, size, depth + 1);
    }

    private JsonParseException problem(String text) {
        return new JsonParseException(parser, text, parser.currentTokenLocation());
    }
}
