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
        return patch(ApiWriter.Kind.WORKLOAD_SPEC, path(id), put("replace", "/spec", spec));
    }

    CompletableFuture<ApiWriter.Answer> status(GangId id, GPUWorkloadStatus status) {
        return patch(ApiWriter.Kind.WORKLOAD_STATUS, path(id) + "/status", put("add", "/status", status));
    }

    CompletableFuture<ApiWriter.Answer> own(GangId id, Owner owner) {
        return patch(
                ApiWriter.Kind.WORKLOAD_OWNER,
                path(id),
                put("add", "/metadata/ownerReferences", List.of(owner.reference())));
    }

    /** @param finalizers as they are, without ours */
    CompletableFuture<ApiWriter.Answer> keep(GangId id, List<String> finalizers) {
        return patch(ApiWriter.Kind.WORKLOAD_FINALIZER, path(id), FinalizerPatch.add(finalizers));
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

    private CompletableFuture<ApiWriter.Answer> patch(ApiWriter.Kind kind, String path, String patch) {
        return writer.urgently(kind, "PATCH", path, ApiWriter.JSON_PATCH, patch);
    }

    private String put(String operation, String field, Object value) {
        return serialization.asJson(List.of(Map.of("op", operation, "path", field, "value", value)));
    }

    private static String path(GangId id) {
        return Paths.workload(id.namespace(), id.record());
    }
}
