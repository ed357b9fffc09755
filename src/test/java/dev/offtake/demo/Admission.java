package dev.offtake.demo;

import dev.offtake.api.OfftakeLabels;
import dev.offtake.api.OfftakeNames;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Stands in for the MutatingAdmissionPolicy gate.offtake.dev, as the mock has no admission. */
final class Admission {
    private static final String GPU = "nvidia.com/gpu";

    private final KubernetesClient client;

    Admission(KubernetesClient client) {
        this.client = client;
    }

    /** The pod as it would be stored: gated and in the common priority class if it is a tenant's and asks for GPUs. */
    Pod admit(Pod pod) {
        Namespace namespace =
                client.namespaces().withName(pod.getMetadata().getNamespace()).get();
        boolean contracted = namespace != null
                && namespace.getMetadata().getLabels() != null
                && namespace.getMetadata().getLabels().containsKey(OfftakeLabels.TENANT);
        boolean asks = pod.getSpec().getContainers().stream()
                .anyMatch(c -> c.getResources() != null
                        && c.getResources().getLimits() != null
                        && c.getResources().getLimits().containsKey(GPU));
        if (!contracted || !asks) {
            return pod;
        }
        return new PodBuilder(pod)
                .editSpec()
                .addNewSchedulingGate(OfftakeNames.GATE)
                .withPriorityClassName(OfftakeNames.PRIORITY_CLASS)
                .endSpec()
                .build();
    }
}
