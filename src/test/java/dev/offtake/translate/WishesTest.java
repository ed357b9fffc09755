package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WishesTest {
    private static final String KEYS = "offtake.dev/gpu-class, offtake.dev/tier, offtake.dev/topology,"
            + " offtake.dev/topology-preferred, offtake.dev/slice, offtake.dev/min-pods, offtake.dev/duration,"
            + " offtake.dev/checkpoint, offtake.dev/priority, offtake.dev/pods, offtake.dev/workload";

    @Test
    void whoWishesForNothingGetsReserved() {
        assertThat(pod("other.dev/tier: Spot"))
                .isEqualTo(new Wishes(
                        List.of(),
                        List.of(Tier.RESERVED),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        OptionalInt.empty(),
                        List.of()));
    }

    @Test
    void allWishesAreRead() {
        Wishes wishes = Wishes.of(Yaml.pod("""
                metadata:
                  labels: {offtake.dev/workload: train, app: x}
                  annotations:
                    offtake.dev/gpu-class: "h200-sxm, h100-sxm"
                    offtake.dev/tier: OnDemand,Reserved,Spot
                    offtake.dev/checkpoint: 30m + 5m
                    offtake.dev/topology: block
                    offtake.dev/topology-preferred: rack
                    offtake.dev/slice: rack=16
                    offtake.dev/min-pods: "16"
                    offtake.dev/duration: 1h30m
                    offtake.dev/priority: "-5"
                    offtake.dev/pods: "32"
                    offtake.dev/claim: "{}"
                """));

        assertThat(wishes)
                .isEqualTo(new Wishes(
                        List.of("h200-sxm", "h100-sxm"),
                        List.of(Tier.ON_DEMAND, Tier.RESERVED, Tier.SPOT),
                        Optional.of("block"),
                        Optional.of("rack"),
                        Optional.of(new GangDemand.Slice("rack", 16)),
                        OptionalInt.of(16),
                        Optional.of(Duration.ofMinutes(90)),
                        Optional.of(new Checkpoint(Duration.ofMinutes(30), Duration.ofMinutes(5))),
                        -5,
                        Optional.of("train"),
                        OptionalInt.of(32),
                        List.of()));
    }

    @Test
    void theExampleOfSpotWorkIsUnderstood() throws IOException {
        Wishes wishes = Wishes.of(Yaml.job(Files.readString(Path.of("examples/nvl72/spot.yaml"))));

        assertThat(wishes.tiers()).containsExactly(Tier.SPOT);
        assertThat(wishes.checkpoint()).contains(new Checkpoint(Duration.ofMinutes(30), Duration.ofMinutes(5)));
        assertThat(wishes.problems()).isEmpty();
    }

    @Test
    void theJobsOwnWishesWinOverThoseOfItsTemplate() {
        Wishes wishes = Wishes.of(Yaml.job("""
                metadata: {annotations: {offtake.dev/topology: block}}
                spec:
                  template:
                    metadata: {annotations: {offtake.dev/topology: rack, offtake.dev/priority: "7"}}
                """));

        assertThat(wishes.required()).contains("block");
        assertThat(wishes.priority()).isEqualTo(7);
        assertThat(wishes.problems()).isEmpty();
    }

    @Test
    void aMistakeOnTheJobAndItsTemplateIsToldOnce() {
        Wishes wishes = Wishes.of(Yaml.job("""
                metadata: {annotations: {offtake.dev/teir: Reserved}}
                spec: {template: {metadata: {annotations: {offtake.dev/teir: Reserved}}}}
                """));

        assertThat(wishes.problems()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu-class: ""                  | gpu-class: "" has an empty entry; write a list such as h200-sxm,h100-sxm, or remove the annotation
            gpu-class: "h100-sxm,h100-sxm" | gpu-class: "h100-sxm,h100-sxm" names the same twice; name each once, in the order of preference
            gpu-class: H100                | gpu-class: "H100" has "H100", which cannot be a class; use lower case letters, digits and -, e.g. h100-sxm
            tier: spot                     | tier: "spot" has "spot", which is no tier (did you mean Spot?); use Reserved, OnDemand, Spot
            tier: ondemand                 | tier: "ondemand" has "ondemand", which is no tier (did you mean OnDemand?); use Reserved, OnDemand, Spot
            tier: cheap                    | tier: "cheap" has "cheap", which is no tier; use Reserved, OnDemand, Spot
            topology: Rack                 | topology: "Rack" cannot be a level; name one such as rack
            topology-preferred: "a b"      | topology-preferred: "a b" cannot be a level; name one such as rack
            slice: rack                    | slice: "rack" is not <level>=<pods>; write e.g. rack=16 for each 16 pods inside one rack
            slice: rack=0                  | slice: "rack=0" is not <level>=<pods>; write e.g. rack=16 for each 16 pods inside one rack
            slice: rack=1=2                | slice: "rack=1=2" is not <level>=<pods>; write e.g. rack=16 for each 16 pods inside one rack
            min-pods: many                 | min-pods: "many" is not a number of pods; use a whole number from 1 to 131072
            min-pods: "0"                  | min-pods: "0" is not a number of pods; use a whole number from 1 to 131072
            min-pods: "9999999999"         | min-pods: "9999999999" is not a number of pods; use a whole number from 1 to 131072
            duration: 2 days               | duration: "2 days" is not a duration above zero and up to a hundred years; write e.g. 36h, 90m or 1h30m
            duration: 0s                   | duration: "0s" is not a duration above zero and up to a hundred years; write e.g. 36h, 90m or 1h30m
            priority: high                 | priority: "high" is not a priority; use a whole number from -1000000000 to 1000000000
            priority: "2147483647"         | priority: "2147483647" is not a priority; use a whole number from -1000000000 to 1000000000
            pods: "4"                      | pods: "4" is the size of a gang without a name; add the label offtake.dev/workload with its name
            teir: Reserved                 | teir: "Reserved" is not a known key; did you mean offtake.dev/tier?
            min-pod: "3"                   | min-pod: "3" is not a known key; did you mean offtake.dev/min-pods?
            checkpoint: often              | checkpoint: "often" is not <interval> or <interval>+<restart cost>; write e.g. 30m, or 30m+5m where a restart takes five minutes
            checkpoint: 0s+5m              | checkpoint: "0s+5m" is not <interval> or <interval>+<restart cost>; write e.g. 30m, or 30m+5m where a restart takes five minutes
            checkpoint: 30m+               | checkpoint: "30m+" is not <interval> or <interval>+<restart cost>; write e.g. 30m, or 30m+5m where a restart takes five minutes
            checkpoint: 30m+5m+1m          | checkpoint: "30m+5m+1m" is not <interval> or <interval>+<restart cost>; write e.g. 30m, or 30m+5m where a restart takes five minutes
            tiers: Spot                    | tiers: "Spot" is not a known key; did you mean offtake.dev/tier?
            tenant: acme                   | tenant: "acme" belongs on the namespace, where the platform team sets it; remove it
            workload: x                    | workload: "x" is a label, not an annotation; move it to the labels of the pods
            """)
    void aBadAnnotationIsToldWithKeyValueAndFix(String annotation, String message) {
        assertThat(pod("offtake.dev/" + annotation).problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("offtake.dev/" + message);
    }

    @Test
    void aKeyThatIsLikeNoneIsToldWithAllThatThereAre() {
        assertThat(pod("offtake.dev/whatsoever: x").problems())
                .extracting(Problem::message)
                .containsExactly("offtake.dev/whatsoever: \"x\" is not a known key; remove it, or use one of " + KEYS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            workload: train | workload: "train" names a gang of unknown size; add the annotation offtake.dev/pods with the number of its pods
            tier: Reserved  | tier: "Reserved" is an annotation, not a label; move it to the annotations
            tenant: other   | tenant: "other" belongs on the namespace, where the platform team sets it; remove it
            contract: other | contract: "other" belongs on the namespace, where the platform team sets it; remove it
            claim: other    | claim: "other" is written by the operator on pods only; remove it
            worklaod: train | worklaod: "train" is not a known key; did you mean offtake.dev/workload?
            """)
    void aBadLabelIsToldWithKeyValueAndFix(String label, String message) {
        assertThat(Wishes.of(Yaml.pod("metadata: {labels: {offtake.dev/" + label + "}}"))
                        .problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("offtake.dev/" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            annotations: {offtake.dev/pods: "4"}       | offtake.dev/pods: "4" is for pods without a Job; remove it: the gang of a Job has as many pods as run at once
            annotations: {offtake.dev/claim: "{}"}     | offtake.dev/claim: "{}" is written by the operator on pods only; remove it
            labels: {offtake.dev/workload: train}      | offtake.dev/workload: "train" is for pods without a Job; remove it: a Job is a gang of its own
            """)
    void whatMeansNothingOnAJobIsTold(String meta, String message) {
        String template = "spec: {template: {metadata: {" + meta + "}}}";
        assertThat(Wishes.of(Yaml.job("metadata: {name: j}\n" + template)).problems())
                .extracting(Problem::message)
                .containsExactly(message);
    }

    private static Wishes pod(String annotations) {
        return Wishes.of(Yaml.pod("metadata: {annotations: {" + annotations + "}}"));
    }
}
