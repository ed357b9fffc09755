package dev.offtake.demo;

import static dev.offtake.testbed.Fleets.fleet;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.TenantContractStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Two tenants on one NVL72 pool. Every number is read from the objects in the cluster; a step that does not happen in
 * time throws.
 */
final class Story {
    private static final String POOL = "vineland-gb300";
    private static final String RACK = "topology.nebius.com/nvl-instance-group-id";
    private static final String ACME = "acme-train";
    private static final String RESEARCH = "research";
    private static final int RACKS = 4;
    private static final int TRAYS = 18;

    private final Stage stage;
    private final Narrator narrator;
    private final Path examples;
    private final Sight sight;
    private final List<Node> nodes = fleet().racks(RACKS)
            .traysPerRack(TRAYS)
            .gpusPerTray(4)
            .vocabulary("nebius")
            .build();

    Story(Stage stage, Narrator narrator, Path examples) {
        this.stage = stage;
        this.narrator = narrator;
        this.examples = examples;
        sight = new Sight(stage.client());
    }

    void tell() {
        aPoolAppears();
        contractsAreSigned();
        aJobLandsInOneRack();
        aJobBeyondTheQuotaWaits();
        theSmallTeamIsServedAtOnce();
        aTrayFails();
        whoHasWhat();
    }

    private void aPoolAppears() {
        narrator.chapter("A pool appears from the labels of the nodes");
        stage.addNodes(nodes);
        apply("pool.yaml");
        GPUPoolStatus pool = sight.pool(
                POOL,
                status -> status.nodes() != null
                        && status.nodes().matched() == nodes.size()
                        && Sight.level(status, "rack").whole() == RACKS);
        GPUPoolStatus.Level rack = Sight.level(pool, "rack");
        narrator.say("%d nodes match, %d usable: %d racks, %d GPUs to sell, at most %d in one rack."
                .formatted(
                        pool.nodes().matched(),
                        pool.nodes().usable(),
                        rack.cells(),
                        pool.gpus().sellable(),
                        rack.largestGang()));
        Sight.condition(pool.conditions(), "PoliciesInForce")
                .ifPresent(c -> narrator.say("Its condition PoliciesInForce is " + word(c.status()) + ": " + c.reason()
                        + (c.status() == Condition.Status.TRUE ? "." : ", since the mock has no admission policies.")));
    }

    private void contractsAreSigned() {
        narrator.chapter("acme has two racks under contract, a small research team four GPUs");
        apply("contracts.yaml");
        apply("namespaces.yaml");
        for (String name : List.of("acme-2026", "research-2026")) {
            TenantContractStatus contract = sight.contract(
                    name,
                    status -> status.lifecycle() == TenantContractStatus.Lifecycle.ACTIVE && status.gpus() != null);
            narrator.say("%s is Active: %d GPUs committed, %d entitled."
                    .formatted(
                            name, contract.gpus().committed(), contract.gpus().entitled()));
        }
    }

    private void aJobLandsInOneRack() {
        narrator.chapter("acme's training Job lands in one rack, as a whole");
        Instant start = Instant.now();
        apply("pretrain.yaml");
        GPUWorkload gang = sight.gang(ACME, "pretrain", w -> w.getStatus().phase() == GPUWorkloadStatus.Phase.RUNNING);
        List<Pod> pods = sight.runningPods(ACME, "pretrain", 18);
        Set<String> racks = sight.cells(pods, RACK);
        require(racks.size() == 1, "pretrain spans " + racks);
        narrator.say("%d pods with %d GPUs run in %s, on account of %s/%s, after %s."
                .formatted(
                        pods.size(),
                        gang.getStatus().gpus(),
                        String.join(", ", racks),
                        gang.getStatus().contract(),
                        gang.getStatus().commitment(),
                        since(start)));
    }

    private void aJobBeyondTheQuotaWaits() {
        narrator.chapter("A second Job would need two more racks; acme has one left, so it waits and says why");
        apply("ablations.yaml");
        // On a slow machine it may first say that its pods are not there yet.
        GPUWorkload gang = sight.gang(
                ACME,
                "ablations",
                w -> w.getStatus().waiting() != null
                        && !w.getStatus().waiting().code().equals("PodsNotCreated"));
        GPUWorkloadStatus.Waiting waiting = gang.getStatus().waiting();
        require(waiting.code().equals("QuotaReached"), "ablations waits with " + waiting.code());
        narrator.say("%d GPUs, %s: %s.".formatted(gang.getStatus().gpus(), waiting.code(), waiting.message()));
        long placed = sight.pods(ACME, "ablations").stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .count();
        require(placed == 0, placed + " pods of ablations were placed");
        GPUPoolStatus pool = sight.pool(POOL, status -> true);
        narrator.say("%d GPUs of the pool are free, and none of its %d pods was placed: a gang has all or nothing."
                .formatted(pool.gpus().free(), sight.pods(ACME, "ablations").size()));
    }

