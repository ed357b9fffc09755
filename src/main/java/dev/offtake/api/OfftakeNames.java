package dev.offtake.api;

import static dev.offtake.api.OfftakeLabels.PREFIX;

/** Names that the operator, its manifests and its users agree on, besides labels and annotations. */
public final class OfftakeNames {
    public static final String GROUP = "offtake.dev";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;

    /** Category of all kinds: {@code kubectl get offtake}. */
    public static final String CATEGORY = "offtake";

    /** The scheduling gate that holds a pod until it has its place. */
    public static final String GATE = PREFIX + "placement";

    /** Finalizer of a {@link GPUWorkload} that keeps the record of a placement until everything is given back. */
    public static final String FINALIZER = PREFIX + "placed";

    /** Condition on a pod that waits: {@code False} with the reason, {@code True} after its release. */
    public static final String POD_CONDITION = PREFIX + "Placed";

    /** The priority class of all pods that Offtake places; it never preempts. */
    public static final String PRIORITY_CLASS = "offtake-placed";

    private OfftakeNames() {}
}
