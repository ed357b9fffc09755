package dev.offtake.operator.act;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** The object that a gang was made from: it owns the gang's record, and its events are shown there. */
public record Owner(String apiVersion, String kind, String namespace, String name, String uid) {
    /** By which a record goes with it. */
    OwnerReference reference() {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(true)
                // Without a right to finalizers of the owner some clusters (OpenShift) refuse true.
                .withBlockOwnerDeletion(false)
                .build();
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
