package dev.offtake.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Patterns and sizes of the schema. Everything is bounded: the API server estimates the cost of a CEL rule from the
 * largest object that the schema admits, and refuses what is unbounded. For the same reason messages are made with {@code
 * format}: a number or an instant that is made a string and joined to another counts as unbounded.
 */
final class Limits {
    /** Names of ours and everything that becomes the value of a label. */
    static final String NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    static final int NAME_LENGTH = 63;

    /** Names of Kubernetes objects. */
    static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

    static final int OBJECT_NAME_LENGTH = 253;

    /** Keys of labels and taints, names of extended resources. */
    static final String QUALIFIED_NAME = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    static final int QUALIFIED_NAME_LENGTH = 317;

    static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

    /** A Go duration without signs and without units below a millisecond. */
    static final String DURATION = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

    static final int DURATION_LENGTH = 32;

    /**
     * What the API server takes for an instant and {@link java.time.Instant} can read: the former also takes a comma, more
     * digits and larger offsets. One object that cannot be read would end the watch of all.
     */
    static final String INSTANT =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])$";

    /** Reason codes and types of conditions. */
    static final String REASON = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";

    static final String CONDITION_TYPE = QUALIFIED_NAME;

    static final int MESSAGE_LENGTH = 32_768;
    static final int LEVELS = 8;
    static final int COMMITMENTS = 32;
    static final int TRANCHES = 64;
    static final int SUB_TENANTS = 64;
    static final int POD_SETS = 16;
    static final int CONDITIONS = 16;

    /** Runs of nodes that take equally many pods of one set. */
    static final int PLACEMENTS = 4096;

    static final int PROPOSALS = 8;
    static final int MOVES = 32;
    static final int SOME_NODES = 16;
    static final String GPU_HOURS = "^[0-9]+(\\.[0-9]+)?$";

    /** Pods, and nodes, of a plan that are told by name. */
    static final int PLANNED = 4096;

    /** Above it the record of a placement would come near to the size limit of a request. */
    static final int PLACED_NODES = 16_384;

    private Limits() {}

    /** An unmodifiable copy in the order of its keys; empty for a map that is absent. */
    static <V> Map<String, V> sorted(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
