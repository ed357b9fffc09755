package dev.offtake.sim.input;

import dev.offtake.fleet.Pool;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks what the gangs of a trace ask for as the operator checks Jobs, with its words. */
final class AskCheck {
    /** Where a Job says what follows here from its GPUs. */
    private static final String PODS = "spec.parallelism";

    private AskCheck() {}

    /**
     * Refuses a trace with a gang that could not be.
     *
     * @param trace with all its gangs in pods
     * @param written as it stands in its file
     * @param sites what there is at the begin, and what comes later
     */
    static void check(Trace trace, Trace written, List<Site> sites) {
        List<Pool> pools = sites.stream().flatMap(s -> s.pools().stream()).toList();
        Set<Ask> seen = new HashSet<>();
        for (int i = 0; i < trace.submissions().size(); i++) {
            Submission submission = trace.submissions().get(i);
            if (seen.add(submission.ask())) {
                Ask asWritten = written.submissions().get(i).ask();
                problem(submission, pools)
                        .map(text -> byColumn(text, submission.ask(), asWritten))
                        .ifPresent(text -> {
                            throw InputException.of(trace.file(), submission.line(), text);
                        });
            }
        }
    }

    private static Optional<String> problem(Submission submission, List<Pool> pools) {
        for (var request : submission.ask().requests().entrySet()) {
            if (!Amounts.isAmount(request.getKey(), request.getValue())) {
                return Optional.of(request.getKey() + ": \"" + request.getValue()
                        + "\" is no quantity; write e.g. 16, 500m or 256Gi");
            }
        }
        return Jobs.gang(submission.ask(), pools).problem();
    }

    /** The operator names the annotation; whoever reads the trace looks for its column. */
    private static String byColumn(String problem, Ask ask, Ask written) {
        String key = problem.substring(0, Math.max(0, problem.indexOf(": ")));
        if (key.equals(PODS)) {
            String value = written.isWhole()
                    ? "\"" + written.gpus() + "\", split into " + ask.pods() + " pods,"
                    : "\"" + written.pods() + "x" + written.gpus() + "\"";
            return "gpus: " + value + problem.substring(problem.indexOf("\" ") + 1);
        }
        return OfftakeTrace.column(key)
                .map(column -> column + problem.substring(key.length()))
                .orElse(problem);
    }
}
