package dev.offtake.sim.input;

import dev.offtake.api.OfftakeNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which objects a simulation is made of, and which there cannot be. */
final class Kinds {
    /** Those that are read, with their versions. */
    private static final Map<String, String> VERSIONS =
            Map.of("GPUPool", OfftakeNames.API_VERSION, "TenantContract", OfftakeNames.API_VERSION, "Node", "v1");

    /** All kinds of our group. */
    private static final List<String> OURS = List.of("GPUPool", "GPUWorkload", "TenantContract");

    private Kinds() {}

    /** Whether it is, or was meant to be, one of those that are read: other groups have Nodes, too. */
    static boolean isRead(String kind, String apiVersion) {
        return Optional.ofNullable(VERSIONS.get(kind))
                .filter(version ->
                        apiVersion.indexOf('/') < 0 || group(apiVersion).equals(group(version)))
                .isPresent();
    }

    /** What is wrong with an object of such a kind; empty if nothing is, or if nobody here can tell. */
    static Optional<String> problem(String kind, String apiVersion) {
        if (isRead(kind, apiVersion)) {
            return Optional.of(apiVersion)
                    .filter(version -> !version.equals(VERSIONS.get(kind)))
                    .map(version -> "apiVersion: \"" + version + "\" is unknown; write " + VERSIONS.get(kind));
        }
        // What other groups have is not known, and that Kubernetes has no node nobody else will say.
        List<String> known = group(apiVersion).equals(OfftakeNames.GROUP)
                ? OURS
                : Stream.of("Node")
                        .filter(node -> apiVersion.equals("v1") && node.equalsIgnoreCase(kind))
                        .toList();
        return Optional.of(known)
                .filter(kinds -> !kinds.isEmpty() && !kinds.contains(kind))
                .map(kinds ->
                        "kind: \"" + kind + "\" is no kind of " + apiVersion + "; write " + String.join(", ", kinds));
    }

    /** How one that is passed over is called: the same kind of another group may be a slip. */
    static String passedOver(String kind, String apiVersion) {
        return VERSIONS.containsKey(kind) ? kind + " of " + apiVersion : kind;
    }

    private static String group(String apiVersion) {
        return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    }
}
