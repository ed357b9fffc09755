package dev.offtake.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** What {@link OnControlPlane} does. */
final class ControlPlaneExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(ControlPlaneExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        ControlPlane controlPlane = ControlPlane.get();
        if (controlPlane.hasSchedulerAndControllers()) {
            TestKubelet.shared();
            return;
        }
        boolean apiServerOnly = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), OnControlPlane.class)
                .map(OnControlPlane::apiServerOnly)
                .orElse(false);
        if (!apiServerOnly) {
            throw skip("kube-scheduler and kube-controller-manager were not built: install Go and run mvn verify");
        }
    }

    /**
     * What to throw in a test that lacks a part of the test bed: skips it.
     *
     * @throws AssertionError in continuous integration
     */
    static TestAbortedException skip(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI=true: nothing may be skipped, but " + reason);
        }
        System.err.println("[test bed] skipped: " + reason);
        return new TestAbortedException(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ControlPlane.class || type == KubernetesClient.class || type == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == ControlPlane.class) {
            return ControlPlane.get();
        }
        if (type == KubernetesClient.class) {
            return ControlPlane.get().adminClient();
        }
        // A test method gets its own, whatever its class has: look-ups in a store go up to the parents.
        return context.getStore(STORE)
                .computeIfAbsent(context.getUniqueId(), id -> new Sandbox(ControlPlane.get()), Sandbox.class);
    }
}
