package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.offtake.fleet.NodeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form was applied with kubectl 1.36 to a real API server, which took it. */
class ManifestTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POOL = """
            {"apiVersion": "offtake.dev/v1alpha1", "kind": "GPUPool", "metadata": {"name": "h100"}, "spec": {"gpuClass": "h100-sxm"}}""";
    private static final String NODE = """
            {"apiVersion": "v1", "kind": "Node",
             "metadata": {"name": "gpu-0", "labels": {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}},
             "status": {"allocatable": {"nvidia.com/gpu": "8"}}}""";

    @TempDir
    private Path directory;

    private Site read(String text) throws IOException {
        return read("site.yaml", text);
    }

    private Site read(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return new ManifestReader().read(file).site(Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static String list(String... objects) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [" + String.join(",", objects) + "]}";
    }

    private static void assertThatAllIsThere(Site site) {
        assertThat(site.pools())
                .extracting(pool -> pool.name() + " " + pool.gpuClass())
                .containsExactly("h100 h100-sxm");
        assertThat(site.nodes()).extracting(NodeFacts::name).containsExactly("gpu-0");
        assertThat(site.nodes().get(0).allocatable("nvidia.com/gpu")).isEqualTo(8);
    }

    private static String indented(String json) throws IOException {
        return JSON.copy().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(JSON.readTree(json));
    }

    @Test
    void objectsInJsonMayFollowEachOther() throws IOException {
        String lines = JSON.readTree(POOL) + "\n" + JSON.readTree(NODE) + "\n";

        assertThatAllIsThere(read(lines));
        assertThatAllIsThere(read(indented(POOL) + "\n" + indented(NODE)));
        assertThatAllIsThere(read(POOL + NODE));
        assertThatAllIsThere(read("\uFEFF \n" + lines));
    }

    @Test
    void jsonMayHaveWhatNoYamlHas() throws IOException {
        String all = indented(list(POOL, NODE));

        assertThatAllIsThere(read(all.replaceAll("(?m)^ +", "\t")));
        assertThatAllIsThere(read(all.replace("offtake.dev/v1alpha1", "offtake.dev\\/v1alpha1")));
        String longKey = "x".repeat(2000);
        assertThatAllIsThere(read(
                list(POOL.replace("{\"name\"", "{\"annotations\": {\"" + longKey + "\": \"y\"}, \"name\""), NODE)));
    }

    @Test
    void yamlMayBeginAsJsonDoes() throws IOException {
        assertThatAllIsThere(read(POOL + "\n---\n" + NODE + "\n"));
        assertThatAllIsThere(read("{apiVersion: v1, kind: List, items: [" + POOL + ", " + NODE + "]}"));
        assertThatAllIsThere(read("site.json", new YAMLMapper().writeValueAsString(JSON.readTree(list(POOL, NODE)))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"kind": "A"}\\n{"kind": "B"}\\n{"kind": }  | site.yaml:3: is no JSON: Unexpected character
                    {"kind": "A"}\\n{"kind": "B", "kind": "C"}  | site.yaml:2: is no JSON: Duplicate field 'kind'
                    {"kind": "A",\\n b: : 7}                    | site.yaml:2: is no YAML:
                    """)
    void whatIsNeitherIsToldByWhatItIsRather(String text, String message) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(text.replace("\\n", "\n")))
                .withMessageContaining(message);
    }

    @Test
    void theNodesOfANodeListDoNotSayThatTheyAreNodes() throws IOException {
        String bare = NODE.replace("\"apiVersion\": \"v1\", \"kind\": \"Node\",", "");

        assertThatAllIsThere(read(POOL
                + "{\"apiVersion\": \"v1\", \"kind\": \"NodeList\", \"metadata\": {}, \"items\": [" + bare + "]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " null", " ~"})
    void whatIsNullIsAsIfItWasNotThere(String nothing) throws IOException {
        String yaml = """
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata:
                  name: h100
                  labels:%1$s
                  annotations: {a: ""}
                  creationTimestamp:%1$s
                spec:
                  gpuClass: h100-sxm
                  topology:%1$s
                  nodes: {selector: {matchLabels:%1$s }, gpusPerNode:%1$s }
                ---
                """.formatted(nothing)
                + NODE.replace("\"metadata\":", "\"spec\": {\"taints\":%s}, \"metadata\":".formatted(nothing));

        assertThatAllIsThere(read(yaml));
    }

    /** An API server drops the label of a null value, of which nobody is told. */
    @Test
    void whatMustBeThereMustNotBeNull() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(POOL.replace(
                        "\"h100-sxm\"", "\"h100-sxm\", \"nodes\": {\"selector\": {\"matchLabels\": {\"a\": null}}}")))
                .withMessageContaining("spec.nodes.selector.matchLabels.a: is null; remove it or give it a value");
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(POOL.replace("\"h100-sxm\"", "null")))
                .withMessageContaining("site.yaml:1: GPUPool h100: spec.gpuClass: is required");
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(POOL.replace("\"h100-sxm\"", "\"h100-sxm\", \"topology\": [null]")))
                .withMessageContaining("spec.topology[0]: is null; remove it or give it a value");
    }

    @Test
    void aMapHasNoMoreEntriesThanItMayHave() {
        String labels =
                IntStream.range(0, 33).mapToObj(i -> "\"l" + i + "\": \"v\"").collect(Collectors.joining(", "));

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> read(POOL.replace(
                        "\"h100-sxm\"",
                        "\"h100-sxm\", \"nodes\": {\"selector\": {\"matchLabels\": {" + labels + "}}}")))
                .withMessageContaining("spec.nodes.selector.matchLabels has more entries than the limit 32");
    }
}
