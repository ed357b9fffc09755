package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTreeTest {
    private static final ObjectMapper YAML = new ObjectMapper(new AnchoredYaml());

    private static JsonNode read(String text) throws IOException {
        try (AnchoredYaml.Parser parser = AnchoredYaml.parser(YAML, new StringReader(text))) {
            parser.nextToken();
            return YamlTree.read(YAML, parser);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {a: &x {b: [1, 2.5, yes, null]}, c: *x, d: [*x, *x]} | {"a":{"b":[1,2.5,true,null]},"c":{"b":[1,2.5,true,null]},"d":[{"b":[1,2.5,true,null]},{"b":[1,2.5,true,null]}]}
                    {a: &x 7, b: *x, c: "*x"}                            | {"a":7,"b":7,"c":"*x"}
                    {a: &x 1, b: &x 2, c: *x}                            | {"a":1,"b":2,"c":2}
                    {a: &x {k: 1, l: 2}, b: {k: 3, <<: *x}}              | {"a":{"k":1,"l":2},"b":{"k":3,"l":2}}
                    {a: &x {k: 1}, b: &y {k: 2, m: 4}, c: {<<: [*x, *y]}} | {"a":{"k":1},"b":{"k":2,"m":4},"c":{"k":1,"m":4}}
                    plain                                                | "plain"
                    """)
    void anAliasStandsForWhatItsAnchorNames(String yaml, String json) throws IOException {
        assertThat(read(yaml).toString()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {a: *x}           | alias *x: no anchor &x ends before it
                    {a: &x {b: *x}}   | alias *x: no anchor &x ends before it
                    {a: {<<: 7}}      | <<: merges what is no map
                    """)
    void whatStandsForNothingIsNamed(String yaml, String message) {
        assertThatExceptionOfType(JsonParseException.class)
                .isThrownBy(() -> read(yaml))
                .withMessageContaining(message);
    }

    @Test
    void aliasesThatStandForBillionsOfValuesAreRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a%1$d: &a%1$d [%2$s]\n".formatted(i, ("*a" + (i - 1) + ", ").repeat(9)));
        }

        assertThatExceptionOfType(JsonParseException.class)
                .isThrownBy(() -> read(bomb.toString()))
                .withMessageContaining("aliases stand for more than 500000 values in this document");
    }

    @Test
    void aliasesThatNestWithoutEndAreRefused() {
        StringBuilder deep = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i < 5000; i++) {
            deep.append("a%1$d: &a%1$d [*a%2$d]\n".formatted(i, i - 1));
        }

        assertThatExceptionOfType(JsonParseException.class)
                .isThrownBy(() -> read(deep.toString()))
                .withMessageContaining("is nested more than 200 levels deep");
    }
}
