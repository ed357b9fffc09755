package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offtake.sim.input.InputException;
import dev.offtake.sim.input.Scenario;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API server refuses ({@link CrdIT}) a simulation refuses, by the rules of the same definitions. */
class SimulatedBadInputTest {
    static final List<String> GOOD = List.of(
            Manifests.SMALLEST_POOL, Manifests.WHOLE_POOL, Manifests.SMALLEST_CONTRACT, Manifests.WHOLE_CONTRACT);

    /** Parts of what an API server says of a limit of the schema; a rule has a message of its own. */
    private static final String LIMIT = ".*(Required|Invalid|Unsupported|Duplicate) value.*|.*in body.*|spec[^ ]*";

    @TempDir
    private Path directory;

    static Stream<BadInput> badInputs() {
        return Stream.of(BadInputs.POOLS, BadInputs.CONTRACTS).flatMap(List::stream);
    }

    private Scenario read(GenericKubernetesResource resource) {
        try {
            Path manifest = Files.writeString(directory.resolve("m.json"), Serialization.asJson(resource));
            Path trace = Files.writeString(
                    directory.resolve("t.csv"), "submit,gang,tenant,gpus,duration\n0,g,research,1,1h\n");
            return Scenario.read(new Scenario.Files(
                    Optional.of(manifest), trace, Optional.empty(), Optional.empty(), Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @FieldSource("GOOD")
    void theExamplesOfTheReferenceAreAccepted(String manifest) {
        assertThatCode(() -> read(BadInput.edited(manifest, List.of()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void badInputIsRefusedAndARuleInItsOwnWords(BadInput input) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(input.resource()))
                .satisfies(e -> {
                    if (!input.message().matches(LIMIT)) {
                        assertThat(e.getMessage()).contains(input.message());
                    }
                });
    }
}
