package dev.offtake.operator.reconcile;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.operator.policy.PolicyState;
import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.translate.Nodes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reconcilers as the operator's own user, with the rights that it ships with. */
@OnControlPlane(apiServerOnly = true)
class ReconcilersIT {
    /** Within that time bad input has its answer. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Clock clock = Clock.systemUTC();
    private final StatusBoard board = new StatusBoard();
    private final TinyLoop loop = new TinyLoop(board, clock);
    private final List<AutoCloseable> open = new ArrayList<>();
    private Sandbox sandbox;
    private KubernetesClient client;

    @BeforeAll
    static void install(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    @BeforeEach
    void start(Sandbox ownSandbox) {
        sandbox = ownSandbox;
        client = sandbox.client();
        SharedIndexInformer<Node> nodes =
                client.nodes().withLabels(sandbox.nodeLabel()).inform(new NodeFeed());
        open.add(nodes::close);
        open.add(reconcilers());
    }

    /** Another process of the operator. */
    private AutoCloseable reconcilers() {
        KubernetesClient operator = sandbox.controlPlane()
                .newServiceAccountClient(InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT);
        Reconcilers reconcilers = Reconcilers.start(
                operator, loop, board, () -> true, () -> PolicyState.NOT_WATCHED, new SimpleMeterRegistry(), clock);
        await().until(reconcilers::isSynced);
        return () -> {
            reconcilers.close();
            operator.close();
        };
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        loop.close();
    }

    /** A pool of this test's nodes; {@code nodes} and further lines of the spec may narrow it. */
    private String pool(String base, String gpuClass, String... spec) {
        String name = sandbox.name(base);
        create(GPUPool.class, """
                metadata: {name: %s}
                spec:
                  gpuClass: %s
                  nodes: {selector: {matchLabels: {%s: %s}}}
                  %s
                """.formatted(name, gpuClass, Sandbox.LABEL, sandbox.id(), String.join("\n  ", spec)));
        return name;
    }

    private String contract(String base, String commitment) {
        String name = sandbox.name(base);
        create(TenantContract.class, """
                metadata: {name: %s}
                spec:
                  tenant: acme
                  term: {start: "2020-01-01T00:00:00Z", end: "2099-01-01T00:00:00Z"}
                  commitments: [%s]
                """.formatted(name, commitment));
        return name;
    }

    /** One with a time to place, and with the terms on which it lends. */
    private String promptContract(String base, String timeToPlace, String lending) {
        String name = sandbox.name(base);
        create(TenantContract.class, """
                metadata: {name: %s}
                spec:
                  tenant: acme
                  term: {start: "2020-01-01T00:00:00Z", end: "2099-01-01T00:00:00Z"}
                  timeToPlace: %s
                  commitments:
                  - name: base
                    gpuClass: gb300-nvl72
                    unit: rack
                    lending: %s
                    tranches: [{name: all, quantity: 1, due: "2020-01-01T00:00:00Z"}]
                """.formatted(name, timeToPlace, lending));
        return name;
    }

    private static String commitment(String gpuClass, String unit, int quantity) {
        return "{name: base, gpuClass: %s, unit: %s, tranches: [{name: all, quantity: %d, due: \"2020-01-01T00:00:00Z\"}]}"
                .formatted(gpuClass, unit, quantity);
    }

    private <T extends HasMetadata> void create(Class<T> kind, String yaml) {
        sandbox.create(client.getKubernetesSerialization().unmarshal("---\n" + yaml, kind));
    }

    private Optional<GPUPoolStatus> poolStatus(String name) {
        return Optional.ofNullable(
                client.resources(GPUPool.class).withName(name).get().getStatus());
    }

    private Optional<TenantContractStatus> contractStatus(String name) {
        return Optional.ofNullable(
                client.resources(TenantContract.class).withName(name).get().getStatus());
    }

    private void poolSays(String name, String type, Condition.Status status, String reason, String... words) {
        says(() -> poolStatus(name).map(GPUPoolStatus::conditions), type, status, reason, words);
    }

