package dev.offtake.translate;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Taint;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kubernetes nodes as {@link NodeFacts}. */
public final class Nodes {
    private static final String READY = "Ready";

    private Nodes() {}

    public static NodeFacts facts(Node node) {
        Map<String, String> conditions = new HashMap<>();
        boolean ready = false;
        if (node.getStatus() != null && node.getStatus().getConditions() != null) {
            for (NodeCondition condition : node.getStatus().getConditions()) {
                if (READY.equals(condition.getType())) {
                    ready = "True".equals(condition.getStatus());
                } else if (condition.getStatus() != null) {
                    conditions.put(condition.getType(), condition.getStatus());
                }
            }
        }
        boolean unschedulable =
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
        Map<String, String> labels = node.getMetadata().getLabels();
        String uid = node.getMetadata().getUid();
        return new NodeFacts(
                node.getMetadata().getName(),
                uid == null ? "" : uid,
                labels == null ? Map.of() : labels,
                taints(node),
                ready,
                unschedulable,
                conditions,
                allocatable(node));
    }

    private static List<Taint> taints(Node node) {
        if (node.getSpec() == null || node.getSpec().getTaints() == null) {
            return List.of();
        }
        List<Taint> taints = new ArrayList<>();
        for (io.fabric8.kubernetes.api.model.Taint taint : node.getSpec().getTaints()) {
            String value = taint.getValue() == null ? "" : taint.getValue();
            effect(String.valueOf(taint.getEffect()))
                    .ifPresent(effect -> taints.add(new Taint(taint.getKey(), value, effect)));
        }
        return taints;
    }

    /** Empty for an effect that Kubernetes does not know today. */
    static Optional<Taint.Effect> effect(String effect) {
        return switch (effect) {
            case "NoSchedule" -> Optional.of(Taint.Effect.NO_SCHEDULE);
            case "PreferNoSchedule" -> Optional.of(Taint.Effect.PREFER_NO_SCHEDULE);
            case "NoExecute" -> Optional.of(Taint.Effect.NO_EXECUTE);
            default -> Optional.empty();
        };
    }

    private static Map<String, Long> allocatable(Node node) {
        if (node.getStatus() == null || node.getStatus().getAllocatable() == null) {
            return Map.of();
        }
        Map<String, Long> amounts = new HashMap<>();
        for (Map.Entry<String, Quantity> entry :
                node.getStatus().getAllocatable().entrySet()) {
            if (entry.getValue() != null) {
                amounts.put(entry.getKey(), Quantities.amount(entry.getKey(), entry.getValue()));
            }
        }
        return amounts;
    }
}
