package dev.offtake.sim.input;

import dev.offtake.api.OfftakeAnnotations;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our own format: a row is a gang, its wishes are those of a Job's annotations. */
final class OfftakeTrace implements TraceFormat {
    private static final List<String> MANDATORY = List.of("submit", "gang", "tenant", "gpus", "duration");
    private static final Map<String, String> WISHES = Map.of(
            "tier", OfftakeAnnotations.TIER,
            "required", OfftakeAnnotations.TOPOLOGY,
            "preferred", OfftakeAnnotations.TOPOLOGY_PREFERRED,
            "priority", OfftakeAnnotations.PRIORITY,
            "class", OfftakeAnnotations.GPU_CLASS,
            "slice", OfftakeAnnotations.SLICE,
            "min_pods", OfftakeAnnotations.MIN_PODS,
            "declared", OfftakeAnnotations.DURATION);
    private static final List<String> OTHERS = List.of("contract", "sub_tenant", "cpu", "memory", "checkpoint");
    /** More are in no cluster. */
    private static final int MOST_GPUS = 10_000_000;

    private static final Pattern GPUS = Pattern.compile("(?:(\\d+)\\s*x\\s*)?(\\d+)");

    @Override
    public String name() {
        return "Offtake";
    }

    @Override
    public List<String> columns() {
        return MANDATORY;
    }

    /** The column in which an annotation stands. */
    static Optional<String> column(String annotation) {
        return WISHES.entrySet().stream()
                .filter(e -> e.getValue().equals(annotation))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    @Override
    public Trace read(Csv csv, Settings settings) {
        for (String column : csv.columns()) {
            if (!MANDATORY.contains(column) && !WISHES.containsKey(column) && !OTHERS.contains(column)) {
                throw csv.problem(
                        column,
                        "is no column of a trace; use " + String.join(", ", MANDATORY) + " and any of "
                                + String.join(
                                        ", ", WISHES.keySet().stream().sorted().toList()) + ", "
                                + String.join(", ", OTHERS));
            }
        }
        TraceBuilder trace = new TraceBuilder(csv.file(), settings);
        Optional<Boolean> instants = Optional.empty();
        for (Csv.Row row : csv.rows()) {
            boolean isInstant = Times.instant(row.get("submit")).isPresent();
            if (instants.isPresent() && instants.get() != isInstant) {
                throw row.problem("submit", "is not like those before; write all as instants, or all as seconds");
            }
            instants = Optional.of(isInstant);
            trace.add(row, "gang", submission(row, settings));
        }
        return instants.orElse(false) ? trace.absolute() : trace.relative();
    }

    private static Submission submission(Csv.Row row, Settings settings) {
        long submit = Times.instant(row.get("submit"))
                .map(Instant::toEpochMilli)
                .orElseGet(() -> length(row, "submit", row.get("submit")));
        String[] checkpoint = row.find("checkpoint").orElse("0").split("\\+", -1);
        if (checkpoint.length > 2) {
            throw row.problem("checkpoint", "is not an interval, or an interval + a restart cost; write e.g. 30m+5m");
        }
        long duration = length(row, "duration", row.get("duration"));
        if (duration == 0) {
            throw row.problem("duration", "is no time at all; write " + Times.LENGTHS);
        }
        return new Submission(
                row.line(),
                name(row, "gang", Names.isJob(row.get("gang"))),
                ask(row, settings),
                submit,
                duration,
                length(row, "checkpoint", checkpoint[0]),
                checkpoint.length == 1 ? 0 : length(row, "checkpoint", checkpoint[1]));
    }

    /** Without a Job, a namespace or a contract of that name the gang could not be. */
    private static String name(Csv.Row row, String column, boolean isOne) {
        if (!isOne) {
            throw row.problem(column, "is no name that Kubernetes takes; " + Names.LABEL);
        }
        return row.get(column);
    }

    private static long length(Csv.Row row, String column, String text) {
        return Times.length(text)
                .map(Duration::toMillis)
                .orElseThrow(() -> row.problem(
                        column,
                        "is no length of time; write " + Times.LENGTHS
                                + (column.equals("submit") ? ", or an instant such as 2026-01-01T00:00:00Z" : "")));
    }

    /** Of digits; of more than matter, too many. */
    private static int number(String digits) {
        return new BigInteger(digits).min(BigInteger.valueOf(MOST_GPUS + 1L)).intValue();
    }

    private static Ask ask(Csv.Row row, Settings settings) {
        Matcher size = GPUS.matcher(row.get("gpus"));
        boolean right = size.matches();
        int pods = right && size.group(1) != null ? number(size.group(1)) : 0;
        int gpus = right ? number(size.group(2)) : 0;
        if (gpus == 0 || (size.group(1) != null && pods == 0)) {
            throw row.problem("gpus", "is no number of GPUs; write the gang's GPUs (32), or pods x GPUs (4x8)");
        }
        if ((long) Math.max(1, pods) * gpus > MOST_GPUS) {
            throw row.problem("gpus", "is more than " + MOST_GPUS + " GPUs; split the work");
        }
        Map<String, String> requests = new TreeMap<>();
        row.find("cpu").ifPresent(cpu -> requests.put("cpu", cpu));
        row.find("memory").ifPresent(memory -> requests.put("memory", memory));
        Map<String, String> wishes = new TreeMap<>();
        WISHES.forEach((column, key) -> row.find(column).ifPresent(value -> wishes.put(key, value)));
        return new Ask(
                settings.tenant().orElseGet(() -> name(row, "tenant", Names.isLabel(row.get("tenant")))),
                row.find("contract").map(contract -> name(row, "contract", Names.isSubdomain(contract))),
                row.find("sub_tenant").map(side -> name(row, "sub_tenant", Names.isLabel(side))),
                pods,
                gpus,
                requests,
                wishes);
    }
}