    private void contractSays(String name, String type, Condition.Status status, String reason, String... words) {
        says(() -> contractStatus(name).map(TenantContractStatus::conditions), type, status, reason, words);
    }

    private static void says(
            Supplier<Optional<List<Condition>>> conditions,
            String type,
            Condition.Status status,
            String reason,
            String... words) {
        boolean isGood = status == Condition.Status.TRUE
                ? type.equals(GPUPool.READY) || type.equals(TenantContract.FEASIBLE)
                : !type.equals(GPUPool.READY) && !type.equals(TenantContract.FEASIBLE);
        await().atMost(isGood ? PATIENCE : ANSWER)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    List<Condition> ofType = conditions.get().orElse(List.of()).stream()
                            .filter(c -> c.type().equals(type))
                            .toList();
                    assertThat(ofType).hasSize(1);
                    assertThat(ofType.get(0).status()).isEqualTo(status);
                    assertThat(ofType.get(0).reason()).isEqualTo(reason);
                    assertThat(List.of(words))
                            .allSatisfy(
                                    word -> assertThat(ofType.get(0).message()).contains(word));
                });
    }

    @Test
    void aClassThatNoPoolHasIsTold() {
        String contract = contract("c", commitment("l40s", "gpu", 1));
        contractSays(
                contract,
                TenantContract.FEASIBLE,
                Condition.Status.FALSE,
                "NoPoolOfClass",
                "spec.commitments[base].gpuClass",
                "l40s",
                "GPUPool");
        assertThat(contractStatus(contract).orElseThrow().lifecycle())
                .isEqualTo(TenantContractStatus.Lifecycle.PROPOSED);
        assertThat(loop.heard()).doesNotContain("+contract " + contract);
    }

    @Test
    void aUnitThatNoPoolOfTheClassHasIsToldWithTheLevelsThatThereAre() {
        pool("p", "a100-sxm");
        String contract = contract("c", commitment("a100-sxm", "rak", 1));
        contractSays(
                contract,
                TenantContract.FEASIBLE,
                Condition.Status.FALSE,
                "UnknownUnit",
                "spec.commitments[base].unit",
                "rak",
                "node",
                "gpu");
    }

    @Test
    void aUnitOfTwoSizesIsTold() {
        pool("p", "b300-sxm", "topology: [{name: rack, keys: [a], nodes: 2}]");
        pool("q", "b300-sxm", "topology: [{name: rack, keys: [a], nodes: 4}]");
        String contract = contract("c", commitment("b300-sxm", "rack", 1));
        contractSays(
                contract,
                TenantContract.FEASIBLE,
                Condition.Status.FALSE,
                "UnequalUnit",
                "spec.commitments[base].unit",
                sandbox.name("p"),
                sandbox.name("q"));
    }

    @Test
    void aClassWithoutPresetsAndProductIsTold() {
        String pool = sandbox.name("p");
        create(GPUPool.class, "metadata: {name: " + pool + "}\nspec: {gpuClass: h1000}");
        poolSays(pool, GPUPool.READY, Condition.Status.FALSE, "UnknownClass", "spec.gpuClass", "h1000", "h100-sxm");
        assertThat(loop.heard()).doesNotContain("+pool " + pool);
    }

    @Test
    void aSplitThatDoesNotDivideTheNodeIsTold() {
        String pool = pool("p", "gb300-nvl72", "topology: [{name: third, gpus: 3}]");
        poolSays(pool, GPUPool.READY, Condition.Status.FALSE, "InvalidTopology", "third", "3");
    }

    @Test
    void aNodeThatTwoPoolsClaimIsToldByBoth() {
        LiveFleet fleet = fleet().traysPerRack(2).create(sandbox);
        String a = pool("a", "gb300-nvl72");
        poolSays(a, GPUPool.READY, Condition.Status.TRUE, "NodesFound");
        String b = pool("b", "gb300-nvl72");
        poolSays(a, GPUPool.NODES_DISPUTED, Condition.Status.TRUE, "ClaimedTwice", fleet.node(0, 0), b, "selector");
        poolSays(b, GPUPool.NODES_DISPUTED, Condition.Status.TRUE, "ClaimedTwice", fleet.node(0, 0), a, "selector");
        assertThat(poolStatus(a).orElseThrow().nodes().disputed()).isEqualTo(2);
        client.resources(GPUPool.class).withName(b).delete();
        poolSays(a, GPUPool.NODES_DISPUTED, Condition.Status.FALSE, "NoDispute");
    }

    @Test
    void aRackUnderTwoBlocksIsTold() {
        LiveFleet fleet =
                fleet().racks(2).blocks(2).traysPerRack(2).vocabulary("nebius").create(sandbox);
        String pool = pool(
                "p",
                "gb300-nvl72",
                "topology: [{name: block, keys: [x-block]}, {name: rack, keys: [x-rack], nodes: 2}]");
        for (String node : fleet.nodes()) {
            fleet.relabel(node, "x-block", "b0");
            fleet.relabel(node, "x-rack", fleet.rack(0).contains(node) ? "r0" : "r1");
        }
        poolSays(pool, PoolStatuses.TOPOLOGY_CONFLICT, Condition.Status.FALSE, "LabelsFormTree");
        fleet.relabel(fleet.node(1, 1), "x-block", "b1");
        poolSays(
                pool,
                PoolStatuses.TOPOLOGY_CONFLICT,
                Condition.Status.TRUE,
                "CellInTwoCells",
                "rack r1",
                "block",
                "b0, b1",
                fleet.node(1, 0),
                fleet.node(1, 1),
                "same block label");
    }

    @Test
    void aPoolCountsWhatIsWrongWithItsNodes() {
        LiveFleet fleet = fleet().racks(3).vocabulary("nebius").create(sandbox);
        String pool = pool("p", "gb300-nvl72");
        poolSays(pool, GPUPool.READY, Condition.Status.TRUE, "NodesFound", "54 nodes");
        fleet.cordon(fleet.node(0, 0));
        fleet.notReady(fleet.node(0, 1));
        fleet.loseGpus(fleet.node(1, 0), 1);
        fleet.condition(fleet.node(1, 1), "GpuNvlinkWatch", "True");
        await().atMost(ANSWER)
                .untilAsserted(() -> assertThat(poolStatus(pool).orElseThrow().nodes())
                        .isEqualTo(new GPUPoolStatus.Nodes(54, 50, 1, 1, 1, 1, 0, 0)));
        GPUPoolStatus status = poolStatus(pool).orElseThrow();
        assertThat(status.gpus()).isEqualTo(new GPUPoolStatus.Gpus(50 * 4 + 3, 0, 0, 0, 50 * 4 + 3));
        GPUPoolStatus.Level rack = status.levels().stream()
                .filter(l -> l.name().equals("rack"))
                .findFirst()
                .orElseThrow();
        assertThat(rack.cells()).isEqualTo(3);
        assertThat(rack.usable()).isEqualTo(1);
        assertThat(rack.whole()).isEqualTo(1);
        assertThat(rack.largestGang()).isEqualTo(72);
        assertThat(status.levels()).extracting(GPUPoolStatus.Level::name).endsWith("rack", "node", "gpu");
    }

    @Test
    void aPoolNamesNodesOfWhichItSellsLessThanTheyHave() {
        LiveFleet fleet = fleet().racks(1).vocabulary("nebius").create(sandbox);
        fleet.allocatable(fleet.node(0, 2), "nvidia.com/gpu", "8");
        String pool = pool("p", "gb300-nvl72");
        poolSays(
                pool,
                GPUPool.READY,
                Condition.Status.TRUE,
                "NodesFound",
                "more than 4 nvidia.com/gpu on 1 of them, of which 4 count: " + fleet.node(0, 2),
                "spec.nodes.gpusPerNode");
    }

    @Test
    void aContractIsAdmittedWhenItsPoolAppearsAndItsTermsAreFixedFromThenOn() throws Exception {
        fleet().racks(2).vocabulary("nebius").create(sandbox);
        String contract = contract("c", commitment("gb300-nvl72", "rack", 1));
        contractSays(contract, TenantContract.FEASIBLE, Condition.Status.FALSE, "NoPoolOfClass");
        // A proposal may still be changed.
        edit(contract, 3);
        String pool = pool("p", "gb300-nvl72");
        contractSays(contract, TenantContract.FEASIBLE, Condition.Status.TRUE, "Admitted");
        contractSays(contract, TenantContract.GUARANTEE_MET, Condition.Status.FALSE, "SupplyShort", "2 of 3");
        await().atMost(ANSWER)
                .untilAsserted(() -> assertThat(poolStatus(pool).orElseThrow().gpus())
                        .isEqualTo(new GPUPoolStatus.Gpus(144, 216, 0, 0, 144)));
        Instant admittedAt = contractStatus(contract).orElseThrow().admittedAt();
        assertThatThrownBy(() -> edit(contract, 1))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("immutable");

        // Another process takes over; meanwhile the pool goes.
        open.remove(1).close();
        client.resources(GPUPool.class).withName(pool).delete();
        open.add(reconcilers());
        contractSays(contract, TenantContract.FEASIBLE, Condition.Status.FALSE, "NoPoolOfClass");
        assertThat(contractStatus(contract).orElseThrow().admittedAt()).isEqualTo(admittedAt);
        assertThat(contractStatus(contract).orElseThrow().lifecycle()).isEqualTo(TenantContractStatus.Lifecycle.ACTIVE);
    }

    @Test
    void aContractThatLendsForLongerThanAnotherMayWaitSaysSoAsLongAsThatOneIsThere() {
        fleet().racks(2).vocabulary("nebius").create(sandbox);
        pool("p", "gb300-nvl72");
        String lender = promptContract("lender", "1h", "{minRuntime: 10m, notice: 5m}");
        contractSays(lender, TenantContract.RECLAIM_IN_TIME, Condition.Status.TRUE, "WithinTimeToPlace");

        String prompt = promptContract("prompt", "5m", "{notice: 30s}");

        contractSays(
                lender,
                TenantContract.RECLAIM_IN_TIME,
                Condition.Status.FALSE,
                "NoticeExceedsTimeToPlace",
                "spec.commitments[base].lending",
                "minRuntime 10m and notice 5m are 15m",
                "timeToPlace of the class is 5m, that of another contract");
        contractSays(prompt, TenantContract.RECLAIM_IN_TIME, Condition.Status.TRUE, "WithinTimeToPlace");
        client.resources(TenantContract.class).withName(prompt).delete();
        contractSays(lender, TenantContract.RECLAIM_IN_TIME, Condition.Status.TRUE, "WithinTimeToPlace");
    }

    private void edit(String contract, int quantity) {
        client.resources(TenantContract.class).withName(contract).edit(c -> {
            TenantContract wanted = client.getKubernetesSerialization()
                    .unmarshal(
                            """
                    metadata: {name: %s}
                    spec:
                      tenant: acme
                      term: {start: "2020-01-01T00:00:00Z", end: "2099-01-01T00:00:00Z"}
                      commitments: [%s]
                    """.formatted(contract, commitment("gb300-nvl72", "rack", quantity)), TenantContract.class);
            c.setSpec(wanted.getSpec());
            return c;
        });
    }

    private final class NodeFeed implements ResourceEventHandler<Node> {
        @Override
        public void onAdd(Node node) {
            loop.putNode(Nodes.facts(node));
        }

        @Override
        public void onUpdate(Node before, Node node) {
            loop.putNode(Nodes.facts(node));
        }

        @Override
        public void onDelete(Node node, boolean finalStateUnknown) {
            loop.removeNode(node.getMetadata().getName());
        }
    }
}
