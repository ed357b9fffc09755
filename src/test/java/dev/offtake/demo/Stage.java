package dev.offtake.demo;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;

/** A cluster for the story, and the operator on it. */
interface Stage extends AutoCloseable {
    /** What is real here and what is not, in lines. */
    List<String> programme();

    /** An administrator. */
    KubernetesClient client();

    /** Brings up the operator; returns when it is ready. */
    void startOperator();

    /** Does what {@code kubectl apply -f} does. */
    void apply(Path manifest);

    /** Adds nodes with their status. */
    void addNodes(List<Node> nodes);

    /** Who to be to look at it from outside. */
    Path kubeconfig();

    @Override
    void close();
}
