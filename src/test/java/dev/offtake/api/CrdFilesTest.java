package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CrdFilesTest {
    static final Path DIRECTORY = Path.of("charts", "offtake", "files", "crds");
    static final List<Class<? extends CustomResource<?, ?>>> KINDS = Crds.KINDS;

    @ParameterizedTest
    @FieldSource("KINDS")
    void theCheckedInDefinitionIsTheOneOfTheJavaTypes(Class<? extends CustomResource<?, ?>> kind) throws IOException {
        agrees(DIRECTORY.resolve(Crds.fileName(kind)), Crds.yaml(kind));
    }

    @Test
    void theCheckedInReferenceIsTheOneOfTheDefinitions() throws IOException {
        agrees(Path.of("docs", "api.md"), ApiReference.markdown());
    }

    /** Tenants would take a wish that is not there for one that keeps their pods gated. */
    @Test
    void theReferenceHasAllWishesAndTiers() {
        List<String> rows = ApiReference.markdown().lines().toList();

        assertThat(OfftakeAnnotations.WISHES)
                .allSatisfy(wish -> assertThat(rows).anyMatch(row -> row.startsWith("| `" + wish + "` |")));
        assertThat(rows)
                .filteredOn(row -> row.startsWith("| `" + OfftakeAnnotations.TIER + "` |"))
                .singleElement()
                .asString()
                .contains("`Reserved`", "`OnDemand`", "`Spot`");
    }

    /** With {@code -Dupdate} writes the file instead of comparing. */
    private static void agrees(Path file, String expected) throws IOException {
        if (System.getProperty("update") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(file)
                .as("%s is generated; make it anew with: %s", file, Crds.REGENERATE)
                .exists();
        assertThat(Files.readString(file))
                .as("%s is generated; make it anew with: %s", file, Crds.REGENERATE)
                .isEqualTo(expected);
    }
}
