package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every field of the schema owes its reader, and the shape of what is written. */
class SchemaTest {
    static final List<Class<? extends CustomResource<?, ?>>> KINDS = Crds.KINDS;

    private static Map<String, JSONSchemaProps> fields(Class<? extends CustomResource<?, ?>> kind) {
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        collect("", Crds.schema(kind), fields);
        return fields;
    }

    private static void collect(String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> fields) {
        if (!path.isEmpty()) {
            fields.put(path, schema);
        }
        if (schema.getItems() != null) {
            collect(path + "[]", schema.getItems().getSchema(), fields);
        }
        if (schema.getAdditionalProperties() != null) {
            collect(path + "{}", schema.getAdditionalProperties().getSchema(), fields);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> collect(path + "." + name, property, fields));
        }
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyFieldIsDescribed(Class<? extends CustomResource<?, ?>> kind) {
        assertThat(fields(kind)).hasSizeGreaterThan(30).allSatisfy((path, schema) -> {
            if (!path.endsWith("]") && !path.endsWith("}")) {
                assertThat(schema.getDescription()).as(path).endsWith(".").hasSizeGreaterThan(4);
            }
        });
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyListStringAndMapIsBounded(Class<? extends CustomResource<?, ?>> kind) {
        assertThat(fields(kind)).allSatisfy((path, schema) -> {
            if ("array".equals(schema.getType())) {
                assertThat(schema.getMaxItems()).as(path).isNotNull();
            } else if ("string".equals(schema.getType()) && schema.getEnum().isEmpty() && schema.getFormat() == null) {
                assertThat(schema.getMaxLength()).as(path).isNotNull();
            } else if (schema.getAdditionalProperties() != null) {
                assertThat(schema.getMaxProperties()).as(path).isNotNull();
            }
        });
    }

    @Test
    void whatIsAbsentIsNotWritten() {
        GPUPoolSpec spec = new GPUPoolSpec("h100-sxm", null, null, List.of(), List.of(), List.of());
        assertThat(Serialization.asJson(spec)).isEqualTo("{\"gpuClass\":\"h100-sxm\"}");
    }

    @Test
    void aFieldOfALaterVersionIsPassedOver() {
        GPUPoolSpec spec = Serialization.unmarshal("{\"gpuClass\":\"h100-sxm\",\"power\":{}}", GPUPoolSpec.class);
        assertThat(spec.gpuClass()).isEqualTo("h100-sxm");
        assertThat(spec.topology()).isEmpty();
    }

    @Test
    void aClaimIsOneLineOfJson() {
        Claim claim = new Claim("meta-2025", "cluster", Tier.ON_DEMAND, Instant.parse("2026-01-01T00:00:00Z"));
        String json = Serialization.asJson(claim);
        assertThat(json)
                .isEqualTo("{\"contract\":\"meta-2025\",\"commitment\":\"cluster\",\"tier\":\"OnDemand\","
                        + "\"since\":\"2026-01-01T00:00:00Z\"}");
        assertThat(Serialization.unmarshal(json, Claim.class)).isEqualTo(claim);
    }
}
