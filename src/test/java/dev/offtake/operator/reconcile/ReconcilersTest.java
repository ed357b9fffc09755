package dev.offtake.operator.reconcile;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.testbed.MockServers;
import dev.offtake.translate.Nodes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcilersTest {
    private static final String GB300 = "{gpuClass: gb300-nvl72}";

    private final KubernetesMockServer server = MockServers.keeping(false);
    private KubernetesClient client;

    private final Clock clock = Clock.systemUTC();
    private final StatusBoard board = new StatusBoard();
    private final TinyLoop loop = new TinyLoop(board, clock);
    private final AtomicBoolean leading = new AtomicBoolean(true);
    private final AtomicReference<PolicyState> policies = new AtomicReference<>(PolicyState.NOT_WATCHED);
    private Optional<Reconcilers> running = Optional.empty();

    @BeforeEach
    void fleetIsThere() {
        server.init();
        client = MockServers.patientClient(server);
        fleet().racks(2).vocabulary("nebius").build().forEach(node -> loop.putNode(Nodes.facts(node)));
    }

    @AfterEach
    void stop() {
        running.ifPresent(Reconcilers::close);
        loop.close();
        client.close();
        server.destroy();
    }

    private Reconcilers start() {
        Reconcilers reconcilers =
                Reconcilers.start(client, loop, board, leading::get, policies::get, new SimpleMeterRegistry(), clock);
        running = Optional.of(reconcilers);
        await().until(reconcilers::isSynced);
        return reconcilers;
    }

    private void pool(String name, String spec) {
        client.resource(client.getKubernetesSerialization()
                        .unmarshal("metadata: {name: " + name + "}\nspec: " + spec, GPUPool.class))
                .createOr(r -> r.update());
    }

    private void contract(String name, String commitment) {
        contract(name, commitment, Instant.parse("2020-01-01T00:00:00Z"));
    }

    private void contract(String name, String commitment, Instant start) {
        client.resource(client.getKubernetesSerialization()
                        .unmarshal("""
                        metadata: {name: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                        spec:
                          tenant: acme
                          term: {start: "%s", end: "2099-01-01T00:00:00Z"}
                          commitments: [%s]
                        """.formatted(name, start, commitment), TenantContract.class))
                .create();
    }

    private static String racks(int quantity) {
        return "{name: base, gpuClass: gb300-nvl72, unit: rack, tranches: [{name: all, quantity: " + quantity
                + ", due: \"2020-01-01T00:00:00Z\"}]}";
    }

    private GPUPool pool(String name) {
        return client.resources(GPUPool.class).withName(name).get();
    }

    private TenantContract contract(String name) {
        return client.resources(TenantContract.class).withName(name).get();
    }

    private static Condition condition(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private Condition poolCondition(String pool, String type) {
        await().until(() -> pool(pool).getStatus() != null);
        return condition(pool(pool).getStatus().conditions(), type);
    }

    private Condition feasible(String contract) {
        await().until(() -> contract(contract).getStatus() != null);
        return condition(contract(contract).getStatus().conditions(), TenantContract.FEASIBLE);
    }

    private void awaitHeard(String... all) {
        await().untilAsserted(() -> assertThat(loop.heard()).containsExactly(all));
    }

    @Test
    void aRightPoolSaysWhatItHas() {
        pool("p", GB300);
        start();
        await().untilAsserted(() -> {
            assertThat(pool("p").getStatus()).isNotNull();
            assertThat(pool("p").getStatus().gpus().sellable()).isEqualTo(144);
        });
        assertThat(pool("p").getStatus().nodes().usable()).isEqualTo(36);
        assertThat(poolCondition("p", GPUPool.READY).status()).isEqualTo(Condition.Status.TRUE);
        assertThat(poolCondition("p", GPUPool.NODES_DISPUTED).status()).isEqualTo(Condition.Status.FALSE);
    }

    @Test
    void aPoolThatBecomesWrongIsTakenBackAndSaysWhy() {
        start();
        pool("p", GB300);
        awaitHeard("+pool p");
        pool("p", "{gpuClass: gb299}");
        await().untilAsserted(() -> {
            Condition ready = poolCondition("p", GPUPool.READY);
            assertThat(ready.status()).isEqualTo(Condition.Status.FALSE);
            assertThat(ready.reason()).isEqualTo("UnknownClass");
            assertThat(ready.message()).contains("gb299", "spec.gpuClass");
        });
        awaitHeard("+pool p", "-pool p");
        assertThat(pool("p").getStatus().gpus()).isNull();
    }

    @Test
    void aPoolWithoutNodesSaysWhichLabelItLooksFor() {
        start();
        pool("p", "{gpuClass: h100-sxm}");
        await().untilAsserted(() -> {
            Condition ready = poolCondition("p", GPUPool.READY);
            assertThat(ready.reason()).isEqualTo("NoNodes");
            assertThat(ready.message()).contains("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
        });
    }

    @Test
    void aContractIsHandedOverOnlyWhenItsAdmissionIsDurable() {
        pool("p", GB300);
        start();
        List<TenantContract> asHandedOver = new CopyOnWriteArrayList<>();
        loop.onContract(name -> asHandedOver.add(contract(name)));
        contract("c", racks(1));
        await().until(() -> board.contracts().containsKey("c"));
        assertThat(asHandedOver).hasSize(1);
        assertThat(asHandedOver.get(0).getStatus().admittedAt())
                .isEqualTo(board.contracts().get("c").contract().admittedAt());
        assertThat(loop.heard()).containsExactly("+pool p", "+contract c");
    }

    @Test
    void anAdmittedContractSaysWhatItHas() {
        pool("p", GB300);
        start();
        contract("c", racks(1));
        await().untilAsserted(() -> {
            TenantContractStatus status = contract("c").getStatus();
            assertThat(status).isNotNull();
            assertThat(status.lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.ACTIVE);
            assertThat(status.gpus()).isEqualTo(new TenantContractStatus.Gpus(72, 72, 0, 0, 0, 0));
            assertThat(status.tranches()).hasSize(1);
            assertThat(status.tranches().get(0).entitled()).isEqualTo(1);
            assertThat(status.next().what()).isEqualTo(TenantContractStatus.Change.TERM_END);
            assertThat(condition(status.conditions(), TenantContract.GUARANTEE_MET)
                            .status())
                    .isEqualTo(Condition.Status.TRUE);
        });
    }

    @Test
    void moreThanThereIsIsAdmittedAndNotMet() {
        pool("p", GB300);
        start();
        contract("c", racks(3));
        await().untilAsserted(() -> {
            TenantContractStatus status = contract("c").getStatus();
            assertThat(status).isNotNull();
            assertThat(status.gpus()).isEqualTo(new TenantContractStatus.Gpus(216, 144, 0, 0, 0, 0));
            Condition met = condition(status.conditions(), TenantContract.GUARANTEE_MET);
            assertThat(met.status()).isEqualTo(Condition.Status.FALSE);
            assertThat(met.reason()).isEqualTo("SupplyShort");
            assertThat(met.message()).contains("base", "2 of 3", "rack");
        });
    }

    @Test
    void proposalsAreAdmittedInTheOrderOfTheirNamesWhenTheirPoolAppears() {
        contract("c", racks(1));
        contract("a", racks(1));
        contract("b", racks(1));
        start();
        for (String name : List.of("a", "b", "c")) {
            await().untilAsserted(() -> assertThat(feasible(name).reason()).isEqualTo("NoPoolOfClass"));
            assertThat(contract(name).getStatus().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.PROPOSED);
        }
        pool("p", GB300);
        await().until(() -> board.contracts().size() == 3);
        assertThat(List.of("a", "b", "c"))
                .extracting(n -> contract(n).getStatus().admittedAt())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void anAdmittedContractWhosePoolVanishesStaysAdmitted() {
        pool("p", GB300);
        start();
        contract("c", racks(1));
        await().until(() -> board.contracts().containsKey("c"));
        Instant admittedAt = contract("c").getStatus().admittedAt();
        client.resources(GPUPool.class).withName("p").delete();
        await().untilAsserted(() -> assertThat(feasible("c").reason()).isEqualTo("NoPoolOfClass"));
        assertThat(contract("c").getStatus().admittedAt()).isEqualTo(admittedAt);
        assertThat(loop.heard()).containsExactly("+pool p", "+contract c", "-pool p");
    }

    @Test
    void anAdmissionOutlivesARestart() {
        pool("p", GB300);
        start();
        contract("c", racks(1));
        await().until(() -> board.contracts().containsKey("c"));
        Instant admittedAt = contract("c").getStatus().admittedAt();
        running.orElseThrow().close();
        client.resources(GPUPool.class).withName("p").delete();
        start();
        await().untilAsserted(() -> assertThat(feasible("c").reason()).isEqualTo("NoPoolOfClass"));
        assertThat(contract("c").getStatus().admittedAt()).isEqualTo(admittedAt);
        assertThat(loop.heard()).endsWith("+contract c");
    }

    @Test
    void whatIsDeletedIsRemovedWithoutAFinalizer() {
        pool("p", GB300);
        start();
        contract("c", racks(1));
        await().until(() -> board.contracts().containsKey("c"));
        assertThat(contract("c").getMetadata().getFinalizers()).isNullOrEmpty();
        assertThat(pool("p").getMetadata().getFinalizers()).isNullOrEmpty();
        client.resources(TenantContract.class).withName("c").delete();
        awaitHeard("+pool p", "+contract c", "-contract c");
        client.resources(GPUPool.class).withName("p").delete();
        awaitHeard("+pool p", "+contract c", "-contract c", "-pool p");
    }

    @Test
    void aFollowerHandsOverButWritesNothingUntilItLeads() {
        pool("p", GB300);
        leading.set(false);
        Reconcilers reconcilers = start();
        contract("c", racks(1));
        await().until(() -> board.pools().containsKey("p"));
        assertThat(pool("p").getStatus()).isNull();
        assertThat(contract("c").getStatus()).isNull();
        leading.set(true);
        reconcilers.reconcileAll();
        await().until(() -> board.contracts().containsKey("c"));
        assertThat(poolCondition("p", GPUPool.READY).status()).isEqualTo(Condition.Status.TRUE);
    }

    @Test
    void nothingIsWrittenWhileNothingChanges() {
        pool("p", GB300);
        Reconcilers reconcilers = start();
        contract("c", racks(1));
        await().until(() ->
                contract("c").getStatus() != null && contract("c").getStatus().gpus() != null);
        await().until(() ->
                pool("p").getStatus() != null && pool("p").getStatus().gpus().committed() == 72);
        String pool = pool("p").getMetadata().getResourceVersion();
        String contract = contract("c").getMetadata().getResourceVersion();
        for (int i = 0; i < 20; i++) {
            reconcilers.reconcileAll();
        }
        // What comes later is written later: when it is there, everything before has been looked at.
        contract("later", "{name: base, gpuClass: none, unit: gpu, onDemand: {gpus: 1}}");
        await().until(() -> contract("later").getStatus() != null);
        assertThat(pool("p").getMetadata().getResourceVersion()).isEqualTo(pool);
        assertThat(contract("c").getMetadata().getResourceVersion()).isEqualTo(contract);
    }

    @Test
    void aContractBecomesActiveWhenItsTermBegins() {
        pool("p", GB300);
        start();
        contract(
                "c",
                "{name: base, gpuClass: gb300-nvl72, unit: rack, onDemand: {gpus: 8}}",
                Instant.now().plusSeconds(3));
        await().untilAsserted(() ->
                assertThat(contract("c").getStatus().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.PENDING));
        await().untilAsserted(() ->
                assertThat(contract("c").getStatus().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.ACTIVE));
    }

    @Test
    void poolsTellWhenPoliciesAreNotInForce() {
        pool("p", GB300);
        policies.set(new PolicyState(
                true, List.of(), List.of("ValidatingAdmissionPolicy x"), List.of(), Optional.empty(), ""));
        start();
        Condition inForce = poolCondition("p", PoolStatuses.POLICIES_IN_FORCE);
        assertThat(inForce.status()).isEqualTo(Condition.Status.FALSE);
        assertThat(inForce.message()).contains("ValidatingAdmissionPolicy x", "deploy/policies.yaml");
    }

    @Test
    void whatWasSaidOfPoliciesStaysUntilSomebodyLooks() {
        pool("p", GB300);
        policies.set(new PolicyState(
                true, List.of(), List.of("ValidatingAdmissionPolicy x"), List.of(), Optional.empty(), ""));
        Reconcilers started = start();
        Condition before = poolCondition("p", PoolStatuses.POLICIES_IN_FORCE);

        policies.set(PolicyState.NOT_WATCHED);
        fleet().racks(3).vocabulary("nebius").build().forEach(node -> loop.putNode(Nodes.facts(node)));
        started.reconcilePools();

        await().untilAsserted(() -> {
            assertThat(pool("p").getStatus().nodes().usable()).isGreaterThan(36);
            assertThat(poolCondition("p", PoolStatuses.POLICIES_IN_FORCE)).isEqualTo(before);
        });
    }

    private void prompt(String name, String timeToPlace, Instant end) {
        client.resource(client.getKubernetesSerialization()
                        .unmarshal("""
                        metadata: {name: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                        spec:
                          tenant: acme
                          term: {start: "2020-01-01T00:00:00Z", end: "%s"}
                          timeToPlace: %s
                          commitments: [%s]
                        """.formatted(name, end, timeToPlace, racks(1)), TenantContract.class))
                .create();
    }

    private Optional<Condition.Status> reclaimInTime(String contract) {
        return Optional.ofNullable(contract(contract).getStatus()).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(c -> c.type().equals(TenantContract.RECLAIM_IN_TIME))
                .map(Condition::status)
                .findFirst();
    }

    @Test
    void whatIsLentComesTooLateOnlyAsLongAsAnotherContractIsInItsTerm() {
        pool("p", GB300);
        start();
        contract("c", racks(1));
        await().until(() -> board.contracts().containsKey("c"));
        assertThat(reclaimInTime("c")).as("nothing is agreed").isEmpty();

        prompt("prompt", "1m", Instant.now().plusSeconds(3));

        await().until(() -> reclaimInTime("c").equals(Optional.of(Condition.Status.FALSE)));
        await().until(() -> contract("prompt").getStatus().lifecycle() == TenantContractStatus.Lifecycle.EXPIRED);
        await().until(() -> reclaimInTime("c").isEmpty());
        assertThat(reclaimInTime("prompt")).as("it lends nothing any more").isEmpty();
    }
}
