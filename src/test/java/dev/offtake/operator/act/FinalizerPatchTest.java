package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.api.OfftakeNames;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinalizerPatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode object(List<String> finalizers) {
        return JSON.valueToTree(Map.of("metadata", finalizers.isEmpty() ? Map.of() : Map.of("finalizers", finalizers)));
    }

    private static JsonNode patched(JsonNode object, String patch) throws IOException {
        return JsonPatch.apply(JSON.readTree(patch), object);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatIsTriedAgainAddsOursOnce(int others) throws IOException {
        List<String> before = List.of("a.example/x", "b.example/y").subList(0, others);
        String add = FinalizerPatch.add(before);
        JsonNode after = patched(object(before), add);
        List<String> expected = new ArrayList<>(before);
        expected.add(OfftakeNames.FINALIZER);
        assertThat(after).isEqualTo(object(expected));
        if (others > 0) {
            assertThatExceptionOfType(JsonPatchException.class).isThrownBy(() -> patched(after, add));
        } else {
            assertThat(patched(after, add)).isEqualTo(after);
        }
    }

    @Test
    void thoseOfOthersStay() throws IOException {
        List<String> all = List.of("a.example/x", OfftakeNames.FINALIZER, "b.example/y");
        assertThat(patched(object(all), FinalizerPatch.remove(all)))
                .isEqualTo(object(List.of("a.example/x", "b.example/y")));
        assertThatExceptionOfType(JsonPatchException.class)
                .as("whose finalizers are others by now")
                .isThrownBy(() -> patched(object(List.of("a.example/x")), FinalizerPatch.add(List.of("b.example/y"))));
    }
}
