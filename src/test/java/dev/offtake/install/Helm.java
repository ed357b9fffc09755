package dev.offtake.install;

import dev.offtake.testbed.Command;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Helm of the test bed, without anything of the developer's own. */
public final class Helm {
    /** The chart. */
    public static final Path CHART = Path.of(System.getProperty("basedir", ""), "charts", "offtake")
            .toAbsolutePath()
            .normalize();
    /** What Kubernetes 1.36 serves, and Helm does not know without a cluster. */
    static final String[] SERVES_MUTATING_POLICIES = {
        "--api-versions", "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy", "--kube-version", "1.36.0"
    };

    private final Command command;

    private Helm(Command command) {
        this.command = command;
    }

    /**
     * @param home empty folder for its cache and settings
     * @param kubeconfig of the cluster; a file that is not there for none
     */
    public static Helm of(Path home, Path kubeconfig) {
        return new Helm(Command.of(Tools.require("helm"))
                .withEnvironment("HELM_CACHE_HOME", home.resolve("cache").toString())
                .withEnvironment("HELM_CONFIG_HOME", home.resolve("config").toString())
                .withEnvironment("HELM_DATA_HOME", home.resolve("data").toString())
                .withEnvironment("KUBECONFIG", kubeconfig.toString())
                .withLimit(Duration.ofSeconds(240)));
    }

    CommandResult run(String... arguments) {
        return command.run(arguments);
    }

    /** What the chart makes of values in a cluster of Kubernetes 1.36. */
    public CommandResult template(String namespace, String... values) {
        List<String> arguments = new ArrayList<>(List.of("template", "offtake", CHART.toString(), "-n", namespace));
        arguments.addAll(Arrays.asList(SERVES_MUTATING_POLICIES));
        arguments.addAll(Arrays.asList(values));
        return run(arguments.toArray(String[]::new));
    }
}
