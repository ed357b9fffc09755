package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Checks an object by the schema of its CRD and the rules in it as the API server does, with unknown fields refused as
 * {@code kubectl apply} does.
 */
final class SchemaCheck {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** What every object has. */
    private static final List<String> TOP_LEVEL = List.of("apiVersion", "kind", "metadata", "spec", "status");

    private final JsonNode schema;
    private final SchemaRules rules;

    private SchemaCheck(JsonNode schema) {
        this.schema = schema;
        rules = new SchemaRules(schema);
    }

    /** The schema of a kind of ours, by the plural of its name. */
    static SchemaCheck of(String plural) {
        String resource = "/dev/offtake/crds/offtake.dev_" + plural + ".yaml";
        try (InputStream crd = Objects.requireNonNull(SchemaCheck.class.getResourceAsStream(resource), resource)) {
            return new SchemaCheck(YAML.readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is wrong, each with its field; empty if nothing is.
     *
     * @param before the object that it replaces
     */
    List<String> problems(JsonNode object, Optional<JsonNode> before) {
        List<String> problems = new ArrayList<>();
        object.fieldNames().forEachRemaining(field -> {
            if (!TOP_LEVEL.contains(field)) {
                problems.add(field + ": is no field; use one of " + String.join(", ", TOP_LEVEL));
            }
        });
        for (String part : List.of("spec", "status")) {
            if (object.hasNonNull(part)) {
                check(schema.at("/properties/" + part), object.get(part), part, problems);
            }
        }
        required(schema, object, "", problems);
        // Rules are about values that the schema allows.
        return problems.isEmpty() ? rules.problems(object, before) : problems;
    }

    private static void check(JsonNode schema, JsonNode value, String path, List<String> problems) {
        if (value.isNull()) {
            problems.add(path + ": is null; remove it or give it a value");
            return;
        }
        boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
        String type = schema.path("type").asText();
        if (!either && !isOf(type, value)) {
            problems.add(path + ": \"" + value.asText(value.toString()) + "\" is not of type " + type);
            return;
        }
        switch (type) {
            case "object" -> object(schema, value, path, problems);
            case "array" -> array(schema, value, path, problems);
            case "string" -> string(schema, value.asText(), path, problems);
            case "integer", "number" -> number(schema, value, path, problems);
            default -> {}
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            // An API server takes 4.0 as well.
            case "integer" -> value.canConvertToExactIntegral();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
    }

    private static void object(JsonNode schema, JsonNode value, String path, List<String> problems) {
        limit(schema, "maxProperties", value.size(), 1, path, "has more entries than", problems);
        required(schema, value, path + ".", problems);
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        value.properties().forEach(field -> {
            String at = path + "." + field.getKey();
            if (properties.has(field.getKey()) && field.getValue().isNull()) {
                // As if it was not there: so an API server takes it.
                return;
            }
            if (properties.has(field.getKey())) {
                check(properties.get(field.getKey()), field.getValue(), at, problems);
            } else if (others.isObject()) {
                check(others, field.getValue(), at, problems);
            } else {
                TreeSet<String> known = new TreeSet<>();
                properties.fieldNames().forEachRemaining(known::add);
                problems.add(at + ": is no field; use one of " + String.join(", ", known));
            }
        });
    }

    private static void required(JsonNode schema, JsonNode value, String prefix, List<String> problems) {
        StreamSupport.stream(schema.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .filter(name -> !value.hasNonNull(name))
                .forEach(name -> problems.add(prefix + name + ": is required"));
    }

    private static void array(JsonNode schema, JsonNode value, String path, List<String> problems) {
        limit(schema, "minItems", value.size(), -1, path, "has fewer entries than", problems);
        limit(schema, "maxItems", value.size(), 1, path, "has more entries than", problems);
        switch (schema.path("x-kubernetes-list-type").asText()) {
            case "map" -> distinct(schema.path("x-kubernetes-list-map-keys"), value, path, problems);
            case "set" -> distinct(value, path, problems);
            default -> {}
        }
        for (int i = 0; i < value.size(); i++) {
            String name = value.get(i).path("name").asText(String.valueOf(i));
            check(schema.path("items"), value.get(i), path + "[" + name + "]", problems);
        }
    }

    /** Entries of a list that stands for a map differ in its keys. */
    private static void distinct(JsonNode keys, JsonNode list, String path, List<String> problems) {
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode entry = list.get(i);
            List<String> values = StreamSupport.stream(keys.spliterator(), false)
                    .map(key -> key.asText() + " " + entry.path(key.asText()).asText())
                    .toList();
            if (!seen.add(values)) {
                problems.add(path + "[" + i + "]: there is an earlier entry with " + String.join(", ", values)
                        + "; rename one");
            }
        }
    }

    private static void distinct(JsonNode set, String path, List<String> problems) {
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < set.size(); i++) {
            if (!seen.add(set.get(i))) {
                problems.add(path + "[" + i + "]: \"" + set.get(i).asText() + "\" is there already; remove one");
            }
        }
    }

    private static void string(JsonNode schema, String text, String path, List<String> problems) {
        String quoted = path + ": \"" + text + "\"";
        limit(schema, "minLength", text.length(), -1, quoted, "is shorter than", problems);
        limit(schema, "maxLength", text.length(), 1, quoted, "is longer than", problems);
        if (schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asText())
                        .matcher(text)
                        .find()) {
            problems.add(quoted + " does not match " + schema.get("pattern").asText());
        }
        if (schema.path("format").asText().equals("date-time")
                && Times.instant(text).isEmpty()) {
            problems.add(quoted + " is no instant; write e.g. 2026-01-01T00:00:00Z");
        }
        if (schema.has("enum")) {
            List<String> allowed = StreamSupport.stream(schema.get("enum").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            if (!allowed.contains(text)) {
                problems.add(quoted + " is not allowed; use one of " + String.join(", ", allowed));
            }
        }
    }

    private static void number(JsonNode schema, JsonNode value, String path, List<String> problems) {
        String quoted = path + ": \"" + value.asText() + "\"";
        limit(schema, "minimum", value.asDouble(), -1, quoted, "is below", problems);
        limit(schema, "maximum", value.asDouble(), 1, quoted, "is above", problems);
    }

    private static void limit(
            JsonNode schema, String key, double value, int sign, String what, String text, List<String> problems) {
        Optional.ofNullable(schema.get(key))
                .map(JsonNode::asDouble)
                .filter(limit -> (value - limit) * sign > 0)
                .ifPresent(limit -> problems.add(what + " " + text + " the limit " + Math.round(limit)));
    }
}
