package dev.offtake.operator.observe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;

/** Drops what nobody here reads, so that ten thousand pods do not fill the heap. */
final class Trim {
    private Trim() {}

    static void pod(Pod pod) {
        meta(pod.getMetadata());
        if (pod.getSpec() != null) {
            spec(pod.getSpec());
        }
        if (pod.getStatus() != null) {
            pod.getStatus().setContainerStatuses(List.of());
            pod.getStatus().setPodIPs(List.of());
            pod.getStatus().setHostIPs(List.of());
        }
    }

    static void job(Job job) {
        meta(job.getMetadata());
        if (job.getSpec() != null
                && job.getSpec().getTemplate() != null
                && job.getSpec().getTemplate().getSpec() != null) {
            spec(job.getSpec().getTemplate().getSpec());
        }
    }

    private static void meta(ObjectMeta meta) {
        meta.setManagedFields(List.of());
    }

    private static void spec(PodSpec spec) {
        spec.setVolumes(List.of());
        spec.setTopologySpreadConstraints(List.of());
        spec.setImagePullSecrets(List.of());
        spec.setHostAliases(List.of());
        containers(spec.getContainers());
        containers(spec.getInitContainers());
    }

    private static void containers(List<Container> containers) {
        for (Container container : containers) {
            container.setCommand(List.of());
            container.setArgs(List.of());
            container.setEnv(List.of());
            container.setEnvFrom(List.of());
            container.setVolumeMounts(List.of());
            container.setPorts(List.of());
            container.setLifecycle(null);
            container.setLivenessProbe(null);
            container.setReadinessProbe(null);
            container.setStartupProbe(null);
            container.setSecurityContext(null);
        }
    }
}
