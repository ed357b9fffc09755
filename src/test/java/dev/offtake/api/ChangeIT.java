package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.testbed.OnControlPlane;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What of an object may change, how large it may be, and what of it comes back as it was written. */
@OnControlPlane(apiServerOnly = true)
class ChangeIT {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    private static KubernetesClient client;

    private final List<CustomResource<?, ?>> created = new ArrayList<>();

    @BeforeAll
    static void findServer() {
        client = SchemaServer.shared().client();
    }

    private <T extends CustomResource<?, ?>> T create(String manifest, Class<T> kind, String name) {
        T resource = Serialization.unmarshal(manifest, kind);
        resource.getMetadata().setName(name);
        return create(resource);
    }

    private <T extends CustomResource<?, ?>> T create(T resource) {
        T made = client.resource(resource).create();
        created.add(made);
        return made;
    }

    @AfterEach
    void deleteWhatWasCreated() {
        created.forEach(resource -> client.resource(resource).delete());
    }

    private TenantContract signed(String name) {
        return signed(Manifests.SMALLEST_CONTRACT, name);
    }

    private TenantContract signed(String manifest, String name) {
        TenantContract contract = create(manifest, TenantContract.class, name);
        contract.setStatus(new TenantContractStatus(
                1, TenantContractStatus.Lifecycle.ACTIVE, THEN, null, List.of(), List.of(), null, List.of()));
        return client.resource(contract).updateStatus();
    }

    private static TenantContract ofTenant(TenantContract contract, String tenant) {
        TenantContractSpec spec = contract.getSpec();
        contract.setSpec(new TenantContractSpec(tenant, spec.term(), spec.commitments()));
        return contract;
    }

    private static GPUWorkload onDemand(GPUWorkload workload) {
        GPUWorkloadSpec spec = workload.getSpec();
        workload.setSpec(new GPUWorkloadSpec(
                spec.gpuClasses(),
                List.of(Tier.ON_DEMAND),
                spec.podSets(),
                spec.topology(),
                spec.duration(),
                spec.checkpoint(),
                spec.priority()));
        return workload;
    }

    private static GPUWorkloadStatus placed(List<GPUWorkloadStatus.Placement> placement) {
        return new GPUWorkloadStatus(
                1,
                GPUWorkloadStatus.Phase.PLACED,
                64,
                Tier.RESERVED,
                "meta-2025",
                "cluster",
                THEN.plusSeconds(3600),
                null,
                null,
                placement,
                null,
                List.of(new Condition(GPUWorkload.PLACED, Condition.Status.TRUE, 1, THEN, "Placed", "on 16 nodes")));
    }

    private static GPUWorkloadStatus.Placement on(int nodes) {
        return new GPUWorkloadStatus.Placement(
                "workers",
                Tier.RESERVED,
                1,
                IntStream.range(0, nodes)
                        .mapToObj(i -> "gb300-rack-0000-tray-0000-node-%06d.site.example".formatted(i))
                        .toList(),
                null);
    }

    @Test
    void aContractThatIsNotAdmittedMayChange() {
        TenantContract draft = create(Manifests.SMALLEST_CONTRACT, TenantContract.class, "draft");
        assertThat(client.resource(ofTenant(draft, "another"))
                        .update()
                        .getSpec()
                        .tenant())
                .isEqualTo("another");
    }

