package dev.offtake.policies;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Pods as a tenant writes them: lines of YAML around one container. */
final class Pods {
    private Pods() {}

    /** A pod with a container that asks for 8 GPUs, and these lines in its spec. */
    static Pod gpu(String... spec) {
        return pod("", "{nvidia.com/gpu: 8}", spec);
    }

    /** A pod with a container that asks for CPU only, and these lines in its spec. */
    static Pod cpu(String... spec) {
        return pod("", "{cpu: 1}", spec);
    }

    /**
     * Any pod.
     *
     * @param metadata lines of its metadata
     * @param limits of its container, in YAML
     */
    static Pod pod(String metadata, String limits, String... spec) {
        return Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  generateName: p-
                %s
                spec:
                  containers:
                  - name: main
                    image: registry.example/none
                    resources: {limits: %s}
                %s
                """.formatted(
                        metadata.indent(2), limits, String.join("\n", spec).indent(2)),
                Pod.class);
    }
}
