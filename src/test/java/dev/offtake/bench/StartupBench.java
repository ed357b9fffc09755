package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the start of the JVM until {@code /readyz} answers 200, on a small cluster, with and without a cache. */
@Tag("bench")
class StartupBench {
    private static final int FIRST_JDK_WITH_AOT_CACHE = 25;

    /** As in the image, see its jvm.options. */
    private static final List<String> WITHOUT_PROFILES =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining", "-XX:-AOTReplayTraining");

    private static final String WITHOUT_METHOD_HANDLES = "-Djdk.reflect.useNativeAccessorOnly=true";

    private static final String NEW_SIZE = "-XX:NewSize=40m";

    private static final String FIRST_BUFFERS = "-XX:TLABSize=64k";

    private static final String LIBRARIES = "META-INF/native/";

    private static final Path BASE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final Path JAR = Path.of(
            System.getProperty("project.jar", BASE.resolve("target/offtake.jar").toString()));

    private static final Pattern MODULES = Pattern.compile("jlink --add-modules (\\S+)");

    @TempDir
    private Path caches;

    private Site site;

    private int cacheCount;

    /** How it is started. */
    private record Way(String name, Path home, Path jar, List<String> flags) {
        Way with(String newName, String flag) {
            return new Way(
                    newName,
                    home,
                    jar,
                    Stream.concat(flags.stream(), Stream.of(flag)).toList());
        }
    }

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
        List<Way> ways = new ArrayList<>();
        for (Path home : Settings.jdks()) {
            String jdk = "JDK " + feature(home);
            Way plain = new Way(jdk, home, JAR, Settings.flags());
            ways.add(plain);
            ways.add(cached(plain, "CDS archive", "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="));
            if (feature(home) >= FIRST_JDK_WITH_AOT_CACHE) {
                List<String> flags = Stream.concat(Settings.flags().stream(), WITHOUT_PROFILES.stream())
                        .toList();
                Way aot = new Way(jdk, home, JAR, flags);
                ways.add(cached(aot, "AOT cache", "-XX:AOTCacheOutput=", "-XX:AOTCache="));
                Way image = new Way(jdk, runtime(home), asInImage(home), flags)
                        .with(jdk, WITHOUT_METHOD_HANDLES)
                        .with(jdk, NEW_SIZE)
                        .with(jdk, FIRST_BUFFERS)
                        .with(jdk, "-Djava.library.path=" + libraries());
                ways.add(cached(image, "AOT cache, as in the image", "-XX:AOTCacheOutput=", "-XX:AOTCache="));
            }
        }
        Map<String, List<Start>> starts = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                starts.computeIfAbsent(way.name(), name -> new ArrayList<>()).add(start(way));
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

    private Start start(Way way) throws IOException, InterruptedException {
        try (OperatorJvm operator = OperatorJvm.start(site.controlPlane(), way.home(), way.jar(), way.flags())) {
            return new Start(operator.startToReady(), operator.cpu(), operator.rssMib());
        }
    }

    /** The same with a cache that a first run has written. */
    private Way cached(Way plain, String cache, String writing, String reading)
            throws IOException, InterruptedException {
        Path file = caches.resolve("cache-" + cacheCount++);
        start(plain.with(plain.name(), writing + file));
        // The JVM writes its AOT cache in a child process after its own end.
        long size = -1;
        for (int i = 0; i < 60 && (size <= 0 || Files.size(file) != size); i++) {
            size = Files.exists(file) ? Files.size(file) : -1;
            Thread.sleep(2000);
        }
        return plain.with(plain.name() + ", " + cache, reading + file);
    }

    /** The jar as the Dockerfile makes it. */
    private Path asInImage(Path home) throws IOException, InterruptedException {
        Path jar = caches.resolve("offtake-" + feature(home) + ".jar");
        run(
                home.resolve("bin").resolve("java").toString(),
                BASE.resolve("src/main/docker/ImageJar.java").toString(),
                JAR.toString(),
                jar.toString());
        return jar;
    }

    /** The parts of the JDK that the Dockerfile takes, with the authorities where it puts them. */
    private Path runtime(Path home) throws IOException, InterruptedException {
        Path runtime = caches.resolve("jre-" + feature(home));
        Matcher modules = MODULES.matcher(Files.readString(BASE.resolve("Dockerfile")));
        if (!modules.find()) {
            throw new IOException("no jlink in the Dockerfile");
        }
        run(
                home.resolve("bin").resolve("jlink").toString(),
                "--add-modules",
                modules.group(1),
                "--strip-java-debug-attributes",
                "--output",
                runtime.toString());
        Path security = runtime.resolve("lib").resolve("security");
        Files.move(security.resolve("cacerts"), security.resolve("jssecacerts"));
        return runtime;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
    }

    /** Where those of the jar lie unpacked, as in the image; else each start would unpack one. */
    private Path libraries() throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().startsWith(LIBRARIES) && !entry.isDirectory()) {
                    Files.copy(
                            jar.getInputStream(entry),
                            caches.resolve(entry.getName().substring(LIBRARIES.length())));
                }
            }
        }
        return caches;
    }

    private static int feature(Path home) throws IOException {
        return Files.readAllLines(home.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> Integer.parseInt(line.replaceAll("[^0-9.]", "").split("\\.")[0]))
                .findFirst()
                .orElseThrow(() -> new IOException("no JAVA_VERSION in " + home.resolve("release")));
    }
}
