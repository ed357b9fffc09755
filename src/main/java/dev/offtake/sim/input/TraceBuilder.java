package dev.offtake.sim.input;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects the rows of a trace. */
final class TraceBuilder {
    private final Path file;
    private final List<Submission> submissions = new ArrayList<>();
    private final Map<Ask, Ask> asks = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Optional<String> tenant;
    private final ForeignTenants tenants = new ForeignTenants();
    private final Map<String, Integer> inexpressible = new LinkedHashMap<>();
    private int skipped;

    TraceBuilder(Path file, TraceFormat.Settings settings) {
        this.file = file;
        tenant = settings.tenant();
    }

    /** Whose work a row is that names somebody who may not be called like a tenant. */
    String tenant(String foreign) {
        return tenant.orElseGet(() -> tenants.tenant(foreign));
    }

    /** A row holds no GPU work. */
    void skip() {
        skipped++;
    }

    /** A row holds GPU work that cannot be simulated; how many there are of each kind is told. */
    void skip(String why) {
        inexpressible.merge(why, 1, Integer::sum);
    }

    void add(Csv.Row row, String column, Submission submission) {
        if (!names.add(submission.gang())) {
            throw row.problem(column, "is the name of an earlier gang; give each gang its own name");
        }
        Ask known = asks.putIfAbsent(submission.ask(), submission.ask());
        submissions.add(new Submission(
                submission.line(),
                submission.gang(),
                known == null ? submission.ask() : known,
                submission.submit(),
                submission.duration(),
                submission.checkpoint(),
                submission.restart()));
    }

    /** A trace whose times are lengths after whatever instant it begins at. */
    Trace relative() {
        check();
        submissions.sort(Comparator.comparingLong(Submission::submit));
        return new Trace(file, Optional.empty(), submissions, skipped, notes());
    }

    /** A trace whose times are instants, given in milliseconds since 1970. */
    Trace absolute() {
        check();
        submissions.sort(Comparator.comparingLong(Submission::submit));
        long first = submissions.get(0).submit();
        List<Submission> shifted = submissions.stream()
                .map(s -> new Submission(
                        s.line(), s.gang(), s.ask(), s.submit() - first, s.duration(), s.checkpoint(), s.restart()))
                .toList();
        return new Trace(file, Optional.of(Instant.ofEpochMilli(first)), shifted, skipped, notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(tenants.notes());
        inexpressible.forEach((why, rows) -> notes.add("passed over, " + rows + " rows of the trace: " + why));
        return notes;
    }

    private void check() {
        if (submissions.isEmpty()) {
            throw InputException.of(
                    file,
                    "holds no GPU work that can be simulated; add a row"
                            + notes().stream().map(note -> "; " + note).collect(Collectors.joining()));
        }
    }
}