    @Test
    void theTermsOfAnAdmittedContractAreImmutable() {
        TenantContract changed = ofTenant(signed("signed"), "another");
        assertThatThrownBy(() -> client.resource(changed).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(
                        "the terms of signed are immutable, it was admitted at 2026-01-01T00:00:00Z: make a"
                                + " new contract");
    }

    @Test
    void theSubTenantsOfAnAdmittedContractMayChangeAndNothingElse() {
        TenantContract changed =
                client.resource(withSubTenants(signed("shared"), null, 3)).update();
        assertThat(changed.getSpec().subTenants())
                .containsExactly(new TenantContractSpec.SubTenant("research", 3, null));
        TenantContract again = client.resource(withSubTenants(changed, null, 4)).update();
        assertThat(again.getSpec().subTenants().get(0).weight()).isEqualTo(4);
        assertThatThrownBy(() -> client.resource(withSubTenants(again, "5m", 4)).update())
                .hasMessageContaining("the terms of shared are immutable");
    }

    /** Whoever adds a term says here whether it may change. */
    @Test
    void everyTermButTheSubTenantsIsImmutable() {
        String rules = Arrays.stream(TenantContract.class.getAnnotationsByType(ValidationRule.class))
                .map(ValidationRule::value)
                .collect(Collectors.joining(" "));
        assertThat(Arrays.stream(TenantContractSpec.class.getRecordComponents()).map(RecordComponent::getName))
                .filteredOn(name -> !rules.contains("self.spec." + name + " == oldSelf.spec." + name))
                .containsExactly("subTenants");
    }

    private static TenantContract withSubTenants(TenantContract of, @Nullable String timeToPlace, int weight) {
        TenantContractSpec spec = of.getSpec();
        TenantContract copy = Serialization.clone(of);
        copy.setSpec(new TenantContractSpec(
                spec.tenant(),
                spec.term(),
                spec.commitments(),
                timeToPlace,
                List.of(new TenantContractSpec.SubTenant("research", weight, null))));
        return copy;
    }

    @Test
    void theCommitmentsOfAnAdmittedContractKeepTheirOrder() {
        TenantContract contract = signed(Manifests.TWO_CLASSES, "ordered");
        List<TenantContractSpec.Commitment> commitments = contract.getSpec().commitments();
        contract.setSpec(new TenantContractSpec(
                contract.getSpec().tenant(),
                contract.getSpec().term(),
                List.of(commitments.get(1), commitments.get(0))));
        assertThatThrownBy(() -> client.resource(contract).update())
                .hasMessageContaining("the terms of ordered are immutable");
    }

    @Test
    void theLabelsOfAnAdmittedContractMayChange() {
        TenantContract contract = signed("labelled");
        contract.getMetadata().setLabels(Map.of("team", "sales"));
        assertThat(client.resource(contract).update().getMetadata().getLabels()).containsEntry("team", "sales");
    }

    @Test
    void theClassOfAPoolIsImmutable() {
        GPUPool pool = create(Manifests.SMALLEST_POOL, GPUPool.class, "other-class");
        pool.setSpec(new GPUPoolSpec("h100-sxm", pool.getSpec().location(), null, List.of(), List.of(), List.of()));
        assertThatThrownBy(() -> client.resource(pool).update())
                .hasMessageContaining(
                        "gpuClass is immutable: it is gb300-nvl72 and cannot become h100-sxm; make another"
                                + " GPUPool for the other class");
    }

    @Test
    void theSpecOfAGangIsImmutableWhileItIsPlaced() {
        GPUWorkload waiting = create(Manifests.WORKLOAD, GPUWorkload.class, "gang");
        waiting.setStatus(placed(List.of(on(16))));
        GPUWorkload placed = client.resource(waiting).updateStatus();
        GPUWorkload changed = onDemand(client.resource(placed).get());
        assertThatThrownBy(() -> client.resource(changed).update())
                .hasMessageContaining(
                        "the spec of gang is immutable while it has a placement: delete the work and create"
                                + " it anew");

        placed.setStatus(placed(List.of()));
        GPUWorkload takenBack = client.resource(placed).updateStatus();
        assertThat(client.resource(onDemand(takenBack)).update().getSpec().tiers())
                .containsExactly(Tier.ON_DEMAND);
    }

    @Test
    void aPlacementHoldsAsManyNodesAsFitIntoOneObject() {
        GPUWorkload workload = create(Manifests.WORKLOAD, GPUWorkload.class, "large");
        workload.setStatus(placed(List.of(on(16_000), on(384))));
        GPUWorkload full = client.resource(workload).updateStatus();
        assertThat(full.getStatus()).isEqualTo(workload.getStatus());

        full.setStatus(placed(List.of(on(16_000), on(385))));
        assertThatThrownBy(() -> client.resource(full).updateStatus())
                .hasMessageContaining(
                        "placement names 16385 nodes, at most 16384 fit into one object: make the gang" + " smaller");
    }

    @Test
    void aContractOfTheMostTranchesIsAcceptedAndItsLastOneIsChecked() {
        TenantContractSpec.Term term = new TenantContractSpec.Term(THEN, THEN.plusSeconds(1000));
        assertThat(create(full("most", term, null)).getSpec().commitments()).hasSize(Limits.COMMITMENTS);
        assertThatThrownBy(() -> create(full("too-late", term, term.end().plusSeconds(1))))
                .hasMessageContaining("of tranche c31/t63 is after the end of the term");
    }

    private static TenantContract full(String name, TenantContractSpec.Term term, @Nullable Instant lastEnd) {
        List<TenantContractSpec.Commitment> commitments = IntStream.range(0, Limits.COMMITMENTS)
                .mapToObj(c -> new TenantContractSpec.Commitment(
                        "c" + c,
                        "h100-sxm",
                        "gpu",
                        IntStream.range(0, Limits.TRANCHES)
                                .mapToObj(t -> new TenantContractSpec.Tranche(
                                        "t" + t, 1, term.start().plusSeconds(t), c == 31 && t == 63 ? lastEnd : null))
                                .toList(),
                        null,
                        new TenantContractSpec.Lending(TenantContractSpec.Policy.ALWAYS, "1h", "720h"),
                        null,
                        null))
                .toList();
        TenantContract contract = Serialization.unmarshal(Manifests.SMALLEST_CONTRACT, TenantContract.class);
        contract.getMetadata().setName(name);
        contract.setSpec(new TenantContractSpec("meta", term, commitments));
        return contract;
    }

    @Test
    void whatIsWrittenIsWhatIsRead() {
        GPUPool pool = Serialization.unmarshal(Manifests.WHOLE_POOL, GPUPool.class);
        assertThat(create(Manifests.WHOLE_POOL, GPUPool.class, "whole").getSpec())
                .isEqualTo(pool.getSpec());
        assertThat(pool.getSpec().topology())
                .containsExactly(
                        new GPUPoolSpec.TopologyLevel(
                                "block",
                                List.of("fabric.topograph.run/tier-2", "topology.nebius.com/tier-2"),
                                null,
                                null,
                                null),
                        new GPUPoolSpec.TopologyLevel(
                                "rack",
                                List.of("nvidia.com/gpu.clique", "topology.nebius.com/nvl-instance-group-id"),
                                18,
                                0,
                                null),
                        new GPUPoolSpec.TopologyLevel("half", List.of(), null, null, 2));

        TenantContract contract = Serialization.unmarshal(Manifests.WHOLE_CONTRACT, TenantContract.class);
        assertThat(create(Manifests.WHOLE_CONTRACT, TenantContract.class, "whole")
                        .getSpec())
                .isEqualTo(contract.getSpec());

        GPUWorkload workload = create(Manifests.WORKLOAD, GPUWorkload.class, "whole");
        assertThat(workload.getSpec())
                .isEqualTo(Serialization.unmarshal(Manifests.WORKLOAD, GPUWorkload.class)
                        .getSpec());
        GPUWorkloadStatus status = new GPUWorkloadStatus(
                1,
                GPUWorkloadStatus.Phase.WAITING,
                64,
                null,
                null,
                null,
                null,
                new GPUWorkloadStatus.Waiting(
                        "InsufficientWholeCells",
                        Map.of("level", "rack", "needed", "8", "whole", "6"),
                        "needs 8 whole racks, 6 free",
                        THEN),
                new GPUWorkloadStatus.Plan(
                        THEN,
                        List.of("n1", "n2"),
                        List.of("uid-1"),
                        List.of(new GPUWorkloadStatus.Part("train", "job-low", List.of("uid-2")))),
                List.of(),
                new GPUWorkloadStatus.Rollback(
                        "RefusedByScheduler",
                        "volume in another zone",
                        THEN,
                        THEN.plusSeconds(120),
                        true,
                        "uid-job",
                        List.of("n1")),
                List.of());
        workload.setStatus(status);
        assertThat(client.resource(workload).updateStatus().getStatus()).isEqualTo(status);
    }
}
