package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The requests that write {@code GPUWorkload} objects. */
final class WorkloadRequests {
    private final ApiWriter writer;
    private final KubernetesSerialization serialization;

    WorkloadRequests(ApiWriter writer, KubernetesSerialization serialization) {
        this.writer = writer;
        this.serialization = serialization;
    }

    CompletableFuture<ApiWriter.Answer> create(GPUWorkload workload) {
        return writer.urgently(
                ApiWriter.Kind.WORKLOAD_CREATE,
                "POST",
                Paths.workloads(workload.getMetadata().getNamespace()),
                ApiWriter.JSON,
                serialization.asJson(workload));
    }

    CompletableFuture<ApiWriter.Answer> spec(GangId id, GPUWorkloadSpec spec) {
        return writer.urgently(
                ApiWriter.Kind.WORKLOAD_SPEC,
                "PATCH",
                path(id),
                ApiWriter.JSON_PATCH,
                serialization.asJson(List.of(Map.of("op", "replace", "path", "/spec", "value", spec))));
    }

    CompletableFuture<ApiWriter.Answer> status(GangId id, GPUWorkloadStatus status) {
        return writer.urgently(
                ApiWriter.Kind.WORKLOAD_STATUS,
                "PATCH",
                path(id) + "/status",
                ApiWriter.JSON_PATCH,
                serialization.asJson(List.of(Map.of("op", "add", "path", "/status", "value", status))));
    }

    CompletableFuture<ApiWriter.Answer> own(GangId id, Owner owner) {
        return writer.urgently(
                ApiWriter.Kind.WORKLOAD_OWNER,
                "PATCH",
                path(id),
                ApiWriter.JSON_PATCH,
                serialization.asJson(List.of(Map.of(
                        "op", "add", "path", "/metadata/ownerReferences", "value", List.of(owner.reference())))));
    }

    /** @param finalizers as they are, without ours */
    CompletableFuture<ApiWriter.Answer> keep(GangId id, List<String> finalizers) {
        return writer.urgently(
                ApiWriter.Kind.WORKLOAD_FINALIZER,
                "PATCH",
                path(id),
                ApiWriter.JSON_PATCH,
                FinalizerPatch.add(finalizers));
    }

    /** @param finalizers as they are, with ours */
    CompletableFuture<ApiWriter.Answer> letGo(GangId id, List<String> finalizers) {
        return writer.whenIdle(
                ApiWriter.Kind.WORKLOAD_FINALIZER,
                "PATCH",
                path(id),
                ApiWriter.JSON_PATCH,
                FinalizerPatch.remove(finalizers));
    }

    private static String path(GangId id) {
        return Paths.workload(id.namespace(), id.record());
    }
}
