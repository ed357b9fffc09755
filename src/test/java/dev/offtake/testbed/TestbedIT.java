package dev.offtake.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@OnControlPlane
class TestbedIT {
    private final ControlPlane controlPlane;

    TestbedIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @Test
    void kubectlTalksToTheApiServer() {
        assertThat(controlPlane.kubectl("version").orFail()).contains("Server Version: v1.36.3");
    }
}
