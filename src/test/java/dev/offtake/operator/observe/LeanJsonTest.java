package dev.offtake.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same objects as Fabric8 reads, but for what is left out. */
class LeanJsonTest {
    /** With everything that a decision can depend on, and much that it cannot. */
    private static final String POD = """
            {"kind":"Pod","apiVersion":"v1",
             "metadata":{"name":"train-0","generateName":"train-","namespace":"acme","uid":"u-1","resourceVersion":"7",
               "creationTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":"2026-01-02T03:05:05Z",
               "labels":{"offtake.dev/workload":"w"},
               "annotations":{"offtake.dev/tier":"OnDemand","batch.kubernetes.io/job-completion-index":"3"},
               "ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"train","uid":"j-1","controller":true}],
               "managedFields":[{"manager":"kubectl","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{}}}}]},
             "spec":{"schedulingGates":[{"name":"offtake.dev/placement"},{"name":"example.com/data"}],
               "priorityClassName":"offtake-placed","priority":1000000000,"nodeName":"n-1",
               "nodeSelector":{"zone":"a"},"overhead":{"cpu":"250m"},
               "tolerations":[{"key":"nvidia.com/gpu","operator":"Exists"}],
               "resources":{"requests":{"cpu":"9"}},
               "resourceClaims":[{"name":"gpu","resourceClaimName":"gpu"}],
               "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
                 {"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}],
                  "matchFields":[{"key":"metadata.name","operator":"In","values":["n-1"]}]}]}}},
               "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}],
               "initContainers":[{"name":"side","image":"i","restartPolicy":"Always",
                 "resources":{"requests":{"cpu":"1"}}}],
               "containers":[{"name":"main","image":"i","command":["python"],"env":[{"name":"A","value":"b"}],
                 "ports":[{"containerPort":80}],"volumeMounts":[{"name":"data","mountPath":"/data"}],
                 "resources":{"requests":{"cpu":"4","memory":"32Gi","nvidia.com/gpu":"8"},
                   "limits":{"nvidia.com/gpu":"8"}}}]},
             "status":{"phase":"Pending","podIPs":[{"ip":"10.0.0.1"}],
               "conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no"},
                 {"type":"offtake.dev/Placed","status":"False","reason":"QuotaReached"}],
               "containerStatuses":[{"name":"main","image":"i","imageID":"","ready":false,"restartCount":0,
                 "allocatedResources":{"cpu":"6"},"resources":{"requests":{"memory":"48Gi"}}}]}}
            """;

    private static final String NODE = """
            {"kind":"Node","apiVersion":"v1","metadata":{"name":"n-1","labels":{"nvidia.com/gpu.product":"H100"}},
             "spec":{"unschedulable":true,"taints":[{"key":"nvidia.com/gpu","effect":"NoSchedule"}],
               "providerID":"cloud://n-1","configSource":{"configMap":{"name":"kubelet"}}},
             "status":{"allocatable":{"nvidia.com/gpu":"8"},"capacity":{"nvidia.com/gpu":"8"},
               "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}],
               "addresses":[{"type":"InternalIP","address":"10.0.0.1"}],
               "daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},"features":{"supplementalGroupsPolicy":true},
               "runtimeHandlers":[{"name":"runc","features":{"userNamespaces":true}}],
               "images":[{"names":["i"],"sizeBytes":1}]}}
            """;

    private static final String JOB = """
            {"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"train","namespace":"acme"},
             "spec":{"parallelism":2,"completions":2,"completionMode":"Indexed","suspend":true,
               "selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"j-1"}},
               "successPolicy":{"rules":[{"succeededIndexes":"0"}]},
               "podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]}]},
               "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]}}},
             "status":{"active":2,"ready":1,"conditions":[{"type":"Suspended","status":"False"}],
               "uncountedTerminatedPods":{"succeeded":["u-1","u-2"]}}}
            """;

    private final KubernetesSerialization lean = new LeanJson();
    private final KubernetesSerialization full = new KubernetesSerialization();

