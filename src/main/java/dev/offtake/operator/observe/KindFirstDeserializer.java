package dev.offtake.operator.observe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserSequence;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.internal.KubernetesDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of a kind that is only known when its JSON is there. The API server writes {@code kind} and
 * {@code apiVersion} first, so that the rest can be read as what it is. Objects in another order, or of kinds without
 * a class, are read as by Fabric8.
 */
final class KindFirstDeserializer extends JsonDeserializer<KubernetesResource> {
    private final KubernetesSerialization kinds;
    private final KubernetesDeserializer any;

    KindFirstDeserializer(KubernetesSerialization kinds, KubernetesDeserializer any) {
        this.kinds = kinds;
        this.any = any;
    }

    @Override
    @SuppressWarnings("NullAway") // Jackson declares no nullness
    public KubernetesResource deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            return any.deserialize(parser, context);
        }
        TokenBuffer head = new TokenBuffer(parser, context);
        head.writeStartObject();
        @Nullable String kind = null;
        @Nullable String apiVersion = null;
        while ((kind == null || apiVersion == null) && parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (!field.equals("kind") && !field.equals("apiVersion")) {
                break;
            }
            String value = parser.nextTextValue();
            head.writeStringField(field, value);
            if (field.equals("kind")) {
                kind = value;
            } else {
                apiVersion = value;
            }
        }
        if (kind != null && apiVersion != null) {
            parser.nextToken();
        }
        @Nullable
        Class<? extends KubernetesResource> type =
                kind == null || apiVersion == null ? null : kinds.getRegisteredKubernetesResource(apiVersion, kind);
        JsonParser whole = JsonParserSequence.createFlattened(true, head.asParser(parser), parser);
        whole.nextToken();
        return type == null ? any.deserialize(whole, context) : context.readValue(whole, type);
    }
}
