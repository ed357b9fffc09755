package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines();

    @BeforeEach
    void start() {
        lines.setContext(context);
        lines.start();
    }

    private LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLoggerName("dev.offtake.Some");
        event.setThreadName("main");
        event.setLevel(Level.WARN);
        event.setInstant(Instant.parse("2027-03-04T05:06:07.089Z"));
        event.setMessage(message);
        event.setMDCPropertyMap(Map.of());
        return event;
    }

    private String line(LoggingEvent event) {
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsOneLineWithTimeLevelMessageAndSource() {
        assertThat(line(event("ready"))).isEqualTo("""
                {"time":"2027-03-04T05:06:07.089Z","level":"WARN","message":"ready","logger":"dev.offtake.Some","thread":"main"}
                """);
    }

    @Test
    void pairsKeepWhetherTheyAreNumbersTruthsOrText() throws IOException {
        LoggingEvent event = event("bound");
        event.setKeyValuePairs(List.of(
                new KeyValuePair("pods", 18),
                new KeyValuePair("leads", true),
                new KeyValuePair("share", 0.5),
                new KeyValuePair("pool", "gb300"),
                new KeyValuePair("cause", null)));

        JsonNode json = new ObjectMapper().readTree(line(event));

        assertThat(json.get("pods").isInt()).isTrue();
        assertThat(json.get("leads").isBoolean()).isTrue();
        assertThat(json.get("share").doubleValue()).isEqualTo(0.5);
        assertThat(json.get("pool").textValue()).isEqualTo("gb300");
        assertThat(json.get("cause").isNull()).isTrue();
    }

    @Test
    void lineBreaksAndQuotesAreEscaped() throws IOException {
        String line = line(event("first\n\"second\""));

        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(new ObjectMapper().readTree(line).get("message").textValue()).isEqualTo("first\n\"second\"");
    }

    @Test
    void aFailureIsTracedFromItsRootCause() throws IOException {
        LoggingEvent event = event("write failed");
        event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(
                new IllegalStateException("outer", new IOException("connection reset"))));

        String trace =
                new ObjectMapper().readTree(line(event)).get("stack_trace").textValue();

        assertThat(trace).startsWith("java.io.IOException: connection reset");
        assertThat(trace).contains("Wrapped by: java.lang.IllegalStateException: outer");
    }
}
