package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a pod that is taken back from a Job is no failure of it, by the rules of its pod failure policy. */
class FailurePoliciesTest {
    private final KubernetesSerialization yaml = new KubernetesSerialization();

    private boolean ignores(String rules) {
        return FailurePolicies.ignoreDisruptions(
                yaml.unmarshal("spec: {podFailurePolicy: {rules: [" + rules + "]}}", Job.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}",
                "{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: 'True'}]}",
                "{action: Ignore, onPodConditions: [{type: Other}, {type: DisruptionTarget}]}",
                "{action: FailJob, onPodConditions: [{type: ConfigIssue}]},"
                        + " {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}",
                "{action: Ignore, onExitCodes: {operator: In, values: [143]}},"
                        + " {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}"
            })
    void aDisruptionThatIsIgnoredWhateverTheExitCodeIsCostsNothing(String rules) {
        assertThat(ignores(rules)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{action: Count, onPodConditions: [{type: DisruptionTarget}]}",
                "{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: 'False'}]}",
                "{action: Ignore, onExitCodes: {operator: In, values: [143]}}",
                "{action: FailJob, onPodConditions: [{type: DisruptionTarget}]},"
                        + " {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}",
                "{action: FailJob, onExitCodes: {operator: In, values: [143]}},"
                        + " {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}"
            })
    void aRuleThatMayMatchBeforeMakesItAFailure(String rules) {
        assertThat(ignores(rules)).isFalse();
    }

    @Test
    void withoutAPolicyEachPodThatIsTakenBackIsAFailure() {
        assertThat(FailurePolicies.ignoreDisruptions(yaml.unmarshal("spec: {backoffLimit: 0}", Job.class)))
                .isFalse();
    }
}
