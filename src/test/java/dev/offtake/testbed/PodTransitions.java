package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a kubelet writes about a pod. Every write names the uid, so that it never hits a successor of that name. */
final class PodTransitions implements AutoCloseable {
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);
    private static final int TERMINATED_BY_SIGNAL = 143;

    private final KubernetesClient client;
    private final AtomicInteger addresses = new AtomicInteger();

    PodTransitions(KubernetesClient client) {
        this.client = client;
    }

    void start(Pod pod) {
        int address = addresses.incrementAndGet();
        String now = now();
        write(
                pod,
                new PodStatusBuilder()
                        .withPhase("Running")
                        .withStartTime(now)
                        .withHostIP("192.0.2.1")
                        .withPodIP("10." + (128 + (address >> 16 & 127)) + "." + (address >> 8 & 255) + "."
                                + (address & 255))
                        .withConditions(
                                condition("PodReadyToStartContainers", true, null, now),
                                condition("Initialized", true, null, now),
                                condition("ContainersReady", true, null, now),
                                condition("Ready", true, null, now))
                        .withInitContainerStatuses(pod.getSpec().getInitContainers().stream()
                                .map(c -> "Always".equals(c.getRestartPolicy()) ? running(c, now) : ended(c, now, 0))
                                .toList())
                        .withContainerStatuses(pod.getSpec().getContainers().stream()
                                .map(c -> running(c, now))
                                .toList())
                        .build());
    }

    void finish(Pod pod, boolean failed) {
        end(pod, failed ? "Failed" : "Succeeded", failed ? 1 : 0);
    }

    /** As a kubelet does it: the phase of a running pod becomes final before the pod goes. */
    void remove(Pod pod) {
        if ("Running".equals(pod.getStatus().getPhase())) {
            end(pod, "Failed", TERMINATED_BY_SIGNAL);
        }
        client.raw(
                "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                        + pod.getMetadata().getName(),
                "DELETE",
                Map.of(
                        "gracePeriodSeconds",
                        0,
                        "preconditions",
                        Map.of("uid", pod.getMetadata().getUid())));
    }

    @Override
    public void close() {
        client.close();
    }

    private void end(Pod pod, String phase, int exitCode) {
        String now = now();
        String reason = exitCode == 0 ? "PodCompleted" : "PodFailed";
        write(
                pod,
                new PodStatusBuilder()
                        .withPhase(phase)
                        .withConditions(
                                condition("ContainersReady", false, reason, now),
                                condition("Ready", false, reason, now))
                        .withContainerStatuses(pod.getSpec().getContainers().stream()
                                .map(c -> ended(c, now, exitCode))
                                .toList())
                        .build());
    }

    private void write(Pod pod, PodStatus status) {
        Pod patch = new PodBuilder()
                .withNewMetadata()
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withStatus(status)
                .build();
        // By the object, not by its name: the client would read it first.
        client.resource(pod)
                .subresource("status")
                .patch(STRATEGIC, client.getKubernetesSerialization().asJson(patch));
    }

    private static PodCondition condition(String type, boolean status, @Nullable String reason, String now) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .withReason(reason)
                .withLastTransitionTime(now)
                .build();
    }

    private static ContainerStatus running(Container container, String now) {
        return status(container)
                .withReady(true)
                .withStarted(true)
                .withNewState()
                .withNewRunning()
                .withStartedAt(now)
                .endRunning()
                .endState()
                .build();
    }

    private static ContainerStatus ended(Container container, String now, int exitCode) {
        return status(container)
                .withReady(false)
                .withStarted(false)
                .withNewState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(exitCode == 0 ? "Completed" : "Error")
                .withFinishedAt(now)
                .endTerminated()
                .endState()
                .build();
    }

    private static ContainerStatusBuilder status(Container container) {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withRestartCount(0);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
