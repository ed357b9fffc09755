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

    /** @param sites what there is at the begin, and what comes later */
    static void check(Trace trace, List<Site> sites) {
        List<Pool> pools = sites.stream().flatMap(s -> s.pools().stream()).toList();
        Set<Ask> seen = new HashSet<>();
        for (Submission submission : trace.submissions()) {
            if (seen.add(submission.ask())) {
                problem(submission, pools).ifPresent(text -> {
                    throw InputException.of(trace.file(), submission.line(), text);
                });
            }
        }
    }

    private static Optional<String> problem(Submission submission, List<Pool> pools) {
        for (var request : submission.ask().requests().entrySet()) {
            if (!request.getValue().matches("[0-9]{1,12}(\\.[0-9]{1,6})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?")) {
                return Optional.of(request.getKey() + ": \"" + request.getValue()
                        + "\" is no quantity; write e.g. 16, 500m or 256Gi");
            }
        }
        return Jobs.gang(submission.ask(), pools).problem().map(AskCheck::byColumn);
    }

    /** The operator names the annotation; whoever reads the trace looks for its column. */
    private static String byColumn(String problem) {
        String key = problem.substring(0, Math.max(0, problem.indexOf(": ")));
        return OfftakeTrace.column(key)
                .or(() -> Optional.of("gpus").filter(column -> key.equals(PODS)))
                .map(column -> column + problem.substring(key.length()))
                .orElse(problem);
    }
}
