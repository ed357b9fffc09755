package dev.offtake.image;

import dev.offtake.api.GPUPool;
import dev.offtake.api.TenantContract;
import dev.offtake.testbed.MockServers;
import dev.offtake.testbed.Readiness;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Starts the operator of the image against a mock API server until it is ready and leads, and makes the AOT cache from
 * what that needed. Argument: the folder with offtake.jar and jvm.options, where offtake.aot is written.
 */
public final class Training {
    private static final Logger CHATTER = Logger.getLogger("io.fabric8.mockwebserver");
    private static final int PORT = 18080;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** As much as a first round of everything takes: policies, pools, one gang. */
    private static final Duration AT_WORK = Duration.ofSeconds(5);

    private static final String CLUSTER = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: research, labels: {offtake.dev/tenant: research}}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1, uid: n1, labels: {kubernetes.io/hostname: n1, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}}
            status:
              allocatable: {nvidia.com/gpu: "8", cpu: "64", memory: 512Gi, pods: "110"}
              conditions: [{type: Ready, status: "True"}]
            ---
            apiVersion: offtake.dev/v1alpha1
            kind: GPUPool
            metadata: {name: h100}
            spec: {gpuClass: h100-sxm}
            ---
            apiVersion: offtake.dev/v1alpha1
            kind: TenantContract
            metadata: {name: research}
            spec:
              tenant: research
              term: {start: "2020-01-01T00:00:00Z", end: "2099-01-01T00:00:00Z"}
              commitments:
              - name: base
                gpuClass: h100-sxm
                unit: gpu
                tranches: [{name: all, quantity: 8, due: "2020-01-01T00:00:00Z"}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: one, namespace: research, uid: one}
            spec:
              schedulingGates: [{name: offtake.dev/placement}]
              priorityClassName: offtake-placed
              containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}, requests: {nvidia.com/gpu: 1}}}]
            status: {phase: Pending}
            """;

    private Training() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, GeneralSecurityException {
        Path folder = Path.of(arguments[0]);
        CHATTER.setLevel(Level.SEVERE);
        KubernetesMockServer server = MockServers.keeping(true);
        server.init();
        try {
            train(folder, "https://" + server.getHostName() + ":" + server.getPort() + "/");
        } finally {
            server.destroy();
        }
    }

    private static void train(Path folder, String url)
            throws IOException, InterruptedException, GeneralSecurityException {
        fill(url);
        // As in a pod: other classes are used with a kubeconfig, or if the server was trusted blindly.
        Path token = Files.writeString(Files.createTempFile("training", ".token"), "training");
        List<String> asInPod = List.of(
                "-Dkubernetes.master=" + url,
                "-Dkubernetes.certs.ca.file=" + certificate(URI.create(url)),
                "-Dkubernetes.auth.serviceAccount.token=" + token,
                "-Dkubernetes.auth.tryKubeConfig=false");
        Path recorded = folder.resolve("offtake.aotconf");
        Process operator = java(folder, "-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded)
                .and(asInPod)
                .start(List.of("operator", "--http-port", "" + PORT));
        awaitReady(operator);
        TimeUnit.MILLISECONDS.sleep(AT_WORK.toMillis());
        operator.destroy();
        await(operator, 143);
        Path cache = folder.resolve("offtake.aot");
        await(
                java(folder, "-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded, "-XX:AOTCache=" + cache)
                        .start(List.of("operator")),
                0);
        // With mode on a cache that does not fit is an error.
        await(java(folder, "-XX:AOTMode=on", "-XX:AOTCache=" + cache).start(List.of("--version")), 0);
        Files.delete(recorded);
    }

    /** What the server shows, as the file of an authority that signed it. */
    private static Path certificate(URI url) throws IOException, GeneralSecurityException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(url.getHost(), url.getPort())) {
            byte[] shown = socket.getSession().getPeerCertificates()[0].getEncoded();
            return Files.writeString(
                    Files.createTempFile("training", ".crt"),
                    "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(shown)
                            + "\n-----END CERTIFICATE-----\n");
        }
    }

    private static void fill(String url) {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl(url)
                        .withTrustCerts(true)
                        .build())
                .build()) {
            client.getKubernetesSerialization().registerKubernetesResource(GPUPool.class);
            client.getKubernetesSerialization().registerKubernetesResource(TenantContract.class);
            client.load(new ByteArrayInputStream(CLUSTER.getBytes(StandardCharsets.UTF_8)))
                    .items()
                    .forEach(object -> client.resource(object).create());
        }
    }

    /** A JVM of the image. */
    private record Java(Path folder, List<String> flags) {
        Java and(List<String> more) {
            return new Java(folder, Stream.concat(flags.stream(), more.stream()).toList());
        }

        Process start(List<String> arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of("/opt/jre/bin/java", "@" + folder.resolve("jvm.options")));
            command.addAll(flags);
            command.addAll(List.of("-cp", folder.resolve("offtake.jar").toString(), "dev.offtake.cli.Main"));
            command.addAll(arguments);
            return new ProcessBuilder(command).inheritIO().start();
        }
    }

    private static Java java(Path folder, String... flags) {
        return new Java(folder, List.of(flags));
    }

    private static void awaitReady(Process operator) throws IOException, InterruptedException {
        Readiness readiness = new Readiness(PORT);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end && operator.isAlive()) {
            if (readiness.isThere()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        operator.destroyForcibly();
        throw new IOException("the operator did not become ready");
    }

    private static void await(Process process, int code) throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != code) {
            process.destroyForcibly();
            throw new IOException("expected the end " + code + " of " + process);
        }
    }
}
