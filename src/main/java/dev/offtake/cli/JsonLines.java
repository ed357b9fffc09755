package dev.offtake.cli;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per event and line: {@code time} (UTC), {@code level}, {@code message}, the key-value pairs of the event
 * and of the thread, {@code logger}, {@code thread}, {@code stack_trace} (root cause first).
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final int TYPICAL_LENGTH = 512;
    /** Of each cause; deeper ones tell about the libraries only. */
    private static final List<String> FRAMES = List.of("30");

    private final JsonFactory json = new JsonFactory();
    private final RootCauseFirstThrowableProxyConverter trace = new RootCauseFirstThrowableProxyConverter();

    @Override
    public void start() {
        trace.setOptionList(FRAMES);
        trace.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(TYPICAL_LENGTH);
        try (JsonGenerator to = json.createGenerator(line)) {
            write(event, to);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private void write(ILoggingEvent event, JsonGenerator to) throws IOException {
        to.writeStartObject();
        to.writeStringField("time", DateTimeFormatter.ISO_INSTANT.format(event.getInstant()));
        to.writeStringField("level", event.getLevel().toString());
        to.writeStringField("message", event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                to.writeFieldName(pair.key);
                writeValue(pair.value, to);
            }
        }
        for (Map.Entry<String, String> of : event.getMDCPropertyMap().entrySet()) {
            to.writeStringField(of.getKey(), of.getValue());
        }
        to.writeStringField("logger", event.getLoggerName());
        to.writeStringField("thread", event.getThreadName());
        if (event.getThrowableProxy() != null) {
            to.writeStringField("stack_trace", trace.convert(event));
        }
        to.writeEndObject();
    }

    private static void writeValue(@Nullable Object value, JsonGenerator to) throws IOException {
        if (value instanceof Number || value instanceof Boolean) {
            to.writeObject(value);
        } else if (value == null) {
            to.writeNull();
        } else {
            to.writeString(value.toString());
        }
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
