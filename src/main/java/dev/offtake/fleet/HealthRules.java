package dev.offtake.fleet;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node's conditions, taints and allocatable GPUs say about taking new work. */
final class HealthRules {
    private static final String CORDON_TAINT = "node.kubernetes.io/unschedulable";

    private HealthRules() {}

    /** Whole GPUs that count: allocatable, at most those of a whole node. */
    static int gpus(Pool pool, NodeFacts facts) {
        return (int) Math.max(0, Math.min(pool.gpusPerNode(), facts.allocatable(pool.resourceName())));
    }

    /** The first of {@link NodeState.Health} that applies. */
    static NodeState.Health of(Pool pool, NodeFacts facts, boolean disputed) {
        if (disputed) {
            return NodeState.Health.DISPUTED;
        }
        NodeState.Health own = ofNoPool(facts);
        if (own != NodeState.Health.USABLE) {
            return own;
        }
        int gpus = gpus(pool, facts);
        if (gpus == 0 || badCondition(pool, facts) != null || badTaint(pool, facts) != null) {
            return NodeState.Health.UNHEALTHY;
        }
        return gpus < pool.gpusPerNode() ? NodeState.Health.DEGRADED : NodeState.Health.USABLE;
    }

    /** Health of a node of no pool: only what Kubernetes itself says. */
    static NodeState.Health ofNoPool(NodeFacts facts) {
        if (!facts.ready() || notReadyTaint(facts) != null) {
            return NodeState.Health.NOT_READY;
        }
        if (facts.unschedulable() || cordonTaint(facts)) {
            return NodeState.Health.CORDONED;
        }
        return NodeState.Health.USABLE;
    }

    /** Why a node of the pool is not {@link NodeState.Health#USABLE}, in words; empty if it is. Disputes apart. */
    static Optional<String> explain(Pool pool, NodeFacts facts) {
        if (!facts.ready()) {
            return Optional.of("condition Ready is not True");
        }
        @Nullable Taint notReady = notReadyTaint(facts);
        if (notReady != null) {
            return Optional.of("taint " + notReady.key());
        }
        if (facts.unschedulable() || cordonTaint(facts)) {
            return Optional.of("cordoned");
        }
        @Nullable ConditionSignal condition = badCondition(pool, facts);
        if (condition != null) {
            return Optional.of("condition " + condition.type() + " is " + condition.status());
        }
        @Nullable String taint = badTaint(pool, facts);
        if (taint != null) {
            return Optional.of("taint " + taint);
        }
        int gpus = gpus(pool, facts);
        return gpus == pool.gpusPerNode()
                ? Optional.empty()
                : Optional.of(gpus + " of " + pool.gpusPerNode() + " " + pool.resourceName() + " allocatable");
    }

    /** What a node of the pool has above a whole one, and nobody can buy, in words; empty if it has no more. */
    static Optional<String> surplus(Pool pool, NodeFacts facts) {
        return hasSurplus(pool, facts)
                ? Optional.of(facts.allocatable(pool.resourceName()) + " " + pool.resourceName()
                        + " allocatable, of which " + pool.gpusPerNode() + " count: a whole node of pool " + pool.name()
                        + " has " + pool.gpusPerNode()
                        + "; set spec.nodes.gpusPerNode, or give such nodes a pool of their own")
                : Optional.empty();
    }

    /** Whether a node of the pool has more than a whole one. */
    static boolean hasSurplus(Pool pool, NodeFacts facts) {
        return facts.allocatable(pool.resourceName()) > pool.gpusPerNode();
    }

    private static @Nullable ConditionSignal badCondition(Pool pool, NodeFacts facts) {
        for (ConditionSignal signal : pool.unhealthyConditions()) {
            if (signal.status().equals(facts.conditions().get(signal.type()))) {
                return signal;
            }
        }
        return null;
    }

    /** A soft taint counts as well: it is a signal here, not a wish to the scheduler. */
    private static @Nullable String badTaint(Pool pool, NodeFacts facts) {
        for (Taint taint : facts.taints()) {
            if (pool.unhealthyTaints().contains(taint.key())) {
                return taint.key();
            }
        }
        return null;
    }

    private static boolean cordonTaint(NodeFacts facts) {
        for (Taint taint : facts.taints()) {
            if (taint.isHard() && taint.key().equals(CORDON_TAINT)) {
                return true;
            }
        }
        return false;
    }

    /** The taints that Kubernetes and its cloud providers set from a node's conditions. */
    private static @Nullable Taint notReadyTaint(NodeFacts facts) {
        for (Taint taint : facts.taints()) {
            boolean ofKubernetes = taint.key().startsWith("node.kubernetes.io/")
                    || taint.key().startsWith("node.cloudprovider.kubernetes.io/");
            if (taint.isHard() && ofKubernetes && !taint.key().equals(CORDON_TAINT)) {
                return taint;
            }
        }
        return null;
    }
}
