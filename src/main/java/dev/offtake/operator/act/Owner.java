package dev.offtake.operator.act;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Optional;

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

    /** Uid of what owns an object, if anything does. */
    public static Optional<String> uidOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .findFirst();
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
