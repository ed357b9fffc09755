package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.fleet.Requirement.Operator;
import dev.offtake.fleet.Taint;
import dev.offtake.fleet.Toleration;
import dev.offtake.placement.NodeFilter;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeFiltersTest {
    private static final Requirement PIN = new Requirement("metadata.name", Operator.IN, List.of("n1"));

    @Test
    void selectorRequiredAffinityAndTolerationsAreRead() {
        NodeFilter filter = NodeFilters.of(spec("""
                nodeSelector: {b: y, a: x}
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: k, operator: NotIn, values: [v]}, {key: g, operator: Gt, values: ["4"]}]
                        matchFields: [{key: metadata.name, operator: In, values: [n1]}]
                      - {}
                tolerations:
                - {operator: Exists}
                - {key: t, value: v, effect: NoSchedule}
                - {key: number, operator: Lt, value: "5"}
                """), false);

        assertThat(filter)
                .isEqualTo(new NodeFilter(
                        List.of(
                                new Requirement("a", Operator.IN, List.of("x")),
                                new Requirement("b", Operator.IN, List.of("y"))),
                        List.of(
                                new NodeFilter.Term(
                                        List.of(
                                                new Requirement("k", Operator.NOT_IN, List.of("v")),
                                                new Requirement("g", Operator.GT, List.of("4"))),
                                        List.of(PIN)),
                                new NodeFilter.Term(List.of(), List.of())),
                        List.of(
                                new Toleration("", true, "", Optional.empty()),
                                new Toleration("t", false, "v", Optional.of(Taint.Effect.NO_SCHEDULE)))));
    }

    @Test
    void preferredAffinityIsNoConstraint() {
        assertThat(NodeFilters.of(
                        spec("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,"
                                + " preference: {matchExpressions: [{key: k, operator: Exists}]}}]}}"),
                        false))
                .isSameAs(NodeFilter.ANY);
    }

    @Test
    void theFilterOfAReleasedPodIsThatFromBeforeItsPin() {
        PodSpec bare = spec(required("{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}"));
        PodSpec narrowed = spec(required("{matchExpressions: [{key: k, operator: Exists}], matchFields: [{key:"
                + " metadata.name, operator: In, values: [n1]}]}"));

        assertThat(NodeFilters.of(bare, true)).isSameAs(NodeFilter.ANY);
        assertThat(NodeFilters.of(narrowed, true).terms())
                .containsExactly(
                        new NodeFilter.Term(List.of(new Requirement("k", Operator.EXISTS, List.of())), List.of()));
        assertThat(NodeFilters.pin(narrowed)).contains("n1");
    }

    @Test
    void aNodeThatThePodNamesItselfIsNotTakenForThePinBehindIt() {
        String own = "{key: metadata.name, operator: In, values: [n2]}";
        PodSpec waiting = spec(required("{matchFields: [" + own
                + "]}, {matchFields: [{key: metadata.name, operator: In," + " values: [n1]}]}"));
        String pin = ", {key: metadata.name, operator: In, values: [n1]}";
        PodSpec released = spec(required("{matchFields: [" + own + pin + "]}, {matchFields: [{key: metadata.name,"
                + " operator: In, values: [n1]}" + pin + "]}"));

        assertThat(NodeFilters.of(released, true)).isEqualTo(NodeFilters.of(waiting, false));
        assertThat(NodeFilters.pin(released)).contains("n1");
    }

    @Test
    void twoNamesAreNoPin() {
        assertThat(NodeFilters.pin(
                        spec(required("{matchFields: [{key: metadata.name, operator: In, values: [n1, n2]}]}"))))
                .isEmpty();
    }

    @Test
    void anOperatorThatIsNotKnownMatchesNothing() {
        NodeFilter filter = NodeFilters.of(spec(required("{matchExpressions: [{key: k, operator: Like}]}")), false);

        assertThat(filter.terms().get(0).labels()).containsExactly(new Requirement("k", Operator.IN, List.of()));
    }

    private static String required(String term) {
        return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + term
                + "]}}}";
    }

    private static PodSpec spec(String yaml) {
        return Yaml.pod("spec:\n  " + yaml.strip().replace("\n", "\n  ")).getSpec();
    }
}
