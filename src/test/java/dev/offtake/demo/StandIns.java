package dev.offtake.demo;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stands in for the parts of a cluster that the mock lacks, each as small as the story allows: the Job controller makes
 * the pods of a Job once, the scheduler binds pods that are pinned and no longer gated, the kubelets run what is bound.
 */
final class StandIns implements AutoCloseable {
    private static final String INDEX = "batch.kubernetes.io/job-completion-index";

    private final KubernetesClient client;
    private final Admission admission;
    private final Set<String> expanded = new HashSet<>();
    private final List<StandIn<?>> running;

    StandIns(KubernetesClient client) {
        this.client = client;
        admission = new Admission(client);
        running = List.of(
                new StandIn<>("job-controller", client.batch().v1().jobs().inAnyNamespace(), this::makePods),
                new StandIn<>("scheduler", client.pods().inAnyNamespace(), this::bind),
                new StandIn<>("kubelets", client.pods().inAnyNamespace(), this::run));
    }

    private void makePods(Job job) {
        if (expanded.add(job.getMetadata().getUid())) {
            for (int index = 0; index < job.getSpec().getParallelism(); index++) {
                client.resource(admission.admit(pod(job, index))).create();
            }
        }
    }

    private static Pod pod(Job job, int index) {
        String name = job.getMetadata().getName();
        return new PodBuilder()
                .withNewMetadata()
                .withName("%s-%d".formatted(name, index))
                .withNamespace(job.getMetadata().getNamespace())
                .addToLabels("batch.kubernetes.io/job-name", name)
                .addToLabels("job-name", name)
                .addToAnnotations(INDEX, Integer.toString(index))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName(name)
                        .withUid(job.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    private void bind(Pod pod) {
        boolean gated = !pod.getSpec().getSchedulingGates().isEmpty();
        Optional<String> pin = pin(pod);
        if (!gated && pod.getSpec().getNodeName() == null && pin.isPresent()) {
            edit(
                    pod,
                    new PodBuilder(pod)
                            .editSpec()
                            .withNodeName(pin.get())
                            .endSpec()
                            .editStatus()
                            .addToConditions(new PodConditionBuilder()
                                    .withType("PodScheduled")
                                    .withStatus("True")
                                    .withLastTransitionTime(now())
                                    .build())
                            .endStatus()
                            .build());
        }
    }

    /** The only node that the pod accepts. */
    private static Optional<String> pin(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(affinity -> affinity.getNodeAffinity())
                .map(affinity -> affinity.getRequiredDuringSchedulingIgnoredDuringExecution())
                .flatMap(required -> required.getNodeSelectorTerms().stream()
                        .flatMap(term -> term.getMatchFields().stream())
                        .filter(field -> field.getKey().equals("metadata.name"))
                        .map(NodeSelectorRequirement::getValues)
                        .flatMap(List::stream)
                        .findFirst());
    }

    private void run(Pod pod) {
        if (pod.getSpec().getNodeName() != null
                && "Pending".equals(pod.getStatus().getPhase())) {
            edit(
                    pod,
                    new PodBuilder(pod)
                            .editStatus()
                            .withPhase("Running")
                            .withStartTime(now())
                            .endStatus()
                            .build());
        }
    }

    /** Onto the version that was looked at; a newer one is on its way if it is refused. */
    private void edit(Pod before, Pod after) {
        after.getMetadata().setResourceVersion(before.getMetadata().getResourceVersion());
        try {
            client.resource(after).update();
        } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        running.forEach(StandIn::close);
    }
}
