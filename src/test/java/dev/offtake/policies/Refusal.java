package dev.offtake.policies;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on what the API server answers to a request that it refuses. */
final class Refusal {
    private static final int FORBIDDEN = 403;

    private Refusal() {}

    /** The policy refuses the request, and its message has these words. */
    static void by(String policy, String words, ThrowingCallable request) {
        KubernetesClientException refusal = refused(request);
        Assertions.assertThat(refusal.getMessage())
                .contains("ValidatingAdmissionPolicy '" + policy + "' with binding")
                .contains(words);
        Assertions.assertThat(refusal.getCode()).isEqualTo(FORBIDDEN);
    }

    /** The API server itself refuses the request with this code, and its message has these words. */
    static void byApi(int code, String words, ThrowingCallable request) {
        KubernetesClientException refusal = refused(request);
        Assertions.assertThat(refusal.getMessage()).contains(words).doesNotContain("ValidatingAdmissionPolicy");
        Assertions.assertThat(refusal.getCode()).isEqualTo(code);
    }

    private static KubernetesClientException refused(ThrowingCallable request) {
        KubernetesClientException refusal = catchThrowableOfType(KubernetesClientException.class, request);
        Assertions.assertThat(refusal).as("the request was admitted").isNotNull();
        return refusal;
    }
}
