package dev.offtake.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Optional;

/** Whether contracts decide where GPU pods run, or only say what they would decide. */
public enum Enforcement {
    /** GPU pods are gated, placed by contract, and evicted when others need what was lent to them. */
    @JsonProperty("Enforce")
    ENFORCE("Enforce"),
    /** Another scheduler places them; nothing is gated or evicted, everything is decided and explained as if. */
    @JsonProperty("Report")
    REPORT("Report");

    private final String spelled;

    Enforcement(String spelled) {
        this.spelled = spelled;
    }

    /** As values, labels and options spell it. */
    public String spelled() {
        return spelled;
    }

    /** The one that is spelled so; empty for any other text. */
    public static Optional<Enforcement> of(String text) {
        return Arrays.stream(values()).filter(e -> e.spelled.equals(text)).findFirst();
    }
}
