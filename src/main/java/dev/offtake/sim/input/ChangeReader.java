package dev.offtake.sim.input;

import dev.offtake.fleet.NodeFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads timed changes: {@code at,change,target}. Names are checked against what is there at that time. */
final class ChangeReader {
    private static final String KINDS = "fail, recover, cordon, uncordon, delete or apply";

    private static final Set<String> COLUMNS = Set.of("at", "change", "target");

    private final Instant start;
    private final Instant calendar;
    private final Applied applied;

    private record Timed(long at, Csv.Row row) {}

    /**
     * A reader of changes.
     *
     * @param applied what is there at {@code start}; what becomes of it is kept up
     * @param calendar what instants in the file call the begin: that of a trace with instants, wherever it was moved
     */
    ChangeReader(Applied applied, Instant start, Instant calendar) {
        this.applied = applied;
        this.start = start;
        this.calendar = calendar;
    }

    List<TimedChange> read(Path file) {
        Csv csv = Csv.read(file);
        if (!csv.columns().equals(COLUMNS)) {
            throw InputException.of(
                    file,
                    1,
                    "has the columns " + String.join(",", csv.columns()) + "; have at,change,target and no others");
        }
        List<Timed> rows = new ArrayList<>();
        csv.rows().forEach(row -> rows.add(new Timed(at(row), row)));
        rows.sort(Comparator.comparingLong(Timed::at));
        List<TimedChange> changes = new ArrayList<>();
        for (Timed timed : rows) {
            changes.add(new TimedChange(timed.row().line(), timed.at(), change(csv, timed)));
        }
        return changes;
    }

    private long at(Csv.Row row) {
        String text = row.get("at");
        long at = Times.length(text)
                .map(Duration::toMillis)
                .or(() -> Times.instant(text)
                        .map(instant -> Duration.between(calendar, instant).toMillis()))
                .orElseThrow(() ->
                        row.problem("at", "is no time; write " + Times.LENGTHS + " after the begin, or an instant"));
        if (at < 0) {
            throw row.problem(
                    "at",
                    "is before the begin of the "
                            + (calendar.equals(start) ? "simulation, " : "trace, with which --start moves it, ")
                            + calendar + "; write a later instant");
        }
        return at;
    }

    private Change change(Csv csv, Timed timed) {
        Csv.Row row = timed.row();
        String target = row.get("target");
        return switch (row.get("change").toLowerCase(Locale.ROOT)) {
            case "fail" -> new Change.OfNodes(Change.OfNodes.What.FAIL, nodes(row, target));
            case "recover" -> new Change.OfNodes(Change.OfNodes.What.RECOVER, nodes(row, target));
            case "cordon" -> new Change.OfNodes(Change.OfNodes.What.CORDON, nodes(row, target));
            case "uncordon" -> new Change.OfNodes(Change.OfNodes.What.UNCORDON, nodes(row, target));
            case "delete" -> delete(row, target);
            case "apply" -> apply(csv, row, target, start.plusMillis(timed.at()));
            default -> throw row.problem("change", "is no change; use " + KINDS);
        };
    }

    /** A node by its name, or all with a label. */
    private List<String> nodes(Csv.Row row, String target) {
        Map<String, NodeFacts> nodes = applied.nodes();
        if (nodes.containsKey(target)) {
            return List.of(target);
        }
        int equals = target.indexOf('=');
        List<String> labelled = equals < 0
                ? List.of()
                : nodes.values().stream()
                        .filter(n ->
                                target.substring(equals + 1).equals(n.labels().get(target.substring(0, equals))))
                        .map(NodeFacts::name)
                        .toList();
        if (labelled.isEmpty()) {
            throw row.problem(
                    "target",
                    equals < 0
                            ? "is the name of no node; use one such as "
                                    + nodes.keySet().stream().findFirst().orElse("node-0") + ", or a label: key=value"
                            : "is a label that no node has; use key=value as in the Node manifests");
        }
        return labelled;
    }

    private Change delete(Csv.Row row, String target) {
        if (target.startsWith("contract/") && applied.removeContract(target.substring("contract/".length()))) {
            return new Change.DeleteContract(target.substring("contract/".length()));
        }
        if (target.startsWith("node/")) {
            List<String> gone = nodes(row, target.substring("node/".length()));
            gone.forEach(applied::removeNode);
            return new Change.OfNodes(Change.OfNodes.What.DELETE, gone);
        }
        throw row.problem("target", "is neither contract/NAME of a contract that is there, nor node/NAME; name one");
    }

    private Change apply(Csv csv, Csv.Row row, String target, Instant now) {
        Path file = csv.file().resolveSibling(target);
        ManifestReader manifests = new ManifestReader(applied);
        Site site;
        try {
            site = manifests.read(file).site(now);
        } catch (InputException problem) {
            throw row.problem("target", "cannot be applied: " + problem.getMessage());
        }
        if (manifests.isEmpty()) {
            throw row.problem("target", "has no objects; name a file with manifests");
        }
        applied.add(site, manifests.written());
        return new Change.Apply(site);
    }
}
