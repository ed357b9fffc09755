package dev.offtake.schedule;

/**
 * Names a gang.
 *
 * @param name of the {@code GPUWorkload}; {@code pod/<uid>} for a lone pod, which has one only if others had to go for it
 */
public record GangId(String namespace, String name) implements Comparable<GangId> {
    private static final String LONE = "pod/";
    private static final String LONE_RECORD = "pod-";

    /** The gang of one that a pod is which belongs to nothing. */
    public static GangId ofPod(String namespace, String uid) {
        return new GangId(namespace, LONE + uid);
    }

    /** The gang of the {@code GPUWorkload} of this name. */
    public static GangId ofRecord(String namespace, String record) {
        boolean lone = record.startsWith(LONE_RECORD);
        return lone ? ofPod(namespace, record.substring(LONE_RECORD.length())) : new GangId(namespace, record);
    }

    /** Name of its {@code GPUWorkload}. */
    public String record() {
        return isLonePod() ? LONE_RECORD + name.substring(LONE.length()) : name;
    }

    /** Whether the gang is a pod of its own, placed without a record, unless others had to go for it. */
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
