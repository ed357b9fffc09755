package dev.offtake.sim.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects in JSON, one after the other, as {@code jq} writes them: with tabs, on one line each, or with nothing between
 * them. A parser of YAML takes none of that.
 */
final class JsonText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    /** White space, and what is left of a byte order mark. */
    private static final String BLANK = " \t\r\n\u00ef\u00bb\u00bf";

    private JsonText() {}

    /** An object, and the line in which it begins. */
    record Found(long line, JsonNode object) {}

    /** Whether a file may be JSON, by what is in it and not by its name; YAML may begin so as well. */
    static boolean mayBeIn(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            int first = in.read();
            while (first >= 0 && BLANK.indexOf(first) >= 0) {
                first = in.read();
            }
            return first == '{';
        }
    }

    /** All of a file, or none of it if any of it is no JSON. */
    static List<Found> read(Path file) throws IOException {
        List<Found> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = JSON.createParser(in)) {
            while (parser.nextToken() != null) {
                found.add(new Found(parser.currentTokenLocation().getLineNr(), parser.readValueAsTree()));
            }
        }
        return found;
    }
}
