package dev.offtake.translate;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.TenantContract;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Objects as users write them. */
final class Yaml {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Yaml() {}

    /** A pool with this spec, one field per line. */
    static GPUPool pool(String name, String... spec) {
        return read("metadata: {name: " + name + "}\nspec:\n  " + String.join("\n  ", spec), GPUPool.class);
    }

    /** A contract of tenant acme for 2026 with these commitments. */
    static TenantContract contract(String... commitments) {
        return read("""
                metadata: {name: acme-2026}
                spec:
                  tenant: acme
                  term: {start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z"}
                  commitments:
                """ + "  - " + String.join("\n  - ", commitments), TenantContract.class);
    }

    static Pod pod(String yaml) {
        Pod pod = read(yaml, Pod.class);
        if (pod.getMetadata() == null) {
            pod.setMetadata(new ObjectMeta());
        }
        return pod;
    }

    static Job job(String yaml) {
        return read(yaml, Job.class);
    }

    static Node node(String yaml) {
        return read(yaml, Node.class);
    }

    static GPUWorkload workload(String yaml) {
        return read(yaml, GPUWorkload.class);
    }

    static String write(Object object) {
        return SERIALIZATION.asYaml(object);
    }

    private static <T> T read(String yaml, Class<T> type) {
        // A leading brace would be taken for JSON.
        return SERIALIZATION.unmarshal("---\n" + yaml, type);
    }
}
