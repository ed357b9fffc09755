package dev.offtake.sim.input;

import dev.offtake.api.Enforcement;
import dev.offtake.fleet.Pool;
import dev.offtake.schedule.GangSpec;
import dev.offtake.translate.Gangs;
import dev.offtake.translate.Levels;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What gangs of a trace ask for, through the Job that its tenant would write, so that it means what it means there. */
public final class Jobs {
    private Jobs() {}

    /** The gang of such a Job, with what is wrong about it told in its problem. */
    public static GangSpec gang(Ask ask, Collection<Pool> pools) {
        Set<String> resources = pools.stream().map(Pool::resourceName).collect(Collectors.toSet());
        String resource = resource(ask, pools);
        Job job = job(ask, ask.wishes(), resource);
        return Gangs.ofJob(
                        job,
                        Optional.empty(),
                        new Tenancy(ask.tenant(), ask.contract(), ask.subTenant(), Enforcement.ENFORCE),
                        resources)
                .map(gang -> Levels.checked(gang, pools))
                .orElseThrow(() -> new IllegalStateException("a Job of " + ask + " asks for no GPUs"));
    }

    /** By which pods ask for the GPUs of the class that they wish; there may be pools of different ones. */
    private static String resource(Ask ask, Collection<Pool> pools) {
        List<String> classes = ask.gpuClasses();
        return pools.stream()
                .filter(pool -> classes.contains(pool.gpuClass()))
                .findFirst()
                .or(() -> pools.stream().findFirst())
                .map(Pool::resourceName)
                .orElse(dev.offtake.fleet.GpuClass.RESOURCE_NAME);
    }

    private static Job job(Ask ask, Map<String, String> wishes, String resource) {
        Map<String, Quantity> requests = new HashMap<>();
        ask.requests().forEach((name, amount) -> requests.put(name, Quantity.parse(amount)));
        requests.put(resource, new Quantity(String.valueOf(ask.gpus())));
        ResourceRequirements resources = new ResourceRequirements();
        resources.setRequests(requests);
        resources.setLimits(Map.of(resource, new Quantity(String.valueOf(ask.gpus()))));
        Container container = new Container();
        container.setName("main");
        container.setResources(resources);
        PodSpec pod = new PodSpec();
        pod.setContainers(List.of(container));
        PodTemplateSpec template = new PodTemplateSpec();
        template.setSpec(pod);
        JobSpec spec = new JobSpec();
        spec.setParallelism(ask.pods());
        spec.setCompletions(ask.pods());
        spec.setTemplate(template);
        spec.setPodFailurePolicy(new PodFailurePolicyBuilder()
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .endOnPodCondition()
                .endRule()
                .build());
        ObjectMeta meta = new ObjectMeta();
        meta.setNamespace(ask.tenant());
        meta.setName("gang");
        meta.setAnnotations(new HashMap<>(wishes));
        Job job = new Job();
        job.setMetadata(meta);
        job.setSpec(spec);
        return job;
    }
}
