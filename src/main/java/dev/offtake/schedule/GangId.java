package dev.offtake.schedule;

/**
 * Names a gang.
 *
 * @param name of the {@code GPUWorkload}; {@code pod/<uid>} for a lone pod, which has none
 */
public record GangId(String namespace, String name) implements Comparable<GangId> {
    private static final String LONE = "pod/";

    /** The gang of one that a pod is which belongs to nothing. */
    public static GangId ofPod(String namespace, String uid) {
        return new GangId(namespace, LONE + uid);
    }

    /** Whether the gang is a pod of its own, placed without a record. */
    public boolean isLonePod() {
        return name.startsWith(LONE);
    }

    @Override
    public int compareTo(GangId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
