package dev.offtake.translate.journal;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import java.util.List;

/**
 * Lines of a journal as JSON. The fields are those of the core's values, which are no API: a journal is read by the
 * version that wrote it, and by others as long as {@link #FORMAT} is the same.
 */
public final class JournalJson {
    /** Goes up when lines of before cannot be read any more. */
    public static final int FORMAT = 4;

    private static final ObjectMapper MAPPER = mapper();
    private static final ObjectReader READER = MAPPER.readerFor(JournalLine.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(JournalLine.class);

    private JournalJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface WithKind {}

    private static ObjectMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                // Questions such as isLonePod are no fields.
                .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                .disable(MapperFeature.AUTO_DETECT_GETTERS, MapperFeature.AUTO_DETECT_IS_GETTERS)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // Equal values are equal lines.
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        for (Class<?> sealed : List.of(JournalLine.class, Event.class, Decision.class)) {
            mapper.addMixIn(sealed, WithKind.class);
            for (Class<?> kind : sealed.getPermittedSubclasses()) {
                mapper.registerSubtypes(new NamedType(kind, kind.getSimpleName()));
            }
        }
        return mapper;
    }

    /** The line without its end. */
    public static String write(JournalLine line) {
        try {
            return WRITER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + line, e);
        }
    }

    /**
     * Reads one line.
     *
     * @throws JsonProcessingException if that is no line of a journal
     */
    public static JournalLine read(String line) throws JsonProcessingException {
        return READER.readValue(line);
    }
}
