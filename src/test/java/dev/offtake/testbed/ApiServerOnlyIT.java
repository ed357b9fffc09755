package dev.offtake.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@OnControlPlane(apiServerOnly = true)
class ApiServerOnlyIT {
    @Test
    void theApiServerAloneIsEnoughToTryManifests(ControlPlane controlPlane, Sandbox sandbox) {
        String namespace = sandbox.namespace("manifests");

        CommandResult applied = controlPlane.kubectlApply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: tried, namespace: %s}
                """.formatted(namespace));

        assertThat(applied.orFail()).contains("configmap/tried created");
        assertThat(controlPlane.kubectl("get", "gpupools.example.com").isSuccess())
                .isFalse();
    }
}
