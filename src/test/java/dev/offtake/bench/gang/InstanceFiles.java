package dev.offtake.bench.gang;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads instances and plain tables from files of comma separated values with a header and no quoting. */
final class InstanceFiles {
    private final Path data;

    /** @param data directory that holds {@code gang} and {@code raw} */
    InstanceFiles(Path data) {
        this.data = data;
    }

    boolean has(String name) {
        return Files.isReadable(data.resolve("gang").resolve(name).resolve("jobs.csv"));
    }

    boolean hasRaw() {
        return Files.isDirectory(data.resolve("raw"));
    }

    /** Rows of a file below {@code raw}, by column. */
    List<Map<String, String>> raw(String file) {
        return rows(data.resolve("raw").resolve(file));
    }

    Instance read(String name) {
        Path directory = data.resolve("gang").resolve(name);
        List<Instance.Tenant> tenants = tenants(directory);
        Map<String, Integer> ids = new HashMap<>();
        tenants.forEach(t -> ids.put(t.name(), ids.size()));
        List<Instance.Job> jobs = new ArrayList<>();
        for (Map<String, String> row : rows(directory.resolve("jobs.csv"))) {
            jobs.add(new Instance.Job(
                    jobs.size(),
                    ids.get(row.get("tenant")),
                    number(row, "submit_s"),
                    number(row, "gpus"),
                    number(row, "duration_s"),
                    row.get("class").equals("guaranteed"),
                    Instance.LEVELS.indexOf(row.get("required_level")),
                    Instance.LEVELS.indexOf(row.get("preferred_level")),
                    number(row, "checkpoint_s"),
                    number(row, "restart_s")));
        }
        return new Instance(name, topology(directory), tenants, List.copyOf(jobs));
    }

    /** Tenants of a named instance. */
    List<Instance.Tenant> tenants(String name) {
        return tenants(data.resolve("gang").resolve(name));
    }

    private static List<Instance.Tenant> tenants(Path directory) {
        return rows(directory.resolve("tenants.csv")).stream()
                .map(r -> new Instance.Tenant(r.get("tenant"), number(r, "guaranteed_gpus"), number(r, "weight")))
                .toList();
    }

    private static GangTopology topology(Path directory) {
        List<Map<String, String>> rows = rows(directory.resolve("nodes.csv"));
        int[] capacity = rows.stream().mapToInt(r -> number(r, "gpus")).toArray();
        int[][] cells = {cells(rows, "nvlink_domain"), cells(rows, "rack"), cells(rows, "block")};
        return new GangTopology(capacity, cells);
    }

    private static int[] cells(List<Map<String, String>> rows, String column) {
        Map<String, Integer> ids = new HashMap<>();
        return rows.stream()
                .mapToInt(r -> ids.computeIfAbsent(r.get(column), name -> ids.size()))
                .toArray();
    }

    private static int number(Map<String, String> row, String column) {
        return Integer.parseInt(row.get(column));
    }

    private static List<Map<String, String>> rows(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String[] header = lines.get(0).split(",", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.isBlank()) {
                continue;
            }
            String[] cells = line.split(",", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < header.length; i++) {
                row.put(header[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }
}
