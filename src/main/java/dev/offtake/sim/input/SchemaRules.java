package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offtake.sim.cel.Cel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules in CEL of a schema, with their own messages. All are read with the schema, so that none is passed over that
 * is not understood.
 */
final class SchemaRules {
    private static final String SELF = "self";
    private static final String BEFORE = "oldSelf";

    private final JsonNode schema;
    private final IdentityHashMap<JsonNode, List<Rule>> rules = new IdentityHashMap<>();

    /**
     * A rule of one part of the schema.
     *
     * @param field of the part that is wrong, with a dot before it; may be empty
     * @param isOfChanges whether it compares with what was there before
     */
    private record Rule(
            Cel condition, Function<Map<String, Object>, String> message, String field, boolean isOfChanges) {
        static Rule of(JsonNode rule) {
            String condition = rule.path("rule").asText();
            return new Rule(
                    Cel.parse(condition),
                    rule.has("messageExpression")
                            ? Cel.parse(rule.get("messageExpression").asText())::text
                            : names -> rule.path("message").asText("breaks the rule " + condition),
                    rule.path("fieldPath").asText(),
                    condition.contains(BEFORE));
        }
    }

    SchemaRules(JsonNode schema) {
        this.schema = schema;
        read(schema, false);
    }

    private void read(JsonNode part, boolean isEntry) {
        List<Rule> own = new ArrayList<>();
        part.path("x-kubernetes-validations").forEach(rule -> own.add(Rule.of(rule)));
        if (isEntry && own.stream().anyMatch(Rule::isOfChanges)) {
            throw new IllegalArgumentException("a rule of changes of entries, which are not matched with those before");
        }
        rules.put(part, own);
        part.path("properties").forEach(property -> read(property, isEntry));
        if (part.has("items")) {
            read(part.get("items"), true);
        }
        if (part.path("additionalProperties").isObject()) {
            read(part.get("additionalProperties"), true);
        }
    }

    /**
     * Which of them an object breaks that is right by the rest of the schema.
     *
     * @param before the object that it replaces
     */
    List<String> problems(JsonNode object, Optional<JsonNode> before) {
        List<String> problems = new ArrayList<>();
        check(schema, object, before, "", problems);
        return problems;
    }

    private void check(JsonNode part, JsonNode value, Optional<JsonNode> before, String path, List<String> problems) {
        if (value.isNull()) {
            return;
        }
        List<Rule> own = rules.getOrDefault(part, List.of());
        if (!own.isEmpty()) {
            Object self = SchemaValues.of(part, value);
            Map<String, Object> names = before.map(old -> Map.of(SELF, self, BEFORE, SchemaValues.of(part, old)))
                    .orElse(Map.of(SELF, self));
            own.stream()
                    .filter(rule -> before.isPresent() || !rule.isOfChanges())
                    .filter(rule -> !rule.condition().holds(names))
                    .forEach(rule -> problems.add(
                            at(path + rule.field()) + rule.message().apply(names)));
        }
        value.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode known = part.path("properties").path(name);
            if (known.isMissingNode()) {
                check(
                        part.path("additionalProperties"),
                        field.getValue(),
                        Optional.empty(),
                        path + "." + name,
                        problems);
            } else {
                Optional<JsonNode> old = before.map(o -> o.get(name));
                check(known, field.getValue(), old, path + "." + name, problems);
            }
        });
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            String name = value.get(i).path("name").asText(String.valueOf(i));
            check(part.path("items"), value.get(i), Optional.empty(), path + "[" + name + "]", problems);
        }
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : path.substring(1) + ": ";
    }
}
