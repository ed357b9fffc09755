package dev.offtake.cli;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code offtake check} on a real API server. */
@OnControlPlane(apiServerOnly = true)
class CheckCommandIT {
    private static final String UNBOUND = "uncontracted.offtake.dev";

    private final ControlPlane controlPlane;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    CheckCommandIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @BeforeAll
    static void install(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    @Test
    void whatIsInstalledIsFineWithTheRightsThatAreShipped(Sandbox sandbox) {
        String node = fleet().racks(1)
                .traysPerRack(1)
                .product("NVIDIA-A100-SXM4-80GB")
                .vocabulary("nvidia")
                .create(sandbox)
                .node(0, 0);

        int code = check(controlPlane.serviceAccountKubeconfig(
                InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT));

        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(rows("ok"))
                .anyMatch(row -> row.contains("version   Kubernetes v" + controlPlane.version()))
                .anyMatch(row -> row.contains("kinds     all kinds are served"))
                .anyMatch(row -> row.contains("clock     within 5 s"))
                .anyMatch(row -> row.matches(".*rights    all \\d\\d are granted"))
                .anyMatch(row -> row.contains("policies  in force as installed"));
        assertThat(rows("warn")).anyMatch(row -> row.contains("nodes") && row.contains(node));
        assertThat(rows("fail")).isEmpty();
    }

    @Test
    void whoLacksRightsIsToldWhich(Sandbox sandbox) {
        String namespace = sandbox.namespace("check");
        sandbox.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("nobody")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();

        int code = check(controlPlane.serviceAccountKubeconfig(namespace, "nobody"));

        assertThat(code).isEqualTo(1);
        assertThat(rows("fail"))
                .anyMatch(row -> row.contains("not granted:")
                        && row.contains("patch pods/status")
                        && row.contains("release placements.offtake.dev")
                        && row.contains("create leases.coordination.k8s.io in " + InstalledPolicies.SYSTEM_NAMESPACE))
                .anyMatch(row -> row.contains("policies  may not be read"));
    }

    @Test
    void whoMayNotReadThePoliciesIsToldOfTheNodesAllTheSame(Sandbox sandbox) {
        String node = fleet().racks(1)
                .traysPerRack(1)
                .product("NVIDIA-A100-SXM4-80GB")
                .vocabulary("nvidia")
                .create(sandbox)
                .node(0, 0);
        String namespace = sandbox.namespace("check");
        sandbox.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("reader")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        ClusterRole role = new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .addNewRule()
                .withApiGroups("", "offtake.dev")
                .withResources("nodes", "gpupools")
                .withVerbs("list")
                .endRule()
                .build();
        ClusterRoleBinding binding = new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
                .addNewSubject("", "ServiceAccount", "reader", namespace)
                .build();
        sandbox.own(sandbox.client().resource(role).create());
        sandbox.own(sandbox.client().resource(binding).create());

        int code = check(controlPlane.serviceAccountKubeconfig(namespace, "reader"));

        assertThat(code).isEqualTo(1);
        assertThat(rows("fail")).anyMatch(row -> row.contains("policies  may not be read"));
        assertThat(rows("warn")).anyMatch(row -> row.contains("nodes") && row.contains(node));
    }

    @Test
    void aPolicyThatSomebodyChangedIsNamed(KubernetesClient admin) {
        Resource<ValidatingAdmissionPolicy> policy =
                admin.admissionRegistration().v1().validatingAdmissionPolicies().withName(UNBOUND);
        policy.edit(p -> {
            p.getSpec().setFailurePolicy("Ignore");
            return p;
        });
        try {
            assertThat(check(controlPlane.kubeconfig())).isEqualTo(1);
            assertThat(rows("fail")).anyMatch(row -> row.contains(UNBOUND + " (spec.failurePolicy)"));
        } finally {
            policy.edit(p -> {
                p.getSpec().setFailurePolicy("Fail");
                return p;
            });
        }
    }

    @Test
    void anotherNamespaceHasNoConfigMapOfOurs() {
        int code = check(controlPlane.kubeconfig(), "--namespace", "default");

        assertThat(code).isEqualTo(1);
        assertThat(rows("fail")).anyMatch(row -> row.contains("missing: ConfigMap offtake-resources"));
    }

    @Test
    void withoutAnAnswerOrAnIdentityItCannotLook() throws IOException {
        String config = Files.readString(controlPlane.kubeconfig());
        Path stranger = Files.writeString(directory.resolve("stranger"), config.replaceAll("token: .*", "token: no"));
        Path nowhere = Files.writeString(
                directory.resolve("nowhere"), config.replaceAll("https://127.0.0.1:\\d+", "https://127.0.0.1:1"));

        assertThat(check(stranger)).isEqualTo(2);
        assertThat(check(nowhere)).isEqualTo(2);
        assertThat(err.toString()).contains("cannot look at https://127.0.0.1:1");
        assertThat(out.toString()).isEmpty();
    }

    private int check(Path kubeconfig, String... arguments) {
        CommandLine command = Main.commandLine(
                        context -> {
                            throw new AssertionError("no operator is started");
                        },
                        Map.of(),
                        directory.resolve("none"))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        String[] all = new String[arguments.length + 3];
        all[0] = "check";
        all[1] = "--kubeconfig";
        all[2] = kubeconfig.toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return command.execute(all);
    }

    private java.util.List<String> rows(String result) {
        return out.toString()
                .lines()
                .filter(row -> row.startsWith(result + " "))
                .toList();
    }
}
