package dev.offtake.placement.packing;

import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The share of a GPU that a MIG device takes: the larger of its compute slices over 7 and its memory slices over 8,
 * in thousandths, rounded down so that as many fit as the product offers. It depends on product and profile:
 * {@code 1g.35gb} is a quarter of an H200 and a seventh of a GB300.
 *
 * <p>One number cannot say which profiles go side by side: the shares of {@code 3g} and {@code 4g} add up to more than
 * a device though NVIDIA allows the pair. What is placed by these weights has a layout on its device, but not all that
 * would fit is placed; and as a MIG device cannot be shifted, one that stays where others went may keep a layout out.
 */
public final class MigWeights {
    private static final int COMPUTE_SLICES = 7;
    private static final int MEMORY_SLICES = 8;
    private static final Pattern PROFILE = Pattern.compile("([1-7])g\\.([0-9]{1,4})gb");

    /** GB of the profile that is the whole GPU. */
    private static final Map<String, Integer> GIGABYTES =
            Map.of("H100", 80, "H200", 141, "B200", 180, "GB200", 186, "B300", 269, "GB300", 278);

    private MigWeights() {}

    /**
     * Thousandths of a GPU, 1..1000; empty if product or profile is not known.
     *
     * @param product as {@code H200} or {@code GB300}
     * @param profile as {@code 1g.35gb}
     */
    public static OptionalInt milli(String product, String profile) {
        Integer whole = GIGABYTES.get(product);
        Matcher matcher = PROFILE.matcher(profile);
        if (whole == null || !matcher.matches()) {
            return OptionalInt.empty();
        }
        int compute = Integer.parseInt(matcher.group(1));
        int memory = Math.round((float) Integer.parseInt(matcher.group(2)) * MEMORY_SLICES / whole);
        if (compute == COMPUTE_SLICES) {
            return memory == MEMORY_SLICES ? OptionalInt.of(Demand.WHOLE) : OptionalInt.empty();
        }
        if (memory < 1 || memory >= MEMORY_SLICES) {
            return OptionalInt.empty();
        }
        int byCompute = Demand.WHOLE * compute / COMPUTE_SLICES;
        int byMemory = Demand.WHOLE * memory / MEMORY_SLICES;
        return OptionalInt.of(Math.max(byCompute, byMemory));
    }
}
