package dev.offtake.scenario;

import dev.offtake.testbed.Sandbox;

/** The volume claim {@code data} of a namespace, for which nobody provides a volume before {@link #bind}. */
final class DataVolume {
    /** Pod spec fields of a pod that uses it. */
    static final String USE = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n";

    private final Scene scene;
    private final Sandbox sandbox;
    private final Workspace where;
    private String storageClass = "";

    DataVolume(Scene scene, Sandbox sandbox, Workspace where) {
        this.scene = scene;
        this.sandbox = sandbox;
        this.where = where;
    }

    /** Makes the claim, of a class that is bound at the given time: {@code Immediate} or {@code WaitForFirstConsumer}. */
    void claim(String binding) {
        storageClass = sandbox.name("class");
        scene.apply("""
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: %s}
                provisioner: kubernetes.io/no-provisioner
                volumeBindingMode: %s
                """.formatted(storageClass, binding) + "---\n" + claim("{}", ""))
                .orFail();
        sandbox.own(scene.admin()
                .storage()
                .v1()
                .storageClasses()
                .withName(storageClass)
                .get());
    }

    /** Does what the volume controller does once there is a volume; makes the claim if there is none. */
    void bind() {
        String volume = sandbox.name("volume");
        scene.apply("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %s}
                spec:
                  storageClassName: "%s"
                  accessModes: [ReadWriteMany]
                  capacity: {storage: 1Gi}
                  nfs: {server: 192.0.2.1, path: /}
                  claimRef: {namespace: %s, name: data}
                """.formatted(volume, storageClass, where.name())
                        + "---\n"
                        + claim("{pv.kubernetes.io/bind-completed: \"yes\"}", volume))
                .orFail();
        sandbox.own(scene.admin().persistentVolumes().withName(volume).get());
    }

    private String claim(String annotations, String volume) {
        return """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, namespace: %s, annotations: %s}
                spec:
                  storageClassName: "%s"
                  volumeName: "%s"
                  accessModes: [ReadWriteMany]
                  resources: {requests: {storage: 1Gi}}
                """.formatted(where.name(), annotations, storageClass, volume);
    }
}
