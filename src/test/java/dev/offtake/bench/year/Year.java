package dev.offtake.bench.year;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The files of a made-up year of 10,000 GPUs: 1,250 nodes of eight in racks of five, ten tenants who bought 8,000 GPUs in
 * three units, and gangs of 1 to 256 GPUs, of which many are small and the few large ones use most. Always the same.
 */
final class Year {
    private static final int DAYS = 365;
    private static final int GPUS = 10_000;
    /** Of all GPU-hours, were none of them to wait. */
    private static final double LOAD = 0.8;

    private static final int[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    private static final double[] SHARES = {0.42, 0.12, 0.1, 0.18, 0.08, 0.05, 0.03, 0.015, 0.005};
    private static final String[] UNITS = {"gpu", "node", "rack", "gpu", "node", "rack", "gpu", "node", "rack", "gpu"};
    private static final int[] QUANTITIES = {1200, 125, 30, 800, 100, 20, 600, 75, 20, 200};

    private final SplittableRandom random = new SplittableRandom(20260101);
    private final int gangs;

    private Year(int gangs) {
        this.gangs = gangs;
    }

    /** Writes {@code pool.yaml}, {@code contracts.yaml}, {@code changes.csv} and {@code trace.csv}. */
    static void write(Path directory, int gangs) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("pool.yaml"), """
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: year}
                spec:
                  gpuClass: h100-sxm
                  topology: [{name: block, keys: [block], nodes: 50}, {name: rack, keys: [rack], nodes: 5}]
                ---
                apiVersion: v1
                kind: Node
                metadata:
                  name: n-{n}
                  annotations: {sim.offtake.dev/repeat: "1250"}
                  labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, block: "b{n/50}", rack: "r{n/5}"}
                status: {allocatable: {nvidia.com/gpu: "8"}}
                """);
        StringBuilder contracts = new StringBuilder();
        for (int tenant = 0; tenant < UNITS.length; tenant++) {
            contracts.append(String.format(Locale.ROOT, """
                    ---
                    apiVersion: offtake.dev/v1alpha1
                    kind: TenantContract
                    metadata: {name: t%1$d}
                    spec:
                      tenant: t%1$d
                      term: {start: "2026-01-01T00:00:00Z", end: "2028-01-01T00:00:00Z"}
                      commitments:
                      - name: base
                        gpuClass: h100-sxm
                        unit: %2$s
                        tranches: [{name: all, quantity: %3$d, due: "2026-01-01T00:00:00Z"}]
                    """, tenant, UNITS[tenant], QUANTITIES[tenant]));
        }
        Files.writeString(directory.resolve("contracts.yaml"), contracts);
        Year year = new Year(gangs);
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(directory.resolve("trace.csv")))) {
            year.trace(out);
        }
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(directory.resolve("changes.csv")))) {
            year.failures(out);
        }
    }

    /** Gangs come all the time, by day twice as often as by night. */
    private void trace(PrintWriter out) {
        out.print("submit,gang,tenant,gpus,duration,tier,required,checkpoint\n");
        double mean = 0;
        for (int i = 0; i < SIZES.length; i++) {
            mean += SHARES[i] * SIZES[i];
        }
        double hours = LOAD * GPUS * DAYS * 24 / (gangs * mean);
        double perDay = (double) gangs / DAYS;
        double at = 0;
        for (int i = 0; i < gangs; i++) {
            boolean day = at % 1 > 1 / 3.0 && at % 1 < 5 / 6.0;
            at += -Math.log(1 - random.nextDouble()) / (perDay * (day ? 4 / 3.0 : 2 / 3.0));
            int gpus = size();
            // The mean of a log-normal distribution with sigma 1.5 is e^(1.125) times its median.
            double length = hours * Math.exp(1.5 * normal() - 1.125);
            boolean spot = random.nextDouble() < 0.25;
            out.printf(
                    Locale.ROOT,
                    "%d,g%d,t%d,%d,%d,\"%s\",%s,%s%n",
                    Math.round(at * 86_400),
                    i,
                    random.nextInt(UNITS.length),
                    gpus,
                    Math.max(60, Math.round(length * 3600)),
                    spot ? "Spot" : "Reserved,Spot",
                    gpus >= 16 && gpus <= 32 && random.nextBoolean() ? "rack" : "",
                    gpus >= 8 ? "30m+5m" : "");
        }
    }

    private int size() {
        double at = random.nextDouble();
        int i = 0;
        while (i < SIZES.length - 1 && at >= SHARES[i]) {
            at -= SHARES[i];
            i++;
        }
        return SIZES[i];
    }

    /** Of the normal distribution. */
    private double normal() {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /** Four nodes fail each day, for six hours. */
    private void failures(PrintWriter out) {
        out.print("at,change,target\n");
        for (int i = 0; i < DAYS * 4; i++) {
            int node = random.nextInt(GPUS / 8);
            out.printf(Locale.ROOT, "%dh,fail,n-%04d%n", i * 6, node);
            out.printf(Locale.ROOT, "%dh,recover,n-%04d%n", i * 6 + 5, node);
        }
    }
}
