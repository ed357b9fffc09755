package dev.offtake.operator.observe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.HandlerInstantiator;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.internal.KubernetesDeserializer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a client that watches every pod of a cluster: it skips what nobody here reads, and makes each object as
 * it is read. Fabric8's own makes a tree of it first. Writing is as ever.
 */
public final class LeanJson extends KubernetesSerialization {
    /** Kinds that are watched; those of our own API are added by the client at their first use. */
    private static final List<Class<? extends KubernetesResource>> KINDS =
            List.of(Node.class, Pod.class, Namespace.class, Job.class, Status.class);

    public LeanJson() {
        // Otherwise it loads the classes of all the kinds that Fabric8 knows, which are more than a thousand.
        super(new ObjectMapper(), false);
        KINDS.forEach(this::registerKubernetesResource);
    }

    @Override
    protected void configureMapper(ObjectMapper mapper) {
        super.configureMapper(mapper);
        mapper.addMixIn(ObjectMeta.class, Meta.class);
        mapper.addMixIn(PodSpec.class, Spec.class);
        mapper.addMixIn(PodStatus.class, StatusOfPod.class);
        mapper.addMixIn(Container.class, ContainerOfPod.class);
        mapper.addMixIn(ContainerStatus.class, StatusOfContainer.class);
        mapper.addMixIn(NodeSpec.class, SpecOfNode.class);
        mapper.addMixIn(NodeStatus.class, StatusOfNode.class);
        mapper.addMixIn(JobSpec.class, SpecOfJob.class);
        mapper.addMixIn(JobStatus.class, StatusOfJob.class);
        mapper.addMixIn(NamespaceStatus.class, StatusOfNamespace.class);
        DeserializationConfig config = mapper.getDeserializationConfig();
        mapper.setConfig(config.with(new Instantiator(config.getHandlerInstantiator())));
    }

    /** What only the API server needs. */
    @JsonIgnoreProperties(value = "managedFields", allowGetters = true)
    private interface Meta {}

    @JsonIgnoreProperties(
            value = {
                "volumes",
                "topologySpreadConstraints",
                "imagePullSecrets",
                "hostAliases",
                "ephemeralContainers",
                "securityContext",
                "dnsConfig",
                "readinessGates",
                "os",
                "schedulingGroup"
            },
            allowGetters = true)
    private interface Spec {}

    @JsonIgnoreProperties(
            value = {
                "ephemeralContainerStatuses",
                "podIPs",
                "hostIPs",
                "resourceClaimStatuses",
                "extendedResourceClaimStatus",
                "nodeAllocatableResourceClaimStatuses"
            },
            allowGetters = true)
    private interface StatusOfPod {}

    /** What a container has is read, as it may differ from what its spec says while it is being resized. */
    @JsonIgnoreProperties(
            value = {
                "state",
                "lastState",
                "image",
                "imageID",
                "containerID",
                "volumeMounts",
                "user",
                "allocatedResourcesStatus"
            },
            allowGetters = true)
    private interface StatusOfContainer {}

    @JsonIgnoreProperties(
            value = {
                "command",
                "args",
                "env",
                "envFrom",
                "volumeMounts",
                "volumeDevices",
                "ports",
                "lifecycle",
                "livenessProbe",
                "readinessProbe",
                "startupProbe",
                "securityContext",
                "resizePolicy",
                "restartPolicyRules"
            },
            allowGetters = true)
    private interface ContainerOfPod {}

    /** The images of a node alone can be larger than all the rest of it. */
    @JsonIgnoreProperties(
            value = {
                "images",
                "volumesAttached",
                "volumesInUse",
                "nodeInfo",
                "addresses",
                "config",
                "daemonEndpoints",
                "features",
                "declaredFeatures",
                "runtimeHandlers"
            },
            allowGetters = true)
    private interface StatusOfNode {}

    @JsonIgnoreProperties(value = "configSource", allowGetters = true)
    private interface SpecOfNode {}

    @JsonIgnoreProperties(
            value = {"selector", "successPolicy"},
            allowGetters = true)
    private interface SpecOfJob {}

    /** Whose pods are counted by their uids, which can be many. */
    @JsonIgnoreProperties(value = "uncountedTerminatedPods", allowGetters = true)
    private interface StatusOfJob {}

    @JsonIgnoreProperties(value = "conditions", allowGetters = true)
    private interface StatusOfNamespace {}

    /** Puts {@link KindFirstDeserializer} before the deserializer that Fabric8's models name. */
    private final class Instantiator extends HandlerInstantiator {
        private final HandlerInstantiator fabric8;

        Instantiator(HandlerInstantiator fabric8) {
            this.fabric8 = fabric8;
        }

        @Override
        public @Nullable JsonDeserializer<?> deserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            JsonDeserializer<?> instance = fabric8.deserializerInstance(config, annotated, type);
            return instance instanceof KubernetesDeserializer any
                    ? new KindFirstDeserializer(LeanJson.this, any)
                    : instance;
        }

        @Override
        public @Nullable KeyDeserializer keyDeserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return fabric8.keyDeserializerInstance(config, annotated, type);
        }

        @Override
        public com.fasterxml.jackson.databind.@Nullable JsonSerializer<?> serializerInstance(
                SerializationConfig config, Annotated annotated, Class<?> type) {
            return fabric8.serializerInstance(config, annotated, type);
        }

        @Override
        public @Nullable TypeResolverBuilder<?> typeResolverBuilderInstance(
                MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return fabric8.typeResolverBuilderInstance(config, annotated, type);
        }

        @Override
        public @Nullable TypeIdResolver typeIdResolverInstance(
                MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return fabric8.typeIdResolverInstance(config, annotated, type);
        }
    }
}
