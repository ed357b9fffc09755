package dev.offtake.operator.act;

/** Paths of the objects that are written. */
final class Paths {
    private Paths() {}

    static String pod(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + name;
    }

    static String job(String namespace, String name) {
        return "/apis/batch/v1/namespaces/" + namespace + "/jobs/" + name;
    }

    static String workloads(String namespace) {
        return "/apis/offtake.dev/v1alpha1/namespaces/" + namespace + "/gpuworkloads";
    }

    static String workload(String namespace, String name) {
        return workloads(namespace) + "/" + name;
    }

    static String events(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/events";
    }
}
