package dev.offtake.sim.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files with objects in YAML or JSON. */
final class ManifestFiles {
    private static final ObjectMapper YAML =
            new ObjectMapper(new AnchoredYaml()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private static final Comparator<JsonProcessingException> BY_PLACE =
            Comparator.comparingLong(ManifestFiles::line).thenComparingLong(ManifestFiles::column);

    private ManifestFiles() {}

    /** Takes the objects of files. */
    interface Sink {
        /** An object, which may be a list of such, with the line in which it begins. */
        void add(Path file, long line, JsonNode object);
    }

    /** Reads all manifests of a directory, but of none in it, or one file: as {@code kubectl apply -f} does. */
    static void read(Path path, Sink sink) {
        if (Files.isDirectory(path)) {
            files(path).forEach(file -> readFile(file, sink));
        } else {
            readFile(path, sink);
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(file -> file.getFileName().toString().matches(".*\\.(yaml|yml|json)"))
                    .filter(file -> !Files.isDirectory(file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw InputException.of(directory, "holds no manifests; put *.yaml, *.yml or *.json into it");
            }
            return files;
        } catch (IOException e) {
            throw InputException.of(directory, "cannot be read: " + InputException.reason(e));
        }
    }

    private static void readFile(Path file, Sink sink) {
        try {
            if (JsonText.mayBeIn(file)) {
                readJsonOrYaml(file, sink);
            } else {
                readYaml(file, sink);
            }
        } catch (NoSuchFileException e) {
            throw InputException.of(
                    file,
                    Files.isSymbolicLink(file)
                            ? "is a link to what is not there, such as the lock of an editor; remove it, or mend it"
                            : "is not there; name a file or a directory with manifests");
        } catch (JsonProcessingException e) {
            if (e.getOriginalMessage().contains(CharacterCodingException.class.getPackageName())) {
                throw InputException.of(file, "is no UTF-8 text; name a file with manifests");
            }
            String language = e.getProcessor() instanceof YAMLParser ? "YAML" : "JSON";
            throw InputException.of(file, line(e), "is no " + language + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw InputException.of(
                    file, "cannot be read: " + InputException.reason(e) + "; name a file with manifests");
        }
    }

    private static void readJsonOrYaml(Path file, Sink sink) throws IOException {
        try {
            JsonText.read(file).forEach(found -> sink.add(file, found.line(), found.object()));
        } catch (JsonProcessingException noJson) {
            try {
                readYaml(file, sink);
            } catch (JsonProcessingException noYaml) {
                // It is rather what could be read for longer.
                throw BY_PLACE.compare(noJson, noYaml) > 0 ? noJson : noYaml;
            }
        }
    }

    private static void readYaml(Path file, Sink sink) throws IOException {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                AnchoredYaml.Parser parser = AnchoredYaml.parser(YAML, text)) {
            while (parser.nextToken() != null) {
                long line = parser.currentTokenLocation().getLineNr();
                JsonNode object = YamlTree.read(YAML, parser);
                if (!object.isNull()) {
                    sink.add(file, line, object);
                }
            }
        }
    }

    private static long line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    private static long column(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
    }
}
