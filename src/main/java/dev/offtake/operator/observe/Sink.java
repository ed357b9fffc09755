package dev.offtake.operator.observe;

import dev.offtake.api.GPUWorkload;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.schedule.GangId;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/** Takes what the informers see, in their order; called on their threads. */
public interface Sink {
    void node(NodeFacts node);

    void nodeGone(String name);

    void pod(SeenPod pod);

    void podGone(String uid);

    void job(Job job);

    void jobGone(String namespace, String name);

    /** A namespace, with whose work it holds. */
    void namespace(String name, Optional<Tenancy> tenancy);

    void workload(GPUWorkload workload);

    void workloadGone(GangId id);
}
