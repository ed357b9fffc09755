package dev.offtake.policies;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that controllers make for a tenant, and what the tenant is told when it creates their template. */
@OnControlPlane
class ControllersIT {
    private static final String SELECTOR = "selector: {matchLabels: {app: %1$s}}, ";
    private static final String TEMPLATE = """
            template: {metadata: {labels: {app: %1$s}, annotations: {%2$s}}, spec: {restartPolicy: %3$s, %4$s
              containers: [{name: main, image: registry.example/none, resources: {limits: {nvidia.com/gpu: 1}}}]}}""";

    private static Tenant tenant;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withEdit(sandbox);
        // A DaemonSet makes no pods without nodes.
        fleet().racks(1).traysPerRack(1).create(sandbox);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Job", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
    void podsOfEveryControllerAreGated(String kind) {
        String name = "gated-" + kind.toLowerCase(Locale.ROOT);

        apply(workload(kind, name, "", "")).orFail();

        Pod pod = Awaitility.await()
                .until(() -> pods(name), pods -> !pods.isEmpty())
                .get(0);
        assertThat(pod.getSpec().getSchedulingGates()).extracting("name").containsExactly("offtake.dev/placement");
        assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("offtake-placed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Job", "CronJob", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
    void aTemplateThatDoesWhatItShouldIsNotWarnedAbout(String kind) {
        assertThat(apply(workload(kind, "quiet-" + kind.toLowerCase(Locale.ROOT), "", ""))
                        .stderr())
                .isEmpty();
    }

    static Stream<Arguments> templates() {
        return Stream.of(
                Arguments.of("Job", "", "schedulerName: mine,", "schedulerName mine does not honour the placement"),
                Arguments.of("CronJob", "", "schedulerName: mine,", "schedulerName mine does not honour the placement"),
                Arguments.of("Deployment", "", "nodeName: n1,", "nodeName n1 bypasses the contract"),
                Arguments.of(
                        "DaemonSet",
                        "",
                        "priorityClassName: system-node-critical,",
                        "priorityClassName system-node-critical has no effect"),
                Arguments.of(
                        "ReplicaSet",
                        "",
                        "terminationGracePeriodSeconds: 0,",
                        "terminationGracePeriodSeconds 0 of a GPU pod is not from 1 to 3600"),
                Arguments.of(
                        "StatefulSet",
                        "offtake.dev/claim: x",
                        "",
                        "annotation offtake.dev/claim is written by the operator"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("templates")
    void aTemplateOfPodsThatWillBeRefusedIsWarnedAbout(String kind, String annotations, String spec, String words) {
        CommandResult result = apply(workload(kind, "warned-" + kind.toLowerCase(Locale.ROOT), annotations, spec));

        assertThat(result.stderr())
                .startsWith("Warning: ")
                .contains("templates.offtake.dev")
                .contains(words);
        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void aStatefulSetThatMakesOnePodAfterTheOtherIsWarnedAbout() {
        String ordered = workload("StatefulSet", "ordered", "", "").replace("Parallel", "OrderedReady");

        assertThat(apply(ordered).stderr()).contains("set spec.podManagementPolicy to Parallel");
    }

    @Test
    void whatIsRefusedToThePodsOfAJobStandsInItsEvents() {
        apply(workload("Job", "refused", "", "schedulerName: mine,")).orFail();

        Awaitility.await()
                .untilAsserted(() -> assertThat(tenant.client()
                                .v1()
                                .events()
                                .inNamespace(tenant.namespace())
                                .withField("involvedObject.name", "refused")
                                .list()
                                .getItems())
                        .extracting(Event::getMessage)
                        .anyMatch(
                                message -> message.contains("spec.schedulerName mine does not honour the placement")));
        assertThat(pods("refused")).isEmpty();
    }

    private static List<Pod> pods(String app) {
        return tenant.client()
                .pods()
                .inNamespace(tenant.namespace())
                .withLabel("app", app)
                .list()
                .getItems();
    }

    private static CommandResult apply(String manifest) {
        return tenant.controlPlane()
                .kubectlCommand(tenant.kubeconfig())
                .withStdin(manifest)
                .run("apply", "--namespace", tenant.namespace(), "-f", "-");
    }

    private static String workload(String kind, String name, String annotations, String podSpec) {
        String always = TEMPLATE.formatted(name, annotations, "Always", podSpec);
        String never = TEMPLATE.formatted(name, annotations, "Never", podSpec);
        String selector = SELECTOR.formatted(name);
        String version = kind.endsWith("Job") ? "batch/v1" : "apps/v1";
        String spec = switch (kind) {
            case "Job" -> never;
            case "CronJob" -> "schedule: '0 0 1 1 *', jobTemplate: {spec: {" + never + "}}";
            case "StatefulSet" -> selector + "serviceName: s, podManagementPolicy: Parallel, " + always;
            default -> selector + always;
        };
        return "apiVersion: %s%nkind: %s%nmetadata: {name: %s}%nspec: {%s}%n".formatted(version, kind, name, spec);
    }
}
