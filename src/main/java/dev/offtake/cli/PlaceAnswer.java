package dev.offtake.cli;

import dev.offtake.api.Claim;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.OfftakeNames;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Gangs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the objects of the API say about the place of some work. */
final class PlaceAnswer {
    /** Nodes that are named; of more only their number is told. */
    private static final int MOST_NODES = 8;

    private final KubernetesClient client;

    PlaceAnswer(KubernetesClient client) {
        this.client = client;
    }

    /** Lines to print; none if nothing is known of the name. */
    List<String> of(String namespace, String name) {
        Optional<GPUWorkload> ofJob =
                workload(namespace, Gangs.ofJob(namespace, name).record()).or(() -> workload(namespace, name));
        if (ofJob.isPresent()) {
            return of(ofJob.get());
        }
        @Nullable Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod == null) {
            return List.of();
        }
        return workload(namespace, Gangs.idOf(pod).record())
                .map(PlaceAnswer::of)
                .orElseGet(() -> of(pod));
    }

    private Optional<GPUWorkload> workload(String namespace, String name) {
        return Optional.ofNullable(client.resources(GPUWorkload.class)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    private static List<String> of(GPUWorkload workload) {
        List<String> lines = new ArrayList<>();
        GPUWorkloadStatus status = Optional.ofNullable(workload.getStatus())
                .orElseGet(() -> new GPUWorkloadStatus(
                        0, null, 0, null, null, null, null, null, null, List.of(), null, List.of()));
        lines.add(row(
                "workload",
                workload.getMetadata().getNamespace() + "/"
                        + workload.getMetadata().getName() + ", " + count(status.gpus(), "GPU")));
        phase(status).ifPresent(phase -> lines.add(row("phase", phase)));
        if (status.contract() != null) {
            lines.add(row(
                    "account",
                    status.contract() + "/" + status.commitment()
                            + Optional.ofNullable(status.tier())
                                    .map(tier -> ", " + spelled(tier))
                                    .orElse("")));
        }
        status.placement().forEach(entry -> lines.add(row("place", place(entry))));
        GPUWorkloadStatus.@Nullable Why why = status.why();
        if (why != null) {
            lines.add(row("why", why.code() + ": " + why.message()));
        } else if (!status.placement().isEmpty()) {
            lines.add(
                    row("why", "not recorded: it was placed alone, by a version that did not say, or after a restart"));
        }
        GPUWorkloadStatus.@Nullable Waiting waiting = status.waiting();
        if (waiting != null) {
            lines.add(row("waits", waiting.code() + ": " + waiting.message()));
        }
        GPUWorkloadStatus.@Nullable Plan plan = status.plan();
        if (plan != null) {
            lines.add(row(
                    "plan",
                    count(plan.pods(), "pod") + " to leave "
                            + count(plan.nodes().size(), "node") + " until " + plan.deadline()));
        }
        leaves(status).ifPresent(words -> lines.add(row("leaves", words)));
        return lines;
    }

    /** Of a gang that is being taken back: until when its pods have time, and who lets it go on. */
    private static Optional<String> leaves(GPUWorkloadStatus status) {
        return Optional.ofNullable(status.rollback())
                .filter(rollback -> status.phase() == GPUWorkloadStatus.Phase.EVICTING)
                .map(rollback -> Optional.ofNullable(rollback.deadline())
                                .map(deadline -> "its pods have until " + deadline + " to end")
                                .orElse("its pods have as long to end as they ask for")
                        + (rollback.suspendedJob()
                                ? "; its Job is suspended meanwhile, and resumed by the operator"
                                : ""));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static Optional<String> phase(GPUWorkloadStatus status) {
        String ofOthers = status.isForecast() ? ", as it would be: another scheduler places it" : "";
        return Optional.ofNullable(status.phase()).map(phase -> spelled(phase) + ofOthers);
    }

    /** As the API spells it: ON_DEMAND is OnDemand. */
    private static String spelled(Enum<?> value) {
        StringBuilder spelled = new StringBuilder();
        for (String word : value.name().split("_", -1)) {
            spelled.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return spelled.toString();
    }

    private static String place(GPUWorkloadStatus.Placement entry) {
        Set<String> nodes = new LinkedHashSet<>(entry.nodes());
        String some = String.join(", ", nodes.stream().limit(MOST_NODES).toList());
        String more = nodes.size() > MOST_NODES ? " and " + (nodes.size() - MOST_NODES) + " more" : "";
        int pods = entry.nodes().size() * entry.podsPerNode();
        return count(pods, "pod") + " of " + entry.podSet() + " (" + spelled(entry.tier()) + ") on "
                + count(nodes.size(), "node") + ": " + some + more;
    }

    /** A pod that has no record of its own: its claim is the record. */
    private static List<String> of(Pod pod) {
        List<String> lines = new ArrayList<>();
        Optional<Claim> claim = Claims.of(pod);
        Optional<PodCondition> condition = Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(s -> s.getConditions().stream())
                .filter(c -> c.getType().equals(OfftakeNames.POD_CONDITION)
                        && c.getStatus().equals("False"))
                .findFirst();
        if (claim.isEmpty() && condition.isEmpty()) {
            return List.of();
        }
        lines.add(row(
                "pod",
                pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName()));
        claim.ifPresent(c -> {
            lines.add(row(
                    "account",
                    c.contract() + "/" + c.commitment() + ", " + spelled(c.tier()) + ", since " + c.since()));
            Optional.ofNullable(pod.getSpec().getNodeName()).ifPresent(node -> lines.add(row("place", node)));
            lines.add(row(
                    "why",
                    "not recorded: a pod that is placed alone takes the node that fits it most tightly, in cells that"
                            + " its commitment has bound first"));
        });
        if (claim.isEmpty()) {
            condition.ifPresent(c -> lines.add(row("waits", c.getReason() + ": " + c.getMessage())));
        }
        return lines;
    }

    private static String row(String name, String text) {
        return String.format(Locale.ROOT, "%-9s %s", name, text);
    }
}
