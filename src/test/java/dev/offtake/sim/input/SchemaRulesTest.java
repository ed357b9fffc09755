package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is special about rules; that those of our kinds are kept is tested with their bad inputs. */
class SchemaRulesTest {
    private static final String FIXED = """
            properties:
              spec:
                properties: {size: {type: integer}}
                x-kubernetes-validations:
                - {rule: self.size == oldSelf.size, fieldPath: .size, messageExpression: "'%d, not %d'.format([oldSelf.size, self.size])"}
            """;

    private static JsonNode yaml(String text) {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRuleOfChangesAsksOnlyWhatReplacesAnother() {
        SchemaRules rules = new SchemaRules(yaml(FIXED));
        JsonNode object = yaml("spec: {size: 2}");

        assertThat(rules.problems(object, Optional.empty())).isEmpty();
        assertThat(rules.problems(object, Optional.of(object))).isEmpty();
        assertThat(rules.problems(object, Optional.of(yaml("spec: {size: 1}")))).containsExactly("spec.size: 1, not 2");
    }

    @Test
    void aRuleThatWouldBePassedOverIsNotTaken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SchemaRules(yaml("items:\n" + FIXED.indent(2))))
                .withMessageContaining("a rule of changes of entries");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SchemaRules(yaml("x-kubernetes-validations: [{rule: self.matches('a')}]")))
                .withMessageContaining("no such function: matches");
    }
}
