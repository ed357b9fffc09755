package dev.offtake.sim.input;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/** Amounts of resources, which Kubernetes writes in many ways. */
final class Amounts {
    private Amounts() {}

    /** Whether a text is an amount of a resource, such as {@code 16}, {@code .5}, {@code 1e3} or {@code 256Gi} of memory. */
    static boolean isAmount(String resource, String text) {
        try {
            return isAmount(resource, Quantity.parse(text));
        } catch (IllegalArgumentException noQuantity) {
            return false;
        }
    }

    /** A kubelet reports devices by whole numbers. */
    static boolean isAmount(String resource, Quantity amount) {
        try {
            BigDecimal number = amount.getNumericalAmount();
            boolean isWhole = number.stripTrailingZeros().scale() <= 0;
            return number.signum() >= 0 && (isWhole || resource.indexOf('/') < 0);
        } catch (ArithmeticException | IllegalArgumentException noNumber) {
            return false;
        }
    }
}
