package dev.offtake.docs;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.scenario.TestOperator;
import dev.offtake.testbed.Command;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the README says, with the kubeconfig of an administrator. */
@OnControlPlane
class ReadmeIT {
    private static final String BUILD = "mvn -q package -DskipTests";
    private static final String INSTALL = "kubectl apply -k deploy";
    private static final String OPERATOR = "java -jar target/offtake.jar operator";

    private final ControlPlane controlPlane;
    private final Document readme = Document.of("README.md");

    @TempDir
    Path directory;

    private Process operator;

    ReadmeIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @BeforeEach
    void nodesAndNoOtherOperator(Sandbox sandbox) {
        TestOperator.stop();
        fleet().racks(1)
                .traysPerRack(2)
                .product("NVIDIA-H100-80GB-HBM3")
                .vocabulary("nvidia")
                .create(sandbox);
    }

    @AfterEach
    void removeEverything() throws InterruptedException {
        type("kubectl delete namespace research --ignore-not-found --timeout=60s");
        type("kubectl delete -f examples/first/contract.yaml -f examples/first/pool.yaml --ignore-not-found");
        if (operator != null) {
            operator.destroy();
            assertThat(operator.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theFirstContractWorksAsWritten() throws IOException {
        assertThat(readme.section("## Install").commands())
                .as("the build has been done, the others are typed here")
                .containsExactly(BUILD, INSTALL, OPERATOR);
        type(INSTALL);
        startOperator();

        List<String> commands = readme.section("## A first contract").commands();

        assertThat(commands).hasSizeGreaterThan(8);
        commands.forEach(command -> {
            String output = type(command);
            if (command.contains("waiting.message")) {
                assertThat(withoutInstants(readme.text())).contains("> " + withoutInstants(output));
            }
        });
    }

    private static String withoutInstants(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<instant>");
    }

    private String type(String line) {
        return shell().run("-c", "cd '" + Document.ROOT + "' && " + line).orFail();
    }

    private Command shell() {
        Command kubectl = controlPlane.kubectlCommand(controlPlane.kubeconfig());
        Command shell = Command.of(Path.of("/bin/sh")).withLimit(Duration.ofSeconds(180));
        for (var variable : kubectl.environment().entrySet()) {
            shell = shell.withEnvironment(variable.getKey(), variable.getValue());
        }
        return shell.withEnvironment("PATH", kubectl.program().getParent() + ":" + System.getenv("PATH"));
    }

    /** As written, but with the java of this test, and on any port. */
    private void startOperator() throws IOException {
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("project.jar"),
                        "operator")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        process.environment().put("KUBECONFIG", controlPlane.kubeconfig().toString());
        process.environment().put("OFFTAKE_HTTP_PORT", "0");
        operator = process.start();
    }
}
