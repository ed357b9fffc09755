package dev.offtake.operator.metrics;

import dev.offtake.schedule.GangId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the metrics ask of the pods that were seen; on the thread that decides. */
public interface Pods {
    /**
     * Pods of a gang that wait for a place.
     *
     * @param oldest when the first of them was created
     * @param told the reason code that one of them carries in its condition
     */
    record Waiters(Instant oldest, Optional<String> told) {}

    /** The pods of a gang that wait; empty if none does. */
    Optional<Waiters> waiters(GangId gang);

    /** Nodes on which pods of a gang are being deleted. */
    Set<String> leaving(GangId gang);

    /**
     * A namespace of a tenant with GPU pods on nodes that no contract has placed.
     *
     * @param pods how many
     */
    record Bypass(String tenant, String namespace, int pods) {}

    /** All such namespaces, by name. */
    Map<String, Bypass> bypasses();
}
