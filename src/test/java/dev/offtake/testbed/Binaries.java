package dev.offtake.testbed;

import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The programs of the test bed, where the build puts them: {@code ${KUBE_API_TEST_DIR:-~/.kubeapitest}}.
 *
 * @param directory of etcd, kube-apiserver and kubectl, and where Go was there to build them, of kube-scheduler and
 *     kube-controller-manager
 */
record Binaries(Path directory) {
    private static final String DEFAULT_VERSION = "1.36.3";

    /** The built binaries; without them those that kube-api-test downloads, which lack scheduler and controllers. */
    static Binaries find() throws IOException {
        String version = version();
        Path directory = base().resolve("k8s").resolve(version + "-" + platform());
        if (!has(directory, "kube-apiserver")) {
            BinaryManager manager = new BinaryManager(KubeAPIServerConfigBuilder.anAPIServerConfig()
                    .withTestDir(base().toString())
                    .withApiServerVersion(version)
                    .build());
            manager.initAndDownloadIfRequired();
            directory = manager.binaries().getApiServer().toPath().getParent();
        }
        for (String name : new String[] {"etcd", "kube-apiserver", "kubectl"}) {
            if (!has(directory, name)) {
                throw new IOException(directory.resolve(name) + " is missing: remove " + directory
                        + " and run src/test/controlplane/build.sh " + version);
            }
        }
        return new Binaries(directory);
    }

    /** Version of Kubernetes without {@code v}. */
    static String version() {
        return System.getProperty("controlplane.version", DEFAULT_VERSION);
    }

    static Path base() {
        String configured = System.getenv("KUBE_API_TEST_DIR");
        return configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".kubeapitest")
                : Path.of(configured);
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    boolean hasSchedulerAndControllers() {
        return has(directory, "kube-scheduler") && has(directory, "kube-controller-manager");
    }

    private static boolean has(Path directory, String name) {
        return Files.isExecutable(directory.resolve(name));
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        return (os.startsWith("mac") ? "darwin" : "linux")
                + "-"
                + (arch.equals("aarch64") ? "arm64" : arch.equals("ppc64le") ? "ppc64le" : "amd64");
    }
}
