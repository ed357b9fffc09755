package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus.Lifecycle;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.Fleets;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.Paused;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.core.ThrowingRunnable;

/**
 * One test's stage, on which the operator runs: nodes, pools and contracts. Objects are written as users write them, as
 * YAML through kubectl, and looked at as users do.
 *
 * <p>Most scenarios begin with {@link #supply} and {@link #customer}.
 */
final class Scene {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A term that has begun and outlasts every test. */
    private static final String TERM = "{start: \"2026-01-01T00:00:00Z\", end: \"2036-01-01T00:00:00Z\"}";

    private final ControlPlane controlPlane;
    private final Sandbox sandbox;
    private final KubernetesClient admin;
    private String suppliedClass = "";

    Scene(Sandbox sandbox) {
        this.sandbox = sandbox;
        controlPlane = sandbox.controlPlane();
        admin = controlPlane.adminClient();
        startOperator();
    }

    /** One rack of so many nodes with 4 GPUs each. */
    static FleetSpec gb300(int nodes) {
        return Fleets.fleet().traysPerRack(nodes);
    }

    /** One rack of so many nodes with 8 GPUs each. */
    static FleetSpec h100(int nodes) {
        return Fleets.fleet().product("NVIDIA-H100-80GB-HBM3").traysPerRack(nodes);
    }

    /** Nodes, and the pool of their class, which is ready. */
    LiveFleet supply(FleetSpec fleet) {
        return supply(fleet, "");
    }

    /** Nodes, and the pool of their class, which is ready. {@code more} is YAML of further fields of the pool's spec. */
    LiveFleet supply(FleetSpec fleet, String more) {
        LiveFleet nodes = fleet.create(sandbox);
        pool(fleet.gpuClass(), more);
        return nodes;
    }

    /** Further nodes for the pool. */
    LiveFleet grow(FleetSpec fleet) {
        return fleet.prefix("more").create(sandbox);
    }

    /** A tenant with an active contract over this much of what was supplied last, and its namespace. */
    Workspace customer(String base, int quantity, String unit) {
        return customer(base, quantity, unit, 0);
    }

    /** A tenant that may also use GPUs on demand. */
    Workspace customer(String base, int quantity, String unit, int onDemandGpus) {
        contract(tenant(base), suppliedClass, unit, quantity, onDemandGpus);
        return workspace(base, tenant(base));
    }

    /** A tenant with an active contract over this much of what was supplied last. {@code lending} is YAML inside braces. */
    Workspace lender(String base, int quantity, String unit, String lending) {
        return contracted(
                base, commitment("base", suppliedClass, unit, quantity, 0) + "  lending: {" + lending + "}\n");
    }

    /** A tenant whose work of higher priority evicts its work of lower priority. */
    Workspace preempting(String base, int quantity, String unit) {
        return contracted(
                base,
                commitment("base", suppliedClass, unit, quantity, 0) + "  preemption: LowerPriority\n"
                        + "  lending: {notice: 20s}\n");
    }

    /** A tenant whose work may be moved to other nodes. */
    Workspace mover(String base, int quantity, String unit) {
        return contracted(
                base,
                commitment("base", suppliedClass, unit, quantity, 0)
                        + "  lending: {notice: 5s}\n  moves: WithNotice\n");
    }

    /** A tenant to whom nothing is promised, which runs as Spot on what is idle. */
    Workspace guest(String base) {
        return contracted(
                base, "- {name: base, gpuClass: %s, unit: gpu, onDemand: {gpus: 1}}\n".formatted(suppliedClass));
    }

    /** A tenant with sub-tenants, and the namespace of the one of this name. {@code subTenants} is a YAML list. */
    Workspace shared(String base, int quantity, String unit, String subTenants) {
        String name = contractName(tenant(base));
        contract(
                name,
                tenant(base),
                commitment("base", suppliedClass, unit, quantity, 0),
                "subTenants: " + subTenants + "\n");
        awaitActive(name);
        return workspace(base, tenant(base), Map.of("offtake.dev/sub-tenant", base));
    }

    /** A namespace of the same tenant, of the sub-tenant of this name. */
    Workspace beside(String base, Workspace other) {
        return workspace(base, other.tenant(), Map.of("offtake.dev/sub-tenant", base));
    }

    private Workspace contracted(String base, String commitments) {
        String name = contractName(tenant(base));
        contract(name, tenant(base), commitments);
        awaitActive(name);
        return workspace(base, tenant(base));
    }

    void stopOperator() {
        TestOperator.stop();
    }

    void startOperator() {
        TestOperator.on(controlPlane);
    }

    /** Does something while kube-scheduler stands still, so that what is released is not bound yet. */
    <T> T beforeAnythingIsBound(Supplier<T> deed) {
        Paused scheduler = controlPlane.pauseScheduler();
        try {
            return deed.get();
        } finally {
            scheduler.close();
        }
    }

    /** Applies YAML; what it creates is removed with the sandbox where that owns its namespace or name. */
    CommandResult apply(String yaml) {
        return controlPlane.kubectlApply(yaml);
    }

    /** A pool of this test's nodes. {@code more} is YAML of further fields of its spec. */
    String pool(String gpuClass, String more) {
        return pool(gpuClass, more, "");
    }

