package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the start of the JVM until {@code /readyz} answers 200, on a small cluster, with and without a cache. */
@Tag("bench")
class StartupBench {
    private static final int FIRST_JDK_WITH_AOT_CACHE = 25;

    @TempDir
    private Path caches;

    private Site site;

    /** What one start took. */
    private record Start(Duration wall, Duration cpu, long rssMib) {}

    @BeforeEach
    void begin() {
        site = new Site(8);
        site.load().nodes(Site.nodes(80));
    }

    @AfterEach
    void end() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void fromTheStartOfTheJvmUntilReady() throws IOException, InterruptedException {
        int rounds = Settings.number("rounds", 5);
        Map<String, List<String>> flags = new LinkedHashMap<>();
        Map<String, Path> homes = new LinkedHashMap<>();
        for (Path home : Settings.jdks()) {
            int feature = feature(home);
            String jdk = "JDK " + feature;
            homes.put(jdk, home);
            flags.put(jdk, Settings.flags());
            homes.put(jdk + ", CDS archive", home);
            flags.put(jdk + ", CDS archive", cached(home, "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="));
            if (feature >= FIRST_JDK_WITH_AOT_CACHE) {
                homes.put(jdk + ", AOT cache", home);
                flags.put(jdk + ", AOT cache", cached(home, "-XX:AOTCacheOutput=", "-XX:AOTCache="));
            }
        }
        Map<String, List<Start>> starts = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Path> one : homes.entrySet()) {
                starts.computeIfAbsent(one.getKey(), name -> new ArrayList<>())
                        .add(start(one.getValue(), flags.get(one.getKey())));
            }
        }
        Table table = new Table(
                "start to ready, best and median of " + rounds + " rounds, " + String.join(" ", Settings.flags()),
                "",
                "best ms",
                "median ms",
                "CPU ms",
                "RSS MiB");
        starts.forEach((name, all) -> {
            List<Start> sorted =
                    all.stream().sorted((a, b) -> a.wall().compareTo(b.wall())).toList();
            Start median = sorted.get(sorted.size() / 2);
            table.row(
                    name,
                    String.valueOf(sorted.get(0).wall().toMillis()),
                    String.valueOf(median.wall().toMillis()),
                    String.valueOf(median.cpu().toMillis()),
                    String.valueOf(median.rssMib()));
        });
        table.print();
    }

    private Start start(Path home, List<String> flags) throws IOException, InterruptedException {
        try (OperatorJvm operator = OperatorJvm.start(site.controlPlane(), home, flags)) {
            return new Start(operator.startToReady(), operator.cpu(), operator.rssMib());
        }
    }

    /** Flags with a cache that a first run has written. */
    private List<String> cached(Path home, String writing, String reading) throws IOException, InterruptedException {
        Path file = caches.resolve("cache-" + feature(home) + writing.length());
        start(home, with(writing + file));
        // The JVM writes its AOT cache in a child process after its own end.
        for (int i = 0; i < 300 && !Files.exists(file); i++) {
            Thread.sleep(100);
        }
        return with(reading + file);
    }

    private static List<String> with(String flag) {
        return Stream.concat(Settings.flags().stream(), Stream.of(flag)).toList();
    }

    private static int feature(Path home) throws IOException {
        return Files.readAllLines(home.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> Integer.parseInt(line.replaceAll("[^0-9.]", "").split("\\.")[0]))
                .findFirst()
                .orElseThrow(() -> new IOException("no JAVA_VERSION in " + home.resolve("release")));
    }
}
