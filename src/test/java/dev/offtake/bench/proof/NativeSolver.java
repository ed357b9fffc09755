package dev.offtake.bench.proof;

import com.google.ortools.Loader;
import org.junit.jupiter.api.Assumptions;

/** The native library of OR-Tools, which is there for Linux on x86-64. */
final class NativeSolver {
    private NativeSolver() {}

    /** Loads it; where it cannot be loaded the test is skipped, but fails where {@code CI=true}. */
    static void load() {
        try {
            Loader.loadNativeLibraries();
        } catch (RuntimeException | LinkageError e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            String why = "no comparison with CP-SAT: the native library of OR-Tools cannot be loaded on "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ": " + e;
            System.out.println(why);
            Assumptions.abort(why);
        }
    }
}
