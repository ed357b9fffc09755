package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.OfftakeNames;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.Workloads;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code GPUWorkload} objects: made when there is something to say, one status write per fact, writes to one object
 * in the order in which they were asked for.
 */
public final class WorkloadRecords {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadRecords.class);

    private final ApiWriter writer;
    private final KubernetesSerialization serialization;
    private final Function<GangSpec, String> defaultClass;
    private final Map<GangId, Entry> entries = new ConcurrentHashMap<>();

    /** What is known of one object. */
    private static final class Entry {
        private boolean exists;
        private List<String> finalizers = List.of(OfftakeNames.FINALIZER);
        private Optional<GPUWorkloadSpec> spec = Optional.empty();
        private Optional<GPUWorkloadStatus> status = Optional.empty();
        private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);
    }

    /** @param defaultClass class of a gang that names none; called on any thread */
    public WorkloadRecords(
            ApiWriter writer, KubernetesSerialization serialization, Function<GangSpec, String> defaultClass) {
        this.writer = writer;
        this.defaultClass = defaultClass;
        this.serialization = serialization;
    }

    /**
     * The object as the informer shows it.
     *
     * @param byOthers whether others write it now, so that what was written from here is out of date
     */
    public void seen(GPUWorkload workload, boolean byOthers) {
        Entry entry = entry(Workloads.id(workload));
        synchronized (entry) {
            entry.exists = true;
            entry.finalizers = List.copyOf(workload.getMetadata().getFinalizers());
            if (entry.spec.isEmpty()) {
                entry.spec = Optional.ofNullable(workload.getSpec());
            }
            if (byOthers || entry.status.isEmpty()) {
                entry.status = Optional.ofNullable(workload.getStatus());
            }
        }
    }

    /** The object is gone. */
    public void gone(GangId id) {
        entries.remove(id);
    }

    private Entry entry(GangId id) {
        return entries.computeIfAbsent(id, i -> new Entry());
    }

    /** The status that was written last, as far as known. */
    Optional<GPUWorkloadStatus> status(GangId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return entry.status;
        }
    }

    boolean exists(GangId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            return entry.exists;
        }
    }

    /** Writes the status, making the object first if need be. The answer is whether that is durable now. */
    CompletableFuture<Boolean> write(GangSpec gang, Optional<Owner> owner, GPUWorkloadStatus status) {
        Entry entry = entry(gang.id());
        synchronized (entry) {
            boolean placed = entry.status.filter(s -> !s.placement().isEmpty()).isPresent();
            entry.status = Optional.of(status);
            entry.last = entry.last
                    .exceptionally(failure -> false)
                    .thenCompose(before -> create(entry, gang, owner, status.isForecast()))
                    .thenCompose(there ->
                            there && !placed ? patchSpec(entry, gang) : CompletableFuture.completedFuture(there))
                    .thenCompose(there -> there && !status.placement().isEmpty() && !status.isForecast()
                            ? keep(entry, gang.id())
                            : CompletableFuture.completedFuture(there))
                    .thenCompose(
                            kept -> kept ? patchStatus(gang.id(), status) : CompletableFuture.completedFuture(false));
            return entry.last;
        }
    }

    /** Writes another status of an object that has one, unless the change of it is empty. */
    void change(GangId id, Function<GPUWorkloadStatus, Optional<GPUWorkloadStatus>> change) {
        Entry entry = entry(id);
        synchronized (entry) {
            Optional<GPUWorkloadStatus> status = entry.status.flatMap(change);
            if (status.isPresent()) {
                entry.status = status;
                entry.last =
                        entry.last.exceptionally(failure -> false).thenCompose(before -> patchStatus(id, status.get()));
            }
        }
    }

    /** A gang waits again, if its record still is in a phase. */
    void waitsAgain(GangSpec gang, GPUWorkloadStatus.Phase from, Reason reason, Instant now) {
        change(
                gang.id(),
                before -> Optional.of(before)
                        .filter(status -> status.phase() == from)
                        .map(status -> StatusText.waiting(Optional.of(status), gang.gpus(), reason, now)));
    }

    /** @param forecast whether nobody has to keep it */
    private CompletableFuture<Boolean> create(Entry entry, GangSpec gang, Optional<Owner> owner, boolean forecast) {
        synchronized (entry) {
            if (entry.exists) {
                return CompletableFuture.completedFuture(true);
            }
        }
        GPUWorkload workload = new GPUWorkload();
        workload.getMetadata().setName(gang.id().record());
        workload.getMetadata().setNamespace(gang.id().namespace());
        List<String> finalizers = forecast ? List.of() : List.of(OfftakeNames.FINALIZER);
        workload.getMetadata().setFinalizers(finalizers);
        owner.ifPresent(o -> workload.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion(o.apiVersion())
                        .withKind(o.kind())
                        .withName(o.name())
                        .withUid(o.uid())
                        .withController(true)
                        // Without a right to finalizers of the owner some clusters (OpenShift) refuse true.
                        .withBlockOwnerDeletion(false)
                        .build())));
        GPUWorkloadSpec spec = Workloads.spec(gang, defaultClass.apply(gang));
        workload.setSpec(spec);
        return writer.urgently(
                        ApiWriter.Kind.WORKLOAD_CREATE,
                        "POST",
                        Paths.workloads(gang.id().namespace()),
                        ApiWriter.JSON,
                        serialization.asJson(workload))
                .thenApply(answer -> {
                    boolean there = answer.ok() || answer.code() == 409;
                    synchronized (entry) {
                        entry.exists = there;
                        if (answer.ok()) {
                            entry.spec = Optional.of(spec);
                            entry.finalizers = finalizers;
                        }
                    }
                    if (!there) {
                        LOG.warn("GPUWorkload {} was not created: {} {}", gang.id(), answer.code(), answer.body());
                    }
                    return there;
                });
    }

    /** A gang that was over and is placed again needs its finalizer again. */
    private CompletableFuture<Boolean> keep(Entry entry, GangId id) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode add = nodes.objectNode().put("op", "add");
        synchronized (entry) {
            if (entry.finalizers.contains(OfftakeNames.FINALIZER)) {
                return CompletableFuture.completedFuture(true);
            }
            if (entry.finalizers.isEmpty()) {
                add.put("path", "/metadata/finalizers").putArray("value").add(OfftakeNames.FINALIZER);
            } else {
                add.put("path", "/metadata/finalizers/-").put("value", OfftakeNames.FINALIZER);
            }
        }
        return writer.urgently(
                        ApiWriter.Kind.WORKLOAD_FINALIZER,
                        "PATCH",
                        Paths.workload(id.namespace(), id.record()),
                        ApiWriter.JSON_PATCH,
                        nodes.arrayNode().add(add).toString())
                .thenApply(answer -> {
                    if (answer.ok()) {
                        synchronized (entry) {
                            entry.finalizers = with(entry.finalizers);
                        }
                    } else {
                        LOG.warn("GPUWorkload {} was not kept: {} {}", id, answer.code(), answer.body());
                    }
                    return answer.ok();
                });
    }

    private static List<String> with(List<String> finalizers) {
        List<String> all = new ArrayList<>(finalizers);
        if (!all.contains(OfftakeNames.FINALIZER)) {
            all.add(OfftakeNames.FINALIZER);
        }
        return List.copyOf(all);
    }

    /** What the gang asks for may have changed since the object was made; under a placement it stays as it was. */
    private CompletableFuture<Boolean> patchSpec(Entry entry, GangSpec gang) {
        GPUWorkloadSpec spec = Workloads.spec(gang, defaultClass.apply(gang));
        synchronized (entry) {
            if (entry.spec.filter(spec::equals).isPresent()) {
                return CompletableFuture.completedFuture(true);
            }
            entry.spec = Optional.of(spec);
        }
        String patch = serialization.asJson(List.of(Map.of("op", "replace", "path", "/spec", "value", spec)));
        return writer.urgently(
                        ApiWriter.Kind.WORKLOAD_SPEC,
                        "PATCH",
                        Paths.workload(gang.id().namespace(), gang.id().record()),
                        ApiWriter.JSON_PATCH,
                        patch)
                .thenApply(answer -> {
                    if (!answer.ok() && answer.code() != 404) {
                        LOG.warn(
                                "spec of GPUWorkload {} was not written: {} {}",
                                gang.id(),
                                answer.code(),
                                answer.body());
                    }
                    return true;
                });
    }

    private CompletableFuture<Boolean> patchStatus(GangId id, GPUWorkloadStatus status) {
        String patch = serialization.asJson(List.of(Map.of("op", "add", "path", "/status", "value", status)));
        return writer.urgently(
                        ApiWriter.Kind.WORKLOAD_STATUS,
                        "PATCH",
                        Paths.workload(id.namespace(), id.record()) + "/status",
                        ApiWriter.JSON_PATCH,
                        patch)
                .thenApply(answer -> {
                    if (!answer.ok() && answer.code() != 404) {
                        LOG.warn("status of GPUWorkload {} was not written: {} {}", id, answer.code(), answer.body());
                    }
                    return answer.ok();
                });
    }

    /** Lets the object go: nothing of the gang is left. */
    public void release(GangId id) {
        Entry entry = entry(id);
        synchronized (entry) {
            int at = entry.finalizers.indexOf(OfftakeNames.FINALIZER);
            if (at < 0) {
                return;
            }
            String path = "/metadata/finalizers/" + at;
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            String patch = nodes.arrayNode()
                    .add(nodes.objectNode().put("op", "test").put("path", path).put("value", OfftakeNames.FINALIZER))
                    .add(nodes.objectNode().put("op", "remove").put("path", path))
                    .toString();
            List<String> others = new ArrayList<>(entry.finalizers);
            others.remove(at);
            entry.finalizers = List.copyOf(others);
            entry.last = entry.last
                    .exceptionally(failure -> false)
                    .thenCompose(before -> writer.whenIdle(
                            ApiWriter.Kind.WORKLOAD_FINALIZER,
                            "PATCH",
                            Paths.workload(id.namespace(), id.record()),
                            ApiWriter.JSON_PATCH,
                            patch))
                    .thenApply(ApiWriter.Answer::ok);
        }
    }
}
