package dev.offtake.scenario;

/** An admission policy of somebody else that refuses something in one namespace, until it is lifted. */
final class Denial {
    private final Scene scene;
    private final String name;

    /**
     * Takes a few seconds to be in force: await that with something that it refuses.
     *
     * @param operation such as {@code UPDATE}
     * @param resource such as {@code pods}
     * @param permits CEL expression that is true for what is not refused
     */
    Denial(Scene scene, Workspace where, String operation, String resource, String permits) {
        this.scene = scene;
        name = "denial-" + where.name();
        scene.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [%3$s], resources: [%4$s]}]
                  validations: [{expression: "%5$s", message: %1$s says no}]
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec: {policyName: %1$s, validationActions: [Deny]}
                """.formatted(name, where.name(), operation, resource, permits))
                .orFail();
    }

    /** What it says to whom it refuses. */
    String message() {
        return name + " says no";
    }

    void lift() {
        scene.controlPlane()
                .kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", name)
                .orFail();
    }
}
