package dev.offtake.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The dashboards of the chart. */
public final class Dashboards {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboards() {}

    /**
     * A query of a panel, as Grafana sends it when everything is chosen.
     *
     * @param promql with the variables replaced
     */
    public record Query(String dashboard, String panel, String promql) {}

    /** All of them, by the name of the file. */
    static Map<String, JsonNode> all() {
        Map<String, JsonNode> dashboards = new TreeMap<>();
        try (Stream<Path> files = Files.list(Document.ROOT.resolve("charts/offtake/files/dashboards"))) {
            for (Path file : files.toList()) {
                dashboards.put(file.getFileName().toString(), JSON.readTree(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dashboards;
    }

    /** The queries of all panels. */
    public static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        all().forEach((file, dashboard) -> {
            String variables = "\\$("
                    + String.join("|", dashboard.path("templating").path("list").findValuesAsText("name")) + ")\\b";
            dashboard
                    .path("panels")
                    .forEach(panel -> panel.path("targets").forEach(target -> {
                        String promql = target.path("expr")
                                .asText()
                                .replace("$__rate_interval", "1m")
                                .replaceAll(variables, ".*");
                        queries.add(new Query(file, panel.path("title").asText(), promql));
                    }));
        });
        return queries;
    }
}
