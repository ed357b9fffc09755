package dev.offtake.testbed;

import java.util.List;
import java.util.Locale;

/**
 * A GPU and the server that carries it.
 *
 * @param match what the product label begins with
 * @param model short name: {@code GB300}
 * @param nvl72 whether NVLink spans the rack
 * @param memoryMiB of one GPU, as GPU Feature Discovery reports it
 * @param gke value of {@code cloud.google.com/gke-accelerator}
 */
record GpuProduct(
        String match,
        String model,
        boolean nvl72,
        int gpusPerNode,
        int memoryMiB,
        String family,
        int computeMajor,
        int computeMinor,
        String arch,
        String cpu,
        String memory,
        String gke) {

    /** Longer names first where one begins like the other. */
    private static final List<GpuProduct> KNOWN = List.of(
            nvl72("NVIDIA-GB300", "GB300", 284_208, 3, "nvidia-gb300"),
            nvl72("NVIDIA-GB200", "GB200", 189_471, 0, "nvidia-gb200"),
            hgx("NVIDIA-B300", "B300", 275_000, "blackwell", 10, 3, "nvidia-b300"),
            hgx("NVIDIA-B200", "B200", 183_359, "blackwell", 10, 0, "nvidia-b200"),
            hgx("NVIDIA-H200", "H200", 143_771, "hopper", 9, 0, "nvidia-h200-141gb"),
            hgx("NVIDIA-H100", "H100", 81_559, "hopper", 9, 0, "nvidia-h100-mega-80gb"),
            hgx("NVIDIA-A100", "A100", 81_920, "ampere", 8, 0, "nvidia-a100-80gb"),
            hgx("NVIDIA-L40S", "L40S", 46_068, "ada-lovelace", 8, 9, "nvidia-l40s"));

    static GpuProduct of(String product) {
        return KNOWN.stream()
                .filter(known -> product.startsWith(known.match))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("product \"" + product + "\" is not known, add it to "
                        + GpuProduct.class.getSimpleName() + "; known beginnings: "
                        + KNOWN.stream().map(GpuProduct::match).toList()));
    }

    /** Name of its class: {@code gb300-nvl72}; a card without NVLink is its own class. */
    String gpuClass() {
        String name = model.toLowerCase(Locale.ROOT);
        return nvl72 ? name + "-nvl72" : model.startsWith("L") ? name : name + "-sxm";
    }

    private static GpuProduct nvl72(String match, String model, int memoryMiB, int computeMinor, String gke) {
        return new GpuProduct(
                match, model, true, 4, memoryMiB, "blackwell", 10, computeMinor, "arm64", "144", "960Gi", gke);
    }

    private static GpuProduct hgx(
            String match, String model, int memoryMiB, String family, int major, int minor, String gke) {
        return new GpuProduct(match, model, false, 8, memoryMiB, family, major, minor, "amd64", "192", "2Ti", gke);
    }
}
