package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a run may be told by system properties; docs/benchmarks.md lists them. */
final class Settings {
    private Settings() {}

    static int number(String name, int otherwise) {
        return Integer.getInteger("bench." + name, otherwise);
    }

    /** JVM flags of the operator: {@code -Dbench.flags="-XX:+UseSerialGC -Xmx192m"}. */
    static List<String> flags() {
        String given = System.getProperty("bench.flags", "").strip();
        return given.isEmpty() ? OperatorJvm.RECOMMENDED : Arrays.asList(given.split("\\s+"));
    }

    /** Homes of the JDKs to measure: {@code -Dbench.jdks} or {@code BENCH_JDKS}, else that of this JVM. */
    static List<Path> jdks() {
        String given = System.getProperty("bench.jdks", "").strip();
        if (given.isEmpty()) {
            given = Optional.ofNullable(System.getenv("BENCH_JDKS")).orElse("").strip();
        }
        if (given.isEmpty()) {
            System.out.println("[bench] this JVM's JDK only: name others by -Dbench.jdks=<home>,<home>");
            return List.of(Path.of(System.getProperty("java.home")));
        }
        return Arrays.stream(given.split(","))
                .map(home -> Path.of(home.strip()))
                .filter(Settings::isJdk)
                .toList();
    }

    private static boolean isJdk(Path home) {
        boolean there = Files.isExecutable(home.resolve("bin").resolve("java"));
        if (!there) {
            System.out.println("[bench] left out: no bin/java in " + home);
        }
        return there;
    }
}
