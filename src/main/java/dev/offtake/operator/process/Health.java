package dev.offtake.operator.process;

import java.util.List;
import java.util.Optional;

/** What probes ask. Answers come from memory, at once. */
interface Health {
    /** Why only a restart helps; empty while the process is well. */
    Optional<String> stalled();

    /** What is missing until the process is ready; empty when it is. */
    List<String> missing();
}
