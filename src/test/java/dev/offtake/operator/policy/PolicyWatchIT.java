package dev.offtake.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Enforcement;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@OnControlPlane(apiServerOnly = true)
class PolicyWatchIT {
    /** Nothing binds it by default: whatever is done to it, no other test notices. */
    private static final String UNBOUND = "uncontracted.offtake.dev";

    @BeforeAll
    static void install(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    @Test
    void theShippedRightsSufficeToSeeWhatIsInForceChangedAndMissing(ControlPlane controlPlane, KubernetesClient admin) {
        assertThat(look(controlPlane).problems()).isEmpty();
        assertThat(look(controlPlane).inForce()).isTrue();

        Resource<ValidatingAdmissionPolicy> policy =
                admin.admissionRegistration().v1().validatingAdmissionPolicies().withName(UNBOUND);
        ValidatingAdmissionPolicy installed = policy.get();
        try {
            policy.edit(p -> {
                p.getSpec().setFailurePolicy("Ignore");
                return p;
            });
            assertThat(look(controlPlane).changed())
                    .containsExactly(
                            new PolicyState.Change("ValidatingAdmissionPolicy " + UNBOUND, "spec.failurePolicy"));
            policy.delete();
            assertThat(look(controlPlane).missing()).containsExactly("ValidatingAdmissionPolicy " + UNBOUND);
        } finally {
            policy.delete();
            installed.getMetadata().setResourceVersion(null);
            installed.getMetadata().setUid(null);
            admin.resource(installed).create();
        }
        assertThat(look(controlPlane).inForce()).isTrue();
    }

    private static PolicyState look(ControlPlane controlPlane) {
        KubernetesClient operator = controlPlane.serviceAccountClient(
                InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT);
        try (PolicyWatch watch = PolicyWatch.start(operator, InstalledPolicies.SYSTEM_NAMESPACE, Enforcement.ENFORCE)) {
            return watch.state();
        }
    }
}
