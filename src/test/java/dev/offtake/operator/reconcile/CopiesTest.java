package dev.offtake.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopiesTest {
    private static final String CONTRACT = """
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata:
              {name: acme, uid: u1, resourceVersion: "7", generation: 3, labels: {a: b}, finalizers: [example.com/keep],
               creationTimestamp: "2026-01-01T00:00:00Z",
               ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: of, uid: u0}]}
            spec:
              tenant: acme
              term: {start: "2026-01-01T00:00:00Z", end: "2036-01-01T00:00:00Z"}
              commitments:
              - name: base
                gpuClass: h100-sxm
                unit: gpu
                tranches: [{name: all, quantity: 8, due: "2026-01-01T00:00:00Z"}]
            status: {observedGeneration: 2, lifecycle: Active, admittedAt: "2026-01-01T00:00:00Z"}
            """;

    private static final String POOL = """
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: h100, annotations: {a: b}}
            spec: {gpuClass: h100-sxm}
            status: {observedGeneration: 1}
            """;

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final Copies copies = new Copies();

    @ParameterizedTest
    @ValueSource(strings = {CONTRACT, POOL})
    void aCopyIsEqualAndAnother(String text) {
        HasMetadata object = read(text);

        HasMetadata copy = copies.clone(object);

        assertThat(copy).isNotSameAs(object).hasSameClassAs(object);
        assertThat(json.asJson(copy)).isEqualTo(json.asJson(object));
    }

    @Test
    void whatIsDoneToItStaysWithIt() {
        TenantContract contract = (TenantContract) read(CONTRACT);
        String before = json.asJson(contract);

        TenantContract copy = copies.clone(contract);
        copy.setStatus(null);
        copy.getMetadata().setResourceVersion("8");
        copy.getMetadata().getFinalizers().clear();
        copy.getMetadata().setLabels(Map.of());

        assertThat(json.asJson(contract)).isEqualTo(before);
    }

    @Test
    void nothingElseIsCopied() {
        assertThatThrownBy(() -> copies.clone(new Namespace()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Namespace");
    }

    private HasMetadata read(String text) {
        json.registerKubernetesResource(GPUPool.class);
        json.registerKubernetesResource(TenantContract.class);
        return json.unmarshal(text);
    }
}
