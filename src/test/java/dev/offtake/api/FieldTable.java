package dev.offtake.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields of a schema as a Markdown table: path, type, default, meaning, limits. */
final class FieldTable {
    /** The sentence of a description that says what holds when the field is absent. */
    private static final Pattern DEFAULT = Pattern.compile("\\s*Default: (.*?)\\.(?=\\s[A-Z]|$)");

    private static final Map<String, String> FORMS = Map.of(
            Limits.NAME, "lower-case letters, digits, `-`",
            Limits.OBJECT_NAME, "name of an object",
            Limits.QUALIFIED_NAME, "a key such as `example.com/name`",
            Limits.LABEL_VALUE, "value of a label",
            Limits.DURATION, "Go duration",
            Limits.INSTANT, "RFC 3339, at most nanoseconds",
            Limits.REASON, "CamelCase");

    private final StringBuilder rows =
            new StringBuilder("| field | type | default | meaning | limits |\n|---|---|---|---|---|\n");

    private FieldTable() {}

    static String of(JSONSchemaProps schema) {
        FieldTable table = new FieldTable();
        table.fields("", schema);
        return table.rows.toString();
    }

    static String code(String text) {
        return "`" + text + "`";
    }

    private void fields(String prefix, JSONSchemaProps schema) {
        schema.getProperties().forEach((name, field) -> {
            row(prefix + name, field, schema.getRequired().contains(name));
            if (field.getItems() != null) {
                fields(prefix + name + "[].", field.getItems().getSchema());
            } else {
                fields(prefix + name + ".", field);
            }
        });
    }

    private void row(String path, JSONSchemaProps field, boolean required) {
        Matcher absent = DEFAULT.matcher(field.getDescription());
        String otherwise = required ? "required" : absent.find() ? absent.group(1) : "";
        rows.append("| ")
                .append(String.join(
                        " | ",
                        code(path),
                        type(field),
                        cell(otherwise),
                        cell(DEFAULT.matcher(field.getDescription()).replaceFirst("")),
                        cell(limits(field))))
                .append(" |\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String type(JSONSchemaProps field) {
        if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
            return "quantity";
        }
        if (field.getItems() != null) {
            return "list of " + type(field.getItems().getSchema()) + "s";
        }
        if (field.getAdditionalProperties() != null) {
            return "map to " + type(field.getAdditionalProperties().getSchema());
        }
        return "date-time".equals(field.getFormat()) ? "instant" : field.getType();
    }

    private static String limits(JSONSchemaProps field) {
        List<String> limits = new ArrayList<>();
        if (!field.getEnum().isEmpty()) {
            limits.add(field.getEnum().stream().map(v -> code(v.asText())).collect(Collectors.joining(", ")));
        }
        range(field.getMinimum(), field.getMaximum(), "", limits);
        range(field.getMinLength(), field.getMaxLength(), " characters", limits);
        range(field.getMinItems(), field.getMaxItems(), " items", limits);
        range(field.getMinProperties(), field.getMaxProperties(), " entries", limits);
        if (field.getPattern() != null) {
            limits.add(FORMS.getOrDefault(field.getPattern(), code(field.getPattern())));
        }
        if (field.getXKubernetesListMapKeys() != null
                && !field.getXKubernetesListMapKeys().isEmpty()) {
            limits.add("unique by " + String.join(" and ", field.getXKubernetesListMapKeys()));
        }
        if ("set".equals(field.getXKubernetesListType())) {
            limits.add("unique");
        }
        if (field.getItems() != null) {
            String each = limits(field.getItems().getSchema());
            if (!each.isEmpty()) {
                limits.add("each: " + each);
            }
        }
        return String.join("; ", limits);
    }

    private static void range(Number min, Number max, String unit, List<String> limits) {
        if (min != null && max != null) {
            limits.add(min.longValue() + " to " + max.longValue() + unit);
        } else if (max != null) {
            limits.add("at most " + max.longValue() + unit);
        } else if (min != null) {
            limits.add("at least " + min.longValue() + unit);
        }
    }
}