    /** {@code nodes} is YAML of a further field of what says which nodes. */
    String pool(String gpuClass, String more, String nodes) {
        suppliedClass = gpuClass;
        Map.Entry<String, String> label =
                sandbox.nodeLabel().entrySet().iterator().next();
        apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec:
                  gpuClass: %s
                  nodes:
                    selector: {matchLabels: {%s: %s}}
                    %s
                """.formatted(poolName(), gpuClass, label.getKey(), label.getValue(), nodes) + more.indent(2))
                .orFail();
        sandbox.own(pool(poolName()));
        await("pool ready")
                .atMost(PATIENCE)
                .until(() -> condition(conditionsOfPool(poolName()), "Ready").isPresent());
        return poolName();
    }

    /** Name of the pool of {@link #supply}. */
    String poolName() {
        return sandbox.name("pool");
    }

    GPUPool pool(String name) {
        return admin.resources(GPUPool.class).withName(name).get();
    }

    void deletePool(String name) {
        admin.resources(GPUPool.class).withName(name).delete();
    }

    /** An active contract of one commitment. */
    String contract(String tenant, String gpuClass, String unit, int quantity, int onDemandGpus) {
        String name = contractName(tenant);
        contract(name, tenant, commitment("base", gpuClass, unit, quantity, onDemandGpus));
        awaitActive(name);
        return name;
    }

    private void awaitActive(String name) {
        await("contract active").atMost(PATIENCE).until(() -> {
            TenantContract contract = contract(name);
            return contract.getStatus() != null && contract.getStatus().lifecycle() == Lifecycle.ACTIVE;
        });
    }

    /** A contract whatever becomes of it. {@code commitments} is a YAML list. */
    String propose(String tenant, String commitments) {
        String name = sandbox.name("contract-" + tenant);
        contract(name, tenant, commitments);
        return name;
    }

    private void contract(String name, String tenant, String commitments) {
        contract(name, tenant, commitments, "");
    }

    private void contract(String name, String tenant, String commitments, String more) {
        apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %s}
                spec:
                  tenant: %s
                  term: %s
                  commitments:
                """.formatted(name, tenant, TERM) + commitments.indent(2) + more.indent(2))
                .orFail();
        sandbox.own(contract(name));
    }

    /** A commitment, for {@link #propose}. */
    static String commitment(String name, String gpuClass, String unit, int quantity, int onDemandGpus) {
        return """
                - name: %s
                  gpuClass: %s
                  unit: %s
                  tranches: [{name: all, quantity: %d, due: "2026-01-01T00:00:00Z"}]
                """.formatted(name, gpuClass, unit, quantity)
                + (onDemandGpus == 0 ? "" : "  onDemand: {gpus: " + onDemandGpus + "}\n");
    }

    /** Name of the contract that {@link #customer} makes for a tenant. */
    static String contractName(String tenant) {
        return "contract-" + tenant;
    }

    TenantContract contract(String name) {
        return admin.resources(TenantContract.class).withName(name).get();
    }

    void deleteContract(String name) {
        admin.resources(TenantContract.class).withName(name).delete();
    }

    /** Waits until a condition of a contract has this status, and answers it. */
    Condition awaitContract(String name, String type, Condition.Status status) {
        return awaitCondition(
                () -> Optional.ofNullable(contract(name).getStatus())
                        .map(s -> s.conditions())
                        .orElse(List.of()),
                type,
                status);
    }

    /** Waits until a condition of a pool has this status, and answers it. */
    Condition awaitPool(String name, String type, Condition.Status status) {
        return awaitCondition(() -> conditionsOfPool(name), type, status);
    }

    private List<Condition> conditionsOfPool(String name) {
        return Optional.ofNullable(pool(name).getStatus())
                .map(s -> s.conditions())
                .orElse(List.of());
    }

    private Condition awaitCondition(Supplier<List<Condition>> all, String type, Condition.Status status) {
        List<Condition> found = new ArrayList<>();
        eventually(() -> {
            found.clear();
            condition(all.get(), type).ifPresent(found::add);
            assertThat(found)
                    .as(type)
                    .singleElement()
                    .satisfies(c -> assertThat(c.status()).as(c.message()).isEqualTo(status));
        });
        return found.get(0);
    }

    /** A tenant name of this test alone. */
    String tenant(String base) {
        return sandbox.name(base);
    }

    /** A namespace of a tenant. */
    Workspace workspace(String base, String tenant) {
        return workspace(base, tenant, Map.of());
    }

    private Workspace workspace(String base, String tenant, Map<String, String> more) {
        Map<String, String> labels = new TreeMap<>(more);
        labels.put("offtake.dev/tenant", tenant);
        return new Workspace(this, sandbox.namespace(base, labels), tenant);
    }

    /** A namespace of no tenant. */
    Workspace uncontracted(String base) {
        return new Workspace(this, sandbox.namespace(base), "");
    }

    Node node(String name) {
        return admin.nodes().withName(name).get();
    }

    /** Values of a node label over the nodes of pods. */
    Set<String> domains(List<Pod> pods, String label) {
        Set<String> values = new TreeSet<>();
        for (String node : nodesOf(pods)) {
            values.add(node(node).getMetadata().getLabels().get(label));
        }
        return values;
    }

    /** Names of the nodes of pods, one for each. */
    static List<String> nodesOf(List<Pod> pods) {
        return pods.stream().map(p -> p.getSpec().getNodeName()).toList();
    }

    /** The condition {@code offtake.dev/Placed} of a pod. */
    static Optional<PodCondition> placed(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("offtake.dev/Placed"))
                .findFirst();
    }

    static Optional<Condition> condition(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /** Waits until what is looked at is so, and answers it. */
    <T> T eventually(Supplier<T> look, Predicate<T> isSo) {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(look::get, isSo);
    }

    /** A status, or a field of it, that is not written yet is not yet as asserted. */
    void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(
                        thrown -> thrown instanceof NullPointerException || thrown instanceof NoSuchElementException)
                .untilAsserted(assertion);
    }

    KubernetesClient admin() {
        return admin;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }
}
