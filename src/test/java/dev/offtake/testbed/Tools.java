package dev.offtake.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Helm and promtool of the test bed, in the versions that the Go module {@code src/test/controlplane/tools} names. */
public final class Tools {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", ""), "src", "test", "controlplane", "tools", "go.mod");
    private static final Map<String, String> MODULES =
            Map.of("helm", "helm.sh/helm/v3", "promtool", "github.com/prometheus/prometheus");

    private Tools() {}

    /** Where {@code helm} or {@code promtool} is, if it was built. */
    public static Optional<Path> find(String name) {
        Path tool = Binaries.base()
                .resolve("tools")
                .resolve(name + "-" + version(name))
                .resolve(name);
        return Files.isExecutable(tool) ? Optional.of(tool) : Optional.empty();
    }

    /** As {@link #find}; without the tool the test is skipped, or fails where {@code CI=true}. */
    public static Path require(String name) {
        return find(name).orElseGet(() -> {
            throw ControlPlaneExtension.skip(name + " was not built: install Go and run mvn verify");
        });
    }

    private static String version(String name) {
        try {
            Matcher line = Pattern.compile(Pattern.quote(MODULES.get(name)) + " v(\\S+)")
                    .matcher(Files.readString(MODULE));
            if (!line.find()) {
                throw new IllegalStateException(MODULE + " does not name " + MODULES.get(name));
            }
            return line.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
