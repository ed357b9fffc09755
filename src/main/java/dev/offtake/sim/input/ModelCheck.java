package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks an object of Kubernetes' own against the client's class of it: fields that there are not and values of a wrong
 * type, which the API server refuses and a conversion to that class passes over.
 */
final class ModelCheck {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String MODEL = "io.fabric8.kubernetes.api.model";

    private final Map<JavaType, Map<String, JavaType>> fields = new HashMap<>();

    /**
     * What is wrong.
     *
     * @param problems in words, with their field
     * @param unknown paths of fields that the class does not have, without the numbers of list entries
     */
    record Findings(List<String> problems, List<Unknown> unknown) {}

    /** A field that the class does not have. */
    record Unknown(String path, List<String> known) {
        String message() {
            return path + ": is no field; use one of " + String.join(", ", known);
        }
    }

    /** @param path of the object within what is checked; empty for all of it */
    Findings check(Class<?> type, JsonNode object, String path) {
        Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
        check(JSON.constructType(type), object, path, findings);
        return findings;
    }

    private void check(JavaType type, JsonNode value, String path, Findings findings) {
        String expected = expected(type);
        if (value.isNull()) {
            findings.problems().add(path + ": is null; remove it or give it a value");
        } else if (!isOf(expected, value)) {
            boolean quotable = expected.equals("string") && value.isValueNode();
            findings.problems()
                    .add(path + ": \"" + (value.isValueNode() ? value.asText() : value) + "\" is not of type "
                            + expected + (quotable ? "; put it in quotes" : ""));
        } else if (type.isMapLikeType()) {
            value.properties()
                    .forEach(entry -> check(
                            type.getContentType(), entry.getValue(), path + "[" + entry.getKey() + "]", findings));
        } else if (type.isCollectionLikeType()) {
            value.forEach(entry -> check(type.getContentType(), entry, path + "[]", findings));
        } else if (isBean(type)) {
            bean(type, value, path, findings);
        }
    }

    private void bean(JavaType type, JsonNode value, String path, Findings findings) {
        Map<String, JavaType> known = fields.computeIfAbsent(type, ModelCheck::fields);
        if (known.isEmpty()) {
            // Of a form that the server alone knows, as in managedFields.
            return;
        }
        String prefix = path.isEmpty() ? "" : path + ".";
        value.properties().forEach(field -> {
            if (known.containsKey(field.getKey()) && field.getValue().isNull()) {
                // As if it was not there.
                return;
            }
            if (known.containsKey(field.getKey())) {
                check(known.get(field.getKey()), field.getValue(), prefix + field.getKey(), findings);
            } else {
                findings.unknown().add(new Unknown(prefix + field.getKey(), List.copyOf(known.keySet())));
            }
        });
    }

    private static Map<String, JavaType> fields(JavaType type) {
        Map<String, JavaType> fields = new TreeMap<>();
        for (BeanPropertyDefinition field :
                JSON.getSerializationConfig().introspect(type).findProperties()) {
            fields.put(field.getName(), field.getPrimaryType());
        }
        return fields;
    }

    private static boolean isBean(JavaType type) {
        return type.getRawClass().getName().startsWith(MODEL) && !type.hasRawClass(Quantity.class);
    }

    /** The JSON type, in the words of a schema; empty where any will do. */
    private static String expected(JavaType type) {
        if (type.isMapLikeType() || isBean(type)) {
            return "object";
        }
        if (type.isCollectionLikeType()) {
            return "array";
        }
        if (type.hasRawClass(String.class)) {
            return "string";
        }
        if (type.hasRawClass(Boolean.class)) {
            return "boolean";
        }
        return type.hasRawClass(Integer.class) || type.hasRawClass(Long.class) ? "integer" : "";
    }

    private static boolean isOf(String expected, JsonNode value) {
        return switch (expected) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            default -> true;
        };
    }
}
