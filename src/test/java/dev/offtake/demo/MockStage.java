package dev.offtake.demo;

import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import dev.offtake.testbed.MockServers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Everything in this JVM: Fabric8's mock of an API server, stand-ins for the rest of a cluster, and the operator. */
final class MockStage implements Stage {
    /** It logs a line for each request; held here, since loggers are forgotten with their settings. */
    private static final Logger CHATTER = Logger.getLogger("io.fabric8.mockwebserver");

    private final KubernetesMockServer server;
    private final KubernetesClient client;
    private final StandIns standIns;
    private final Path kubeconfig;
    private Optional<OperatorUnderDemo> operator = Optional.empty();

    MockStage() {
        CHATTER.setLevel(Level.SEVERE);
        server = MockServers.keeping(false);
        server.init();
        String url = "http://" + server.getHostName() + ":" + server.getPort() + "/";
        // Not from the environment: the demo must never reach the cluster of whoever tries it.
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .withTrustCerts(false)
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
        client.getKubernetesSerialization().registerKubernetesResource(GPUPool.class);
        client.getKubernetesSerialization().registerKubernetesResource(TenantContract.class);
        kubeconfig = writeKubeconfig(url);
        standIns = new StandIns(client);
    }

    private static Path writeKubeconfig(String url) {
        try {
            Path file = Files.createTempFile("offtake-demo", ".kubeconfig");
            file.toFile().deleteOnExit();
            Files.writeString(file, """
                    apiVersion: v1
                    kind: Config
                    current-context: demo
                    clusters: [{name: demo, cluster: {server: "%s"}}]
                    users: [{name: demo, user: {token: demo}}]
                    contexts: [{name: demo, context: {cluster: demo, user: demo, namespace: default}}]
                    """.formatted(url));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> programme() {
        return List.of(
                "One JVM, no cluster. Real: the operator, as it runs in production, and the manifests.",
                "Stand-ins: Fabric8's mock API server; small ones for Job controller, scheduler and kubelets.",
                "The mock has no admission, so the demo itself adds the gate and the priority class to GPU pods,",
                "and no strategic merge patch, so the condition offtake.dev/Placed of waiting pods is left out.",
                "-Ddemo.cluster=real tells the same story on a real kube-apiserver, kube-scheduler and controllers.");
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public void startOperator() {
        operator = Optional.of(OperatorUnderDemo.start(kubeconfig, "offtake-system"));
    }

    @Override
    public void apply(Path manifest) {
        try (InputStream yaml = Files.newInputStream(manifest)) {
            for (HasMetadata object : client.load(yaml).items()) {
                client.resource(object).create();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void addNodes(List<Node> nodes) {
        nodes.forEach(node -> client.resource(node).create());
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void close() {
        operator.ifPresent(OperatorUnderDemo::close);
        standIns.close();
        client.close();
        server.destroy();
    }
}
