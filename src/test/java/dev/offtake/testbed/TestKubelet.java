package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for the kubelets of all nodes: bound pods become Running and Ready, end after the time in
 * {@link #RUN_FOR}, and go when they are deleted. One request for each step of a pod.
 *
 * <p>Times are a number with {@code ms}, {@code s}, {@code m} or {@code h}: {@code 500ms}, {@code 2s}.
 */
public final class TestKubelet implements AutoCloseable {
    /** Pod annotation: how long a pod runs; without it until it is deleted. May be set or changed while it runs. */
    public static final String RUN_FOR = "testbed.offtake.dev/run-for";
    /** Pod annotation: {@code true} for a pod that ends as Failed. */
    public static final String FAIL = "testbed.offtake.dev/fail";
    /** Pod annotation: how long a deleted pod takes to end, at most its grace period; without it no time. */
    public static final String TERMINATE_AFTER = "testbed.offtake.dev/terminate-after";
    /** Node label: nobody runs the pods of this node; its value does not matter. */
    public static final String NO_KUBELET = "testbed.offtake.dev/no-kubelet";

    private static final String BY_NODE = "node";
    private static final int WORKERS = 8;
    private static final int ATTEMPTS = 20;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

    private final PodTransitions transitions;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final Map<String, Planned> planned = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor workers;

    /** What a pod does next; a later one of this order replaces an earlier one. */
    private enum Step {
        START,
        FINISH,
        REMOVE
    }

    /** @param cause what the instant was computed from, so that the same event twice plans once */
    private record Planned(Step step, Instant at, String cause) {
        boolean givesWayTo(Planned other) {
            int order = other.step.compareTo(step);
            return order > 0 || (order == 0 && !other.cause.equals(cause));
        }
    }

    private static final class Shared {
        private static final TestKubelet INSTANCE = start(ControlPlane.get());

        private static TestKubelet start(ControlPlane controlPlane) {
            TestKubelet kubelet = new TestKubelet(controlPlane.newAdminClient());
            controlPlane.beforeStop(kubelet);
            return kubelet;
        }
    }

    /** The one of the shared control plane, started at the first call. */
    static TestKubelet shared() {
        return Shared.INSTANCE;
    }

    /** Starts at once on all nodes; closes the client at its end. */
    public TestKubelet(KubernetesClient client) {
        transitions = new PodTransitions(client);
        workers = new ScheduledThreadPoolExecutor(WORKERS, task -> {
            Thread thread = new Thread(task, "testbed-kubelet");
            thread.setDaemon(true);
            return thread;
        });
        workers.setRemoveOnCancelPolicy(true);
        workers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        nodes = client.nodes().runnableInformer(0);
        pods = client.pods().inAnyNamespace().withoutField("spec.nodeName", "").runnableInformer(0);
        pods.addIndexers(Map.of(BY_NODE, pod -> List.of(pod.getSpec().getNodeName())));
        nodes.addEventHandler(new OnNode());
        pods.addEventHandler(new OnPod());
        nodes.run();
        pods.run();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        pods.close();
        nodes.close();
        transitions.close();
    }

    private void consider(Pod pod) {
        Optional<Node> node =
                Optional.ofNullable(nodes.getStore().getByKey(pod.getSpec().getNodeName()));
        if (node.map(n -> n.getMetadata().getLabels().containsKey(NO_KUBELET)).orElse(false)) {
            return;
        }
        String phase = Optional.ofNullable(pod.getStatus().getPhase()).orElse("Pending");
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            planRemoval(pod);
        } else if (node.isPresent() && phase.equals("Pending")) {
            plan(pod, new Planned(Step.START, Instant.EPOCH, ""), 0);
        } else if (phase.equals("Running")) {
            planFinish(pod, Instant.parse(pod.getStatus().getStartTime()));
        }
    }

    private void planFinish(Pod pod, Instant started) {
        annotation(pod, RUN_FOR)
                .ifPresent(runFor -> plan(pod, new Planned(Step.FINISH, started.plus(duration(runFor)), runFor), 0));
    }

    private void planRemoval(Pod pod) {
        if (pod.getMetadata().getFinalizers().size() > 0 && pod.getMetadata().getDeletionGracePeriodSeconds() == 0) {
            // Removed already, as far as a kubelet can: somebody's finalizer keeps it.
            return;
        }
        Instant killed = Instant.parse(pod.getMetadata().getDeletionTimestamp());
        Instant asked = killed.minusSeconds(pod.getMetadata().getDeletionGracePeriodSeconds());
        Instant ends = asked.plus(
                annotation(pod, TERMINATE_AFTER).map(TestKubelet::duration).orElse(Duration.ZERO));
        Instant at = ends.isBefore(killed) ? ends : killed;
        plan(pod, new Planned(Step.REMOVE, at, at.toString()), 0);
    }

    private void plan(Pod pod, Planned next, int attempt) {
        String uid = pod.getMetadata().getUid();
        Planned current = planned.merge(uid, next, (old, other) -> old.givesWayTo(other) ? other : old);
        if (current == next) {
            schedule(pod, next, attempt, Duration.between(Instant.now(), next.at));
        }
    }

    private void schedule(Pod pod, Planned step, int attempt, Duration delay) {
        if (!workers.isShutdown()) {
            workers.schedule(() -> perform(pod, step, attempt), Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private void perform(Pod pod, Planned step, int attempt) {
        if (planned.get(pod.getMetadata().getUid()) != step) {
            return;
        }
        try {
            switch (step.step) {
                case START -> {
                    transitions.start(pod);
                    // By its own clock: the start in the status has whole seconds only.
                    planFinish(pod, Instant.now());
                }
                case FINISH ->
                    transitions.finish(
                            pod, annotation(pod, FAIL).map("true"::equals).orElse(false));
                case REMOVE -> transitions.remove(pod);
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409 && attempt < ATTEMPTS) {
                schedule(pod, step, attempt + 1, BETWEEN_ATTEMPTS);
            }
        }
    }

    private static Optional<String> annotation(Pod pod, String key) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations()).map(all -> all.get(key));
    }

    static Duration duration(String text) {
        String number = text.replaceAll("[a-z]+$", "");
        String unit = text.substring(number.length());
        try {
            long count = Long.parseLong(number);
            return switch (unit) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> throw new IllegalArgumentException("\"" + text + "\": the unit must be ms, s, m or h");
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a duration like 2s or 500ms", e);
        }
    }

    private final class OnPod implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            consider(pod);
        }

        @Override
        public void onUpdate(Pod old, Pod pod) {
            consider(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            planned.remove(pod.getMetadata().getUid());
        }
    }

    /** A pod may be seen before its node, and a node may get a kubelet later. */
    private final class OnNode implements ResourceEventHandler<Node> {
        @Override
        public void onAdd(Node node) {
            podsOf(node).forEach(TestKubelet.this::consider);
        }

        @Override
        public void onUpdate(Node old, Node node) {
            boolean had = old.getMetadata().getLabels().containsKey(NO_KUBELET);
            if (had && !node.getMetadata().getLabels().containsKey(NO_KUBELET)) {
                onAdd(node);
            }
        }

        @Override
        public void onDelete(Node node, boolean finalStateUnknown) {
            podsOf(node).forEach(TestKubelet.this::consider);
        }

        private List<Pod> podsOf(Node node) {
            return pods.getIndexer().byIndex(BY_NODE, node.getMetadata().getName());
        }
    }
}
