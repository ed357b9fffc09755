package dev.offtake.sim.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offtake.sim.cel.KeyedList;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values of an object as rules see them: instants and lists are what the schema makes of them. */
final class SchemaValues {
    private SchemaValues() {}

    /** A value that is right by its part of the schema, and not null. */
    static Object of(JsonNode schema, JsonNode value) {
        if (value.isObject()) {
            return fields(schema, value);
        }
        if (value.isArray()) {
            List<Object> entries = new ArrayList<>();
            value.forEach(entry -> entries.add(of(schema.path("items"), entry)));
            return schema.path("x-kubernetes-list-type").asText("atomic").equals("atomic")
                    ? entries
                    : new KeyedList(entries);
        }
        if (value.canConvertToExactIntegral()) {
            return value.asLong();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return schema.path("format").asText().equals("date-time")
                ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value.asText(), Instant::from)
                : value.asText();
    }

    private static Map<String, Object> fields(JsonNode schema, JsonNode object) {
        Map<String, Object> fields = new HashMap<>();
        object.properties().forEach(field -> {
            JsonNode known = schema.path("properties").path(field.getKey());
            if (!field.getValue().isNull()) {
                fields.put(
                        field.getKey(),
                        of(known.isMissingNode() ? schema.path("additionalProperties") : known, field.getValue()));
            }
        });
        return fields;
    }
}
