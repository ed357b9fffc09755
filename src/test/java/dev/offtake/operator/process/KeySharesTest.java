package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeySharesTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String VERSION = "{\"major\": \"1\", \"minor\": \"36\", \"gitVersion\": \"v1.36.3\"}";
    /** Java 20 has added it; without it all groups are offered, and nothing is left to fall back from. */
    private static final Optional<Method> SET_GROUPS = Stream.of(SSLParameters.class.getMethods())
            .filter(method -> method.getName().equals("setNamedGroups"))
            .findAny();

    @TempDir
    private Path directory;

    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = VERSION.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aServerIsReached() throws Exception {
        serve(Optional.empty());

        assertThat(version(new ClientFactory(cluster()))).isEqualTo("v1.36.3");
    }

    @Test
    void aServerWithoutX25519IsReachedAllTheSame() throws Exception {
        serve(Optional.of("secp256r1"));
        ClientFactory clients = new ClientFactory(cluster());

        assertThat(version(clients)).isEqualTo("v1.36.3");
        assertThat(version(clients)).isEqualTo("v1.36.3");
    }

    @Test
    void theClientOfTheLeaseTriesNothingAgainButLearns() throws Exception {
        serve(Optional.of("secp256r1"));
        ClientFactory clients = new ClientFactory(cluster());

        try (KubernetesClient client = clients.leaseClient(Duration.ofSeconds(5))) {
            if (SET_GROUPS.isPresent()) {
                assertThatException().isThrownBy(client::getKubernetesVersion);
            }
            assertThat(client.getKubernetesVersion().getGitVersion()).isEqualTo("v1.36.3");
        }
    }

    @Test
    void oneGroupIsOfferedUntilAHandshakeFails() throws Exception {
        SSLEngine first = SSLContext.getDefault().createSSLEngine("host", 1);
        SSLEngine second = SSLContext.getDefault().createSSLEngine("host", 1);
        String[] usual = groups(first);
        KeyShares keys = new KeyShares();

        keys.choose(first);
        keys.failed(new SSLException("handshake_failure"));
        keys.choose(second);

        if (SET_GROUPS.isPresent()) {
            assertThat(groups(first)).containsExactly("x25519");
        }
        assertThat(groups(second)).isEqualTo(usual);
    }

    private static String[] groups(SSLEngine engine) throws ReflectiveOperationException {
        return SET_GROUPS.isEmpty()
                ? new String[0]
                : (String[]) SSLParameters.class.getMethod("getNamedGroups").invoke(engine.getSSLParameters());
    }

    private static String version(ClientFactory clients) {
        try (KubernetesClient client = clients.client(1)) {
            return client.getKubernetesVersion().getGitVersion();
        }
    }

    /** @param group the only one that the server takes, where the JDK can be told */
    private void serve(Optional<String> group) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keyStore())) {
            store.load(file, PASSWORD);
        }
        Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters:
                - name: c
                  cluster: {server: "https://localhost:%d", certificate-authority-data: %s}
                users:
                - name: u
                  user: {token: none}
                contexts:
                - name: x
                  context: {cluster: c, user: u}
                current-context: x
                """.formatted(
                        server.getAddress().getPort(), pem(store)));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ours = context.getDefaultSSLParameters();
                group.ifPresent(only -> SET_GROUPS.ifPresent(set -> {
                    try {
                        set.invoke(ours, (Object) new String[] {only});
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                }));
                parameters.setSSLParameters(ours);
            }
        });
        server.start();
    }

    private static String pem(KeyStore store) throws Exception {
        String certificate = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate("server").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.UTF_8));
    }

    private Path keyStore() throws IOException, InterruptedException {
        Path file = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        return file;
    }

    private ClusterOptions cluster() {
        return new ClusterOptions(Optional.of(directory.resolve("kubeconfig")), Optional.empty());
    }
}
