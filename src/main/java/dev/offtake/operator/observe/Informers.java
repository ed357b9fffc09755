package dev.offtake.operator.observe;

import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkload;
import dev.offtake.schedule.GangId;
import dev.offtake.translate.Nodes;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Watches what decisions depend on. Lists are read in pages, objects are reduced before they are kept. */
public final class Informers implements AutoCloseable {
    private static final long PAGE = 500;

    private final Sink sink;
    private final Supplier<Set<String>> gpuResources;
    private final Enforcement usual;
    private final Map<String, SharedIndexInformer<?>> informers = new LinkedHashMap<>();
    /** Those of whose first list the sink has heard everything. */
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    /** Used by the thread of the pods' informer alone. */
    private final Shared shared = new Shared();

    /**
     * @param gpuResources resource names of all pools, asked for each pod
     * @param usual enforcement of namespaces that do not say another
     * @param onStopped called with the name of an informer that stopped for good
     */
    public Informers(
            KubernetesClient client,
            Sink sink,
            Supplier<Set<String>> gpuResources,
            Enforcement usual,
            Consumer<String> onStopped) {
        this.sink = sink;
        this.usual = usual;
        this.gpuResources = gpuResources;
        watch("nodes", client.nodes(), Informers::nodeKey, this::onNode, onStopped);
        watch("namespaces", client.namespaces(), Informers::namespaceKey, this::onNamespace, onStopped);
        watch("jobs", client.batch().v1().jobs().inAnyNamespace(), Informers::jobKey, this::onJob, onStopped);
        watch(
                "gpuworkloads",
                client.resources(GPUWorkload.class).inAnyNamespace(),
                Informers::workloadKey,
                this::onWorkload,
                onStopped);
        watch("pods", client.pods().inAnyNamespace(), Informers::podKey, this::onPod, onStopped);
    }

    private <T extends HasMetadata> void watch(
            String name,
            FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ? extends Resource<T>> list,
            UnaryOperator<T> shrink,
            BiConsumer<T, Boolean> handler,
            Consumer<String> onStopped) {
        SharedIndexInformer<T> informer = list.withLimit(PAGE).runnableInformer(0);
        informer.itemStore(new KeyStore<>(shrink));
        informer.exceptionHandler((isStarted, failure) -> true);
        informer.stopped().whenComplete((nothing, failure) -> {
            if (failure != null) {
                onStopped.accept(name + ": " + failure);
            }
        });
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onList(String resourceVersion, boolean isEmpty) {
                // Behind all that was listed; the informer itself says that it is synced when it has only read it.
                heard.add(name);
            }

            @Override
            public void onAdd(T item) {
                handler.accept(item, true);
            }

            @Override
            public void onUpdate(T before, T now) {
                // One of the same name took its place while nobody looked.
                if (!Objects.equals(
                        before.getMetadata().getUid(), now.getMetadata().getUid())) {
                    handler.accept(before, false);
                }
                handler.accept(now, true);
            }

            @Override
            public void onDelete(T item, boolean unknownState) {
                handler.accept(item, false);
            }
        });
        informers.put(name, informer);
    }

    /** Starts all; they list and then watch in the background. */
    public void start() {
        informers.values().forEach(SharedIndexInformer::start);
    }

    /** Names of those of which the sink has not heard everything yet that was there at the start. */
    public List<String> unsynced() {
        return informers.keySet().stream().filter(name -> !heard.contains(name)).toList();
    }

    /** Of each, by its name, whether it is listening to changes right now. */
    public Map<String, BooleanSupplier> watching() {
        Map<String, BooleanSupplier> watching = new LinkedHashMap<>();
        informers.forEach((name, informer) -> watching.put(name, informer::isWatching));
        return watching;
    }

    @Override
    public void close() {
        informers.values().forEach(SharedIndexInformer::stop);
    }

    private void onNode(Node node, boolean exists) {
        if (exists) {
            sink.node(Nodes.facts(node));
        } else {
            sink.nodeGone(node.getMetadata().getName());
        }
    }

    private void onNamespace(Namespace namespace, boolean exists) {
        sink.namespace(namespace.getMetadata().getName(), exists ? Tenancy.of(namespace, usual) : Optional.empty());
    }

    private void onJob(Job job, boolean exists) {
        if (exists) {
            sink.job(job);
        } else {
            sink.jobGone(job.getMetadata().getNamespace(), job.getMetadata().getName());
        }
    }

    private void onWorkload(GPUWorkload workload, boolean exists) {
        if (exists) {
            sink.workload(workload);
        } else {
            sink.workloadGone(GangId.ofRecord(
                    workload.getMetadata().getNamespace(),
                    workload.getMetadata().getName()));
        }
    }

    private void onPod(Pod pod, boolean exists) {
        if (exists) {
            sink.pod(SeenPod.of(pod, gpuResources.get()).sharing(shared));
        } else {
            sink.podGone(pod.getMetadata().getUid());
        }
    }

    /** Nothing but what names it and its version: the builders would add empty lists and maps to each. */
    @SuppressWarnings("NullAway") // Fabric8 declares no nullness
    private static ObjectMeta key(HasMetadata item) {
        ObjectMeta key = new ObjectMeta();
        key.setName(item.getMetadata().getName());
        key.setNamespace(item.getMetadata().getNamespace());
        key.setUid(item.getMetadata().getUid());
        key.setResourceVersion(item.getMetadata().getResourceVersion());
        key.setAnnotations(null);
        key.setLabels(null);
        key.setFinalizers(null);
        key.setOwnerReferences(null);
        key.setManagedFields(null);
        key.setAdditionalProperties(null);
        return key;
    }

    private static Pod podKey(Pod pod) {
        Pod key = new Pod();
        key.setMetadata(key(pod));
        key.setAdditionalProperties(null);
        return key;
    }

    private static Node nodeKey(Node node) {
        Node key = new Node();
        key.setMetadata(key(node));
        return key;
    }

    private static Namespace namespaceKey(Namespace namespace) {
        Namespace key = new Namespace();
        key.setMetadata(key(namespace));
        return key;
    }

    private static Job jobKey(Job job) {
        Job key = new Job();
        key.setMetadata(key(job));
        return key;
    }

    private static GPUWorkload workloadKey(GPUWorkload workload) {
        GPUWorkload key = new GPUWorkload();
        key.setMetadata(key(workload));
        return key;
    }
}
