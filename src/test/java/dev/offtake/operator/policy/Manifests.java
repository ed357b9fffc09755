package dev.offtake.operator.policy;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The manifests that the operator ships with. */
final class Manifests {
    private static final Path DEPLOY = Path.of(System.getProperty("basedir", ""), "deploy");

    private Manifests() {}

    static PolicyManifest shipped() {
        return new PolicyManifest(
                text("policies.yaml"), text("uncontracted-refuse.yaml"), new KubernetesSerialization());
    }

    private static String text(String name) {
        try {
            return Files.readString(DEPLOY.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
