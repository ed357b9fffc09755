package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The trace of Alibaba as published with FGD; the files are not part of this project. */
final class OpenbData {
    static final List<String> TRACES = List.of("default", "cpu050", "gpushare40", "gpuspec10", "multigpu30");
    static final List<Integer> SEEDS = List.of(42, 43, 44);

    private final Path directory;
    private final Map<String, Integer> models = new HashMap<>();

    record Node(int cpuMilli, int memoryMib, int devices, int model, int rank) {}

    /** GPU allocation of a published run when so much had arrived, in percent. */
    record Published(double at100, double at130) {}

    private OpenbData(Path directory) {
        this.directory = directory;
    }

    /** Empty, and said so, where the files are not there. */
    static Optional<OpenbData> find() {
        Path directory = Path.of(System.getProperty("bench.data", "../shared/data"), "openb");
        if (Files.isDirectory(directory.resolve("arrivals"))) {
            return Optional.of(new OpenbData(directory));
        }
        System.out.println("[bench] left out: no openb trace in "
                + directory.toAbsolutePath().normalize() + "; name its parent by -Dbench.data=<directory>");
        return Optional.empty();
    }

    /** The empty cluster, nodes in the order in which ties are decided. */
    Inventory cluster(String trace, int seed) {
        List<Node> nodes = new ArrayList<>();
        for (String[] row : rows("arrivals/nodes-" + trace + "-" + seed + ".csv.gz")) {
            nodes.add(new Node(number(row[1]), number(row[2]), number(row[3]), model(row[4]), number(row[5])));
        }
        nodes.sort(Comparator.comparingInt(Node::rank));
        Inventory inventory = new Inventory(8);
        nodes.forEach(node -> inventory.add(node.cpuMilli(), node.memoryMib(), node.model(), node.devices()));
        return inventory;
    }

    List<Demand> arrivals(String trace, int seed) {
        return rows("arrivals/" + trace + "-" + seed + ".csv.gz").stream()
                .map(this::demand)
                .toList();
    }

    List<Demand> pods(String trace) {
        return rows("openb_pod_list_" + trace + ".csv").stream()
                .map(this::demand)
                .toList();
    }

    Published published(String trace, String policy, int seed) {
        for (String[] row : rows("published/published_runs.csv")) {
            if (row[0].equals(trace) && row[1].equals(policy) && number(row[2]) == seed) {
                return new Published(Double.parseDouble(row[12]), Double.parseDouble(row[16]));
            }
        }
        throw new IllegalArgumentException("no published run of " + policy + " on " + trace + " with seed " + seed);
    }

    private Demand demand(String[] row) {
        long accepted = Demand.ANY_MODEL;
        if (row.length > 5 && !row[5].isEmpty()) {
            accepted = 0;
            for (String name : row[5].split("\\|", -1)) {
                accepted |= 1L << model(name);
            }
        }
        return new Demand(number(row[1]), number(row[2]), number(row[3]), number(row[4]), accepted);
    }

    private int model(String name) {
        return models.computeIfAbsent(name, unknown -> models.size());
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private List<String[]> rows(String file) {
        List<String[]> rows = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(directory.resolve(file));
                BufferedReader reader = new BufferedReader(new InputStreamReader(
                        file.endsWith(".gz") ? new GZIPInputStream(raw) : raw, StandardCharsets.UTF_8))) {
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(line.split(",", -1));
            }
        } catch (IOException e) {
            throw new IllegalStateException("reading " + file, e);
        }
        return rows;
    }
}
