package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUPool;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code offtake defrag} on a real API server. */
@OnControlPlane(apiServerOnly = true)
class DefragCommandIT {
    private final ControlPlane controlPlane;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    DefragCommandIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @BeforeAll
    static void install(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    private String pool(Sandbox sandbox) {
        String name = sandbox.name("pool");
        controlPlane.kubectlApply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: h100-sxm}
                """.formatted(name)).orFail();
        sandbox.own(sandbox.client().resources(GPUPool.class).withName(name).get());
        return name;
    }

    @Test
    void nothingToMoveAndNoSuchPoolAreSaid(Sandbox sandbox) {
        assertThat(defrag(pool(sandbox))).isZero();
        assertThat(out.toString()).startsWith("nothing is proposed");
        assertThat(defrag("no-such-pool")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no GPUPool no-such-pool");
    }

    private int defrag(String pool) {
        CommandLine command = Main.commandLine(
                        context -> {
                            throw new AssertionError("no operator is started");
                        },
                        Map.of(),
                        directory.resolve("none"))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        return command.execute(
                "defrag", "--kubeconfig", controlPlane.kubeconfig().toString(), pool);
    }
}
