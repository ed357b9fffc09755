package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** Chooses objects by their labels, as everywhere in Kubernetes; all requirements must hold. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record LabelSelector(
        @Size(max = 32) @JsonPropertyDescription("Labels that must be there with these values.")
        Map<String, @Pattern(Limits.LABEL_VALUE) @Size(max = Limits.NAME_LENGTH) String> matchLabels,

        @Size(max = 32) @JsonPropertyDescription("Requirements on labels.")
        List<Expression> matchExpressions) {

    public LabelSelector {
        matchLabels = Limits.sorted(matchLabels);
        matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
    }

    /** One requirement on a label. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
            fieldPath = ".values",
            messageExpression = "self.operator in ['In', 'NotIn']"
                    + " ? 'operator %s on %s has no values: list at least one'.format([self.operator, self.key])"
                    + " : 'operator %s on %s has values: remove them, or use In or NotIn'"
                    + ".format([self.operator, self.key])")
    public record Expression(
            @Required
            @Pattern(Limits.QUALIFIED_NAME)
            @Size(min = 1, max = Limits.QUALIFIED_NAME_LENGTH)
            @JsonPropertyDescription("Key of the label.")
            String key,

            @Required @JsonPropertyDescription("In and NotIn compare with values; Exists and DoesNotExist take none.")
            Operator operator,

            @Size(max = 64) @JsonPropertyDescription("Values for In and NotIn.")
            List<@Pattern(Limits.LABEL_VALUE) @Size(max = Limits.NAME_LENGTH) String> values) {
        public Expression {
            values = values == null ? List.of() : List.copyOf(values);
        }
    }

    /** How a label is compared. */
    public enum Operator {
        @JsonProperty("In")
        IN,
        @JsonProperty("NotIn")
        NOT_IN,
        @JsonProperty("Exists")
        EXISTS,
        @JsonProperty("DoesNotExist")
        DOES_NOT_EXIST
    }
}
