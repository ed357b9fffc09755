package dev.offtake.translate;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the pod failure policy of a Job makes of pods that are taken back. */
final class FailurePolicies {
    private static final String IGNORE = "Ignore";
    private static final String DISRUPTION = "DisruptionTarget";
    private static final String TRUE = "True";

    private FailurePolicies() {}

    /**
     * Whether a pod that is deleted under the condition {@code DisruptionTarget} is no failure of the Job, whatever its
     * exit code is. The first rule that matches decides.
     */
    static boolean ignoreDisruptions(Job job) {
        @Nullable PodFailurePolicy policy = job.getSpec().getPodFailurePolicy();
        List<PodFailurePolicyRule> rules =
                policy == null ? List.of() : Objects.requireNonNullElse(policy.getRules(), List.of());
        for (PodFailurePolicyRule rule : rules) {
            boolean ignores = IGNORE.equals(rule.getAction());
            boolean onDisruption = matchesDisruption(rule);
            boolean onSomeExitCode = rule.getOnExitCodes() != null;
            if (onDisruption || (onSomeExitCode && !ignores)) {
                return ignores;
            }
        }
        return false;
    }

    private static boolean matchesDisruption(PodFailurePolicyRule rule) {
        List<PodFailurePolicyOnPodConditionsPattern> patterns =
                Objects.requireNonNullElse(rule.getOnPodConditions(), List.of());
        return patterns.stream()
                .anyMatch(pattern -> DISRUPTION.equals(pattern.getType())
                        && TRUE.equals(Objects.requireNonNullElse(pattern.getStatus(), TRUE)));
    }
}
