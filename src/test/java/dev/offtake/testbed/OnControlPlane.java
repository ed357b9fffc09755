package dev.offtake.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class run on the {@link ControlPlane} of the test JVM, with a {@link TestKubelet}. Methods and
 * constructors may take a {@link ControlPlane}, a {@code KubernetesClient} of the administrator and a {@link Sandbox}.
 *
 * <p>Where the scheduler and the controllers were not built, the class is skipped; with {@code CI=true} in the
 * environment it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ControlPlaneExtension.class)
public @interface OnControlPlane {
    /** The class needs neither scheduler nor controllers nor kubelets: it runs also where Go is missing. */
    boolean apiServerOnly() default false;
}
