package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;

/** One aspect of the state of an object, in the standard shape of Kubernetes. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
        @Required
        @Pattern(Limits.CONDITION_TYPE)
        @Size(max = Limits.QUALIFIED_NAME_LENGTH)
        @JsonPropertyDescription("Which aspect of the object this is, e.g. Ready.")
        String type,

        @Required @JsonPropertyDescription("Whether it holds: True, False or Unknown.")
        Status status,

        @Min(0)
        @JsonPropertyDescription(
                "The metadata.generation that this was set upon; older than the object's, it is out of date.")
        long observedGeneration,

        @Required @JsonPropertyDescription("When the status last changed.")
        Instant lastTransitionTime,

        @Required
        @Pattern(Limits.REASON)
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Why, as one word in CamelCase that programs may rely on.")
        String reason,

        @Required
        @Size(max = Limits.MESSAGE_LENGTH)
        @JsonPropertyDescription("Why, for people: the field, the value and what to do about it. May be empty.")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String message) {

    /** Whether a condition holds. */
    public enum Status {
        @JsonProperty("True")
        TRUE,
        @JsonProperty("False")
        FALSE,
        @JsonProperty("Unknown")
        UNKNOWN
    }
}
