package dev.offtake.translate;

import dev.offtake.placement.Shape;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Quantities as whole numbers, rounded up as the kube-scheduler rounds: {@code cpu} in thousandths, everything else in
 * units or bytes. What is not a quantity counts as 0, above {@link Long#MAX_VALUE} as that.
 */
final class Quantities {
    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final int FAST_DIGITS = 15;
    private static final int LARGEST_EXPONENT = 30;

    private Quantities() {}

    /** The amount of a resource in the unit in which the core counts it. */
    static long amount(String resource, Quantity quantity) {
        return scaled(quantity, resource.equals(Shape.CPU) ? 1000 : 1);
    }

    /** The reverse of {@link #amount}, as people write it: {@code 64}, {@code 500m}, {@code 800Gi}. */
    static Quantity quantity(String resource, long amount) {
        if (resource.equals(Shape.CPU)) {
            return amount % 1000 == 0 ? new Quantity(String.valueOf(amount / 1000)) : new Quantity(amount + "", "m");
        }
        boolean bytes = resource.equals(Shape.MEMORY)
                || resource.equals("ephemeral-storage")
                || resource.startsWith("hugepages-");
        int power = 0;
        long shown = amount;
        while (bytes && shown != 0 && shown % 1024 == 0 && power < BINARY.length - 1) {
            shown /= 1024;
            power++;
        }
        return new Quantity(String.valueOf(shown), BINARY[power]);
    }

    private static long scaled(Quantity quantity, int scale) {
        String amount = quantity.getAmount() == null ? "" : quantity.getAmount();
        String format = quantity.getFormat() == null ? "" : quantity.getFormat();
        if (format.isEmpty() && isShortInteger(amount)) {
            return Long.parseLong(amount) * scale;
        }
        return parse(amount + format, scale);
    }

    private static boolean isShortInteger(String text) {
        if (text.isEmpty() || text.length() > FAST_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static long parse(String text, int scale) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        try {
            BigDecimal number = new BigDecimal(text.substring(0, end));
            BigDecimal value = number.multiply(factor(text.substring(end))).multiply(BigDecimal.valueOf(scale));
            if (value.signum() <= 0) {
                return 0;
            }
            BigDecimal rounded = value.setScale(0, RoundingMode.CEILING);
            return rounded.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) >= 0
                    ? Long.MAX_VALUE
                    : rounded.longValueExact();
        } catch (NumberFormatException notAQuantity) {
            return 0;
        }
    }

    private static BigDecimal factor(String suffix) {
        for (int i = 0; i < DECIMAL.length; i++) {
            if (suffix.equals(DECIMAL[i])) {
                return BigDecimal.TEN.pow(3 * i);
            }
            if (suffix.equals(BINARY[i])) {
                return BigDecimal.valueOf(1024).pow(i);
            }
        }
        return switch (suffix) {
            case "m" -> BigDecimal.ONE.movePointLeft(3);
            case "u" -> BigDecimal.ONE.movePointLeft(6);
            case "n" -> BigDecimal.ONE.movePointLeft(9);
            default -> exponent(suffix);
        };
    }

    private static BigDecimal exponent(String suffix) {
        if (!suffix.startsWith("e") && !suffix.startsWith("E")) {
            throw new NumberFormatException(suffix);
        }
        int exponent = Integer.parseInt(suffix.substring(1));
        int bounded = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent));
        return BigDecimal.ONE.movePointRight(bounded);
    }
}
