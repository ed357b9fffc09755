package dev.offtake.operator.check;

import dev.offtake.api.OfftakeNames;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the API server is new enough and serves the kinds that the operator reads and writes. */
final class ServedApis {
    private static final int MAJOR = 1;
    /** The first with ValidatingAdmissionPolicy v1. */
    private static final int OLDEST_MINOR = 30;

    private static final Map<String, List<String>> NEEDED = new TreeMap<>(Map.of(
            "admissionregistration.k8s.io/v1",
            List.of("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
            "batch/v1",
            List.of("jobs"),
            "coordination.k8s.io/v1",
            List.of("leases"),
            OfftakeNames.API_VERSION,
            List.of("gpupools", "gpuworkloads", "tenantcontracts"),
            "scheduling.k8s.io/v1",
            List.of("priorityclasses")));

    private ServedApis() {}

    static List<Finding> of(KubernetesClient client) {
        return List.of(version(client.getKubernetesVersion()), kinds(client));
    }

    static Finding version(VersionInfo version) {
        int major = number(version.getMajor());
        int minor = number(version.getMinor());
        boolean enough = major > MAJOR || (major == MAJOR && minor >= OLDEST_MINOR);
        String detail = "Kubernetes " + version.getGitVersion();
        return enough
                ? Finding.ok("version", detail)
                : Finding.fail("version", detail + "; upgrade it to " + MAJOR + "." + OLDEST_MINOR + " or later");
    }

    /** Some clouds write {@code 33+}. */
    private static int number(@Nullable String text) {
        String digits = text == null ? "" : text.replaceAll("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    static Finding kinds(KubernetesClient client) {
        List<String> missing = new ArrayList<>();
        NEEDED.forEach((version, resources) -> {
            Set<String> served = served(client, version);
            resources.stream()
                    .filter(resource -> !served.contains(resource))
                    .forEach(resource -> missing.add(resource + " (" + version + ")"));
        });
        return missing.isEmpty()
                ? Finding.ok("kinds", "all kinds are served")
                : Finding.fail(
                        "kinds",
                        "not served: " + String.join(", ", missing)
                                + "; those of offtake.dev come with the chart or deploy/crds");
    }

    private static Set<String> served(KubernetesClient client, String version) {
        @Nullable APIResourceList list = client.getApiResources(version);
        return list == null
                ? Set.of()
                : list.getResources().stream().map(APIResource::getName).collect(Collectors.toSet());
    }
}
