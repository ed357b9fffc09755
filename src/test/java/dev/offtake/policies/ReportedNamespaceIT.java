package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What admission does in a namespace of a tenant that is not enforced. The tenant has every right in it. */
@OnControlPlane(apiServerOnly = true)
class ReportedNamespaceIT {
    private static Tenant tenant;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withLabels(
                sandbox, Map.of("offtake.dev/tenant", sandbox.name("acme"), "offtake.dev/enforcement", "Report"));
        // Policies see the labels of a new namespace a moment later.
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> create(Pods.gpu()).getSpec().getSchedulingGates().isEmpty());
    }

    private static Pod create(Pod pod) {
        return tenant.client()
                .resource(pod)
                .inNamespace(tenant.namespace())
                .dryRun()
                .create();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schedulerName: mine",
                "nodeName: n1",
                "priorityClassName: system-node-critical",
                "terminationGracePeriodSeconds: 0",
                "terminationGracePeriodSeconds: 7200"
            })
    void aPodWithGpusIsAsItWasWritten(String spec) {
        Pod written = Pods.gpu(spec);

        Pod created = create(written);

        assertThat(created.getSpec().getSchedulingGates()).isEmpty();
        assertThat(created.getSpec().getPriorityClassName())
                .isEqualTo(written.getSpec().getPriorityClassName());
    }

    @Test
    void aPodIsChangedAndDeletedAtOnceByWhoMay() {
        Pod pod = tenant.client()
                .resource(Pods.gpu("schedulingGates: [{name: offtake.dev/placement}]"))
                .inNamespace(tenant.namespace())
                .create();

        Pod changed = tenant.client()
                .resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"offtake.dev/priority\":\"7\"}},\"spec\":{\"schedulingGates\":null}}");

        assertThat(changed.getSpec().getSchedulingGates()).isEmpty();
        tenant.client().resource(pod).withGracePeriod(0).delete();
    }

    @Test
    void aClaimIsTheOperatorsAlsoHere() {
        Refusal.by(
                "claims.offtake.dev",
                "annotation offtake.dev/claim is written by the operator",
                () -> create(Pods.pod("annotations: {offtake.dev/claim: x}", "{nvidia.com/gpu: 8}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Enforce\"", "null"})
    void theTenantDoesNotChangeWhatItIs(String value) {
        Refusal.by(
                "namespaces.offtake.dev",
                "label offtake.dev/enforcement of namespace " + tenant.namespace(),
                () -> tenant.client()
                        .namespaces()
                        .withName(tenant.namespace())
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"metadata\":{\"labels\":{\"offtake.dev/enforcement\":" + value + "}}}"));
    }

    @Test
    void itIsToldWhatWouldBeRefusedIfItWasEnforced() {
        CommandResult result = tenant.controlPlane()
                .kubectlCommand(tenant.kubeconfig())
                .withStdin("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata: {name: other}
                        spec:
                          template:
                            spec:
                              restartPolicy: Never
                              schedulerName: mine
                              priorityClassName: own
                              containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]
                        """)
                .run("-n", tenant.namespace(), "apply", "--dry-run=server", "-f", "-");

        assertThat(result.orFail()).isNotEmpty();
        assertThat(result.stderr())
                .contains("its pods would be refused if this namespace was enforced: schedulerName mine")
                .doesNotContain("priorityClassName");
    }
}