    private static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }

    private static Object read(KubernetesSerialization json, String event) {
        return json.unmarshal(event, WatchEvent.class).getObject();
    }

    @Test
    void whatIsSeenOfAPodIsTheSame() {
        Pod ours = (Pod) read(lean, event("MODIFIED", POD));
        Pod fabric8s = (Pod) read(full, event("MODIFIED", POD));

        assertThat(SeenPod.of(ours, Set.of("nvidia.com/gpu")))
                .isEqualTo(SeenPod.of(fabric8s, Set.of("nvidia.com/gpu")));
        assertThat(SeenPod.of(ours, Set.of("nvidia.com/gpu")).shape().requests())
                .as("while it is being resized")
                .containsEntry("memory", 48L << 30);
        assertThat(ours.getMetadata().getManagedFields()).isEmpty();
        assertThat(ours.getSpec().getVolumes()).isEmpty();
        assertThat(ours.getSpec().getContainers().get(0).getEnv()).isEmpty();
        assertThat(ours.getSpec().getContainers().get(0).getAdditionalProperties())
                .isEmpty();
    }

    @Test
    void ofNodesAndJobsTheRestIsTheSame() {
        Node node = (Node) read(full, event("ADDED", NODE));
        node.getSpec().setConfigSource(null);
        node.getStatus().setAddresses(List.of());
        node.getStatus().setDaemonEndpoints(null);
        node.getStatus().setFeatures(null);
        node.getStatus().setRuntimeHandlers(List.of());
        node.getStatus().setImages(List.of());
        Job job = (Job) read(full, event("ADDED", JOB));
        job.getSpec().setSelector(null);
        job.getSpec().setSuccessPolicy(null);
        job.getStatus().setUncountedTerminatedPods(null);

        assertThat(read(lean, event("ADDED", NODE))).isEqualTo(node);
        assertThat(read(lean, event("ADDED", JOB))).isEqualTo(job);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'p'},'spec':{'nodeName':'n'}}",
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'nodeName':'n'}}",
                "{'metadata':{'name':'p'},'spec':{'nodeName':'n'},'kind':'Pod','apiVersion':'v1'}",
                "{'kind':'Pod','metadata':{'name':'p'},'apiVersion':'v1','spec':{'nodeName':'n'}}"
            })
    void theOrderOfFieldsDoesNotMatter(String json) {
        String event = event("ADDED", json.replace('\'', '"'));

        assertThat(read(lean, event)).isEqualTo(read(full, event)).isInstanceOf(Pod.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'Node','apiVersion':'v1','metadata':{'name':'n'},'status':{'allocatable':{'nvidia.com/gpu':'8'}}}",
                "{'kind':'Pod','apiVersion':'v1','metadata':{'resourceVersion':'12'}}",
                "{'kind':'Status','apiVersion':'v1','status':'Failure','reason':'Expired','code':410}",
                "{'kind':'GPUWorkload','apiVersion':'offtake.dev/v1alpha1','metadata':{'name':'w'}}",
                "{'kind':'Unheard','apiVersion':'example.com/v1','metadata':{'name':'u'},'spec':{'a':[1,{'b':2}]}}",
                "{'kind':'Pod','apiVersion':'v1'}",
                "{'metadata':{'name':'of nothing'}}"
            })
    void otherObjectsAreReadAsByFabric8(String json) {
        String event = event("ADDED", json.replace('\'', '"'));

        assertThat(read(lean, event)).isEqualTo(read(full, event));
    }

    @Test
    void eachKindHasItsClass() {
        lean.registerKubernetesResource(GPUWorkload.class); // as a client does at its first use
        assertThat(read(lean, event("ADDED", "{\"kind\":\"Node\",\"apiVersion\":\"v1\"}")))
                .isInstanceOf(Node.class);
        assertThat(read(lean, event("ERROR", "{\"kind\":\"Status\",\"apiVersion\":\"v1\"}")))
                .isInstanceOf(Status.class);
        assertThat(read(lean, event("ADDED", "{\"kind\":\"GPUWorkload\",\"apiVersion\":\"offtake.dev/v1alpha1\"}")))
                .isInstanceOf(GPUWorkload.class);
        assertThat(read(lean, event("ADDED", "{\"kind\":\"Unheard\",\"apiVersion\":\"example.com/v1\"}")))
                .isInstanceOf(GenericKubernetesResource.class);
    }

    @Test
    void listsAreReadLeanToo() {
        PodList list = lean.unmarshal(
                "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[" + POD + "," + POD + "]}", PodList.class);

        assertThat(list.getItems()).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getManagedFields()).isEmpty();
            assertThat(pod.getSpec().getContainers()).hasSize(1);
        });
    }

    @Test
    void writingLeavesNothingOut() {
        Pod pod = full.unmarshal(POD, Pod.class);

        assertThat(lean.asJson(pod)).isEqualTo(full.asJson(pod));
    }
}
