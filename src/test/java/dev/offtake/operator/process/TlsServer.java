package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;

/** An API server that only knows its version, but whose TLS can be anything. */
final class TlsServer implements AutoCloseable {
    static final String VERSION = "v1.36.3";
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "key";
    private static final Map<String, KeyStore> MADE = new ConcurrentHashMap<>();

    private final Path directory;
    private final HttpsServer server;
    private final KeyStore keys;
    private final List<String> users = new CopyOnWriteArrayList<>();
    private final List<String> protocols = new CopyOnWriteArrayList<>();

    /** @param name the host for which the server has its certificate */
    TlsServer(Path directory, String name, Consumer<SSLParameters> tls, Optional<KeyStore> clients) throws Exception {
        ManagementServer.limitSlowClients();
        this.directory = directory;
        keys = keys("server", name);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                protocols.add(((HttpsExchange) exchange).getSSLSession().getProtocol());
                users.add(user((HttpsExchange) exchange));
                byte[] body = "{\"major\": \"1\", \"minor\": \"36\", \"gitVersion\": \"%s\"}"
                        .formatted(VERSION)
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(clients.orElse(keys));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ours = context.getDefaultSSLParameters();
                ours.setNeedClientAuth(clients.isPresent());
                tls.accept(ours);
                parameters.setSSLParameters(ours);
            }
        });
        server.start();
    }

    private static String user(HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException nobody) {
            return "";
        }
    }

    /** Who asked: the name in the certificate, else nothing. */
    List<String> users() {
        return users;
    }

    /** In which version of TLS. */
    List<String> protocols() {
        return protocols;
    }

    /** Of a client that trusts this server and shows a token. */
    ClusterOptions cluster() throws Exception {
        return cluster(keys, "token: none");
    }

    /** Of a client that shows its certificate. */
    ClusterOptions clusterOf(KeyStore user) throws Exception {
        String key = Base64.getMimeEncoder()
                .encodeToString(user.getKey(ALIAS, PASSWORD).getEncoded());
        return cluster(
                keys,
                "client-certificate-data: %s, client-key-data: %s"
                        .formatted(
                                pem(user),
                                data("-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")));
    }

    /** @param authority whose certificate is trusted */
    ClusterOptions cluster(KeyStore authority, String user) throws Exception {
        return KubeconfigFile.write(
                directory,
                "server: \"https://localhost:%d\", certificate-authority-data: %s"
                        .formatted(server.getAddress().getPort(), pem(authority)),
                user);
    }

    static String version(ClientFactory clients) {
        try (KubernetesClient client = clients.client(1)) {
            return client.getKubernetesVersion().getGitVersion();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** A key and a certificate that is signed with it; the same for each who asks, as to make one takes a second. */
    static KeyStore keys(String owner, String host) throws Exception {
        String name = owner + "@" + host;
        KeyStore made = MADE.get(name);
        if (made == null) {
            made = make(Files.createTempDirectory("keys"), owner, host);
            MADE.put(name, made);
        }
        return made;
    }

    private static KeyStore make(Path directory, String owner, String host) throws Exception {
        Path file = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + owner,
                        "-ext",
                        "SAN=dns:" + host,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        Files.delete(file);
        Files.delete(directory.resolve("keytool.log"));
        Files.delete(directory);
        return store;
    }

    private static String pem(KeyStore store) throws Exception {
        return data("-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate(ALIAS).getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    }

    private static String data(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
