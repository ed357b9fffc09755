package dev.offtake.api;

import static dev.offtake.api.OfftakeLabels.PREFIX;

import java.util.List;

/** Keys of the annotations under {@code offtake.dev/}. */
public final class OfftakeAnnotations {
    /** Ordered list of GPU classes, e.g. {@code h200-sxm,h100-sxm}; default: class of the first commitment. */
    public static final String GPU_CLASS = PREFIX + "gpu-class";

    /** Ordered list of tiers, e.g. {@code Reserved,Spot}; default {@code Reserved}. */
    public static final String TIER = PREFIX + "tier";

    /** Level inside one cell of which the whole gang must be. */
    public static final String TOPOLOGY = PREFIX + "topology";

    /** Level inside one cell of which the gang should be where that is possible. */
    public static final String TOPOLOGY_PREFERRED = PREFIX + "topology-preferred";

    /** {@code <level>=<pods>}, e.g. {@code rack=16}: each 16 pods of a pod set inside one rack. */
    public static final String SLICE = PREFIX + "slice";

    /** Smallest number of pods that the gang can run with; default: all. */
    public static final String MIN_PODS = PREFIX + "min-pods";

    /** Declared length as a Go duration, e.g. {@code 36h}. */
    public static final String DURATION = PREFIX + "duration";

    /** {@code <interval>} or {@code <interval>+<restart cost>}, e.g. {@code 30m+5m}: how much is lost by an eviction. */
    public static final String CHECKPOINT = PREFIX + "checkpoint";

    /** Integer, larger goes first, within the commitment; default 0. */
    public static final String PRIORITY = PREFIX + "priority";

    /** Size of a gang of bare pods, with the label {@link OfftakeLabels#WORKLOAD}. */
    public static final String PODS = PREFIX + "pods";

    /** On a released pod, written by the operator only: a {@link Claim} as JSON. */
    public static final String CLAIM = PREFIX + "claim";

    /** What a tenant may write on a pod, its template or its owner. Any other key of ours is refused. */
    public static final List<String> WISHES = List.of(
            GPU_CLASS, TIER, TOPOLOGY, TOPOLOGY_PREFERRED, SLICE, MIN_PODS, DURATION, CHECKPOINT, PRIORITY, PODS);

    private OfftakeAnnotations() {}
}