    private void theSmallTeamIsServedAtOnce() {
        narrator.chapter("The research team's Job does not stand in acme's queue");
        Instant start = Instant.now();
        apply("sweep.yaml");
        List<Pod> pods = sight.runningPods(RESEARCH, "sweep", 4);
        String took = since(start);
        narrator.say("%d pods run after %s, on %s."
                .formatted(
                        pods.size(),
                        took,
                        pods.stream()
                                .map(pod -> pod.getSpec().getNodeName())
                                .distinct()
                                .collect(Collectors.joining(", "))));
        GPUPoolStatus pool = sight.pool(
                POOL, status -> status.gpus() != null && status.gpus().used() == 72 + 4);
        narrator.say("%d of %d GPUs are in use; whole racks left: %d."
                .formatted(
                        pool.gpus().used(),
                        pool.gpus().sellable(),
                        Sight.level(pool, "rack").whole()));
    }

    private void aTrayFails() {
        narrator.chapter("A tray of an idle rack fails, and the pool says what it can still give");
        GPUPoolStatus before = sight.pool(POOL, status -> true);
        Set<String> busy = sight.cells(sight.runningPods(ACME, "pretrain", 18), RACK);
        busy.addAll(sight.cells(sight.runningPods(RESEARCH, "sweep", 4), RACK));
        Node tray = nodes.stream()
                .filter(node -> !busy.contains(node.getMetadata().getLabels().get(RACK)))
                .findFirst()
                .orElseThrow();
        String name = tray.getMetadata().getName();
        narrator.say("Node " + name + " is NotReady.");
        stage.client().nodes().withName(name).editStatus(Story::notReady);
        GPUPoolStatus pool = sight.pool(
                POOL,
                status -> status.nodes() != null
                        && status.nodes().notReady() == 1
                        && Sight.level(status, "rack").usable() == RACKS - 1);
        narrator.say("To sell: %d GPUs, before %d. Racks: %d of %d healthy as a whole, %d of them free, before %d."
                .formatted(
                        pool.gpus().sellable(),
                        before.gpus().sellable(),
                        Sight.level(pool, "rack").usable(),
                        Sight.level(pool, "rack").cells(),
                        Sight.level(pool, "rack").whole(),
                        Sight.level(before, "rack").whole()));
        TenantContractStatus acme = sight.contract(
                "acme-2026",
                status -> Sight.condition(status.conditions(), "GuaranteeMet").isPresent());
        Condition met = Sight.condition(acme.conditions(), "GuaranteeMet").orElseThrow();
        narrator.say("acme-2026 says GuaranteeMet=" + word(met.status()) + ": " + met.message() + ".");
    }

    private static Node notReady(Node node) {
        return new NodeBuilder(node)
                .editStatus()
                .editMatchingCondition(c -> "Ready".equals(c.getType()))
                .withStatus("False")
                .withReason("KubeletNotReady")
                .endCondition()
                .endStatus()
                .build();
    }

    private void whoHasWhat() {
        narrator.chapter("Who has, uses, waits, and why");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TENANT", "CONTRACT", "HAS", "USES", "WAITS", "WHY"));
        rows.add(row("acme", "acme-2026", ACME, 72, 144));
        rows.add(row("research", "research-2026", RESEARCH, 4, 0));
        narrator.table(rows);
    }

    private List<String> row(String tenant, String contract, String namespace, int used, int waiting) {
        TenantContractStatus status = sight.contract(
                contract,
                s -> s.gpus() != null && s.gpus().used() == used && s.gpus().waiting() == waiting);
        String why = stage.client().resources(GPUWorkload.class).inNamespace(namespace).list().getItems().stream()
                .filter(w -> w.getStatus() != null && w.getStatus().waiting() != null)
                .map(w -> w.getMetadata().getName() + ": "
                        + w.getStatus().waiting().code() + ", "
                        + arithmetic(w.getStatus().waiting()))
                .collect(Collectors.joining(", "));
        return List.of(
                tenant,
                contract,
                status.gpus().committed() + " GPUs",
                status.gpus().used() + " GPUs",
                status.gpus().waiting() + " GPUs",
                why.isEmpty() ? "-" : why);
    }

    /** The message without the advice. */
    private static String arithmetic(GPUWorkloadStatus.Waiting waiting) {
        return String.valueOf(waiting.message()).split(";", 2)[0];
    }

    private void apply(String file) {
        Path manifest = examples.resolve(file);
        narrator.command("kubectl apply -f " + manifest);
        stage.apply(manifest);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String word(Condition.Status status) {
        String name = status.name();
        return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    private static String since(Instant start) {
        return "%.1f s".formatted(Duration.between(start, Instant.now()).toMillis() / 1000.0);
    }
}
