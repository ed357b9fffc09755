package dev.offtake.operator.process;

import dev.offtake.operator.observe.LeanJson;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clients of one API server as one user. Whoever asks for a client closes it. */
public final class ClientFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    /** After 0.2, 0.4 and 0.8 s. What is away for longer is for the caller to handle. */
    private static final int RETRIES = 3;

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    /** Next to the writes there are lists, watches and events. */
    private static final int OTHER_REQUESTS = 64;

    /** From this JDK on the JVM warns on its own, in between the lines of the log, when netty uses {@code Unsafe}. */
    private static final int UNSAFE_IS_WARNED_OF = 24;

    private static final String NO_UNSAFE = "io.netty.noUnsafe";

    static {
        if (Runtime.version().feature() >= UNSAFE_IS_WARNED_OF && System.getProperty(NO_UNSAFE) == null) {
            System.setProperty(NO_UNSAFE, "true");
        }
    }

    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    private final ClusterOptions cluster;
    private final String server;
    private final boolean namesAuthority;
    private final TlsStack tls;
    private final KeyShares keys = new KeyShares();

    /**
     * Has another processor load the JVM's TLS while this one reads options, a twentieth of the time until the operator is
     * ready: with BoringSSL, too, netty looks at what the JVM has. What fails here fails again, and is told, where it is
     * needed.
     */
    public static void prepare() {
        Thread loading = new Thread(TlsStack::load, "tls");
        loading.setDaemon(true);
        loading.start();
    }

    /**
     * Finds the API server and the credentials; sends nothing.
     *
     * @throws IllegalArgumentException if the kubeconfig or the context is not there or makes no sense; the message
     *     names it
     */
    public ClientFactory(ClusterOptions cluster) {
        this(cluster, TlsStack.best());
    }

    ClientFactory(ClusterOptions cluster, TlsStack tls) {
        this.cluster = cluster;
        this.tls = tls;
        Config config = config();
        server = withoutSecrets(config.getMasterUrl());
        namesAuthority = (config.getCaCertData() != null || config.getCaCertFile() != null)
                && config.getTrustStoreFile() == null
                // Whoever renews tokens asks a server of its own.
                && config.getAuthProvider() == null;
    }

    /**
     * Has the whole JVM trust no authority of its own where that of the API server is named, as kubectl does: Fabric8
     * would add the public ones, and to read them takes a twentieth of the time until the operator is ready.
     */
    void trustNamedAuthorityAlone() {
        if (namesAuthority && System.getProperty(TRUST_STORE) == null) {
            // What the JDK calls a store that is not there.
            System.setProperty(TRUST_STORE, "NONE");
        }
    }

    /** URL of the API server, without user and password. */
    public String server() {
        return server;
    }

    TlsStack tls() {
        return tls;
    }

    /**
     * A client for all objects. What nobody here reads of them is left out, see {@link LeanJson}.
     *
     * @param writes how many writes are in flight at a time
     */
    public KubernetesClient client(int writes) {
        Config config = config();
        config.setConnectionTimeout(millis(CONNECT_TIMEOUT));
        config.setRequestTimeout(millis(REQUEST_TIMEOUT));
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setRequestRetryBackoffInterval(millis(FIRST_RETRY));
        config.setMaxConcurrentRequests(writes + OTHER_REQUESTS);
        config.setMaxConcurrentRequestsPerHost(writes + OTHER_REQUESTS);
        return open(new KubernetesClientBuilder().withKubernetesSerialization(new LeanJson()), config);
    }

    /** A client for the lease alone: it gives up soon, never tries again by itself and shares no connection. */
    public KubernetesClient leaseClient(Duration requestTimeout) {
        Config config = config();
        config.setConnectionTimeout(millis(requestTimeout));
        config.setRequestTimeout(millis(requestTimeout));
        config.setRequestRetryBackoffLimit(0);
        return open(new KubernetesClientBuilder(), config);
    }

    private KubernetesClient open(KubernetesClientBuilder builder, Config config) {
        config.setUserAgent("offtake/" + Version.current());
        // Vert.x is three times as fast as the client of the JDK.
        return builder.withConfig(config)
                .withHttpClientFactory(tls.clients(keys))
                .build();
    }

    /** Read anew for each client, since a copy would lose where its token is refreshed from. */
    private Config config() {
        String context = cluster.context().orElse(null);
        Config config = cluster.kubeconfig()
                .map(file -> fromFile(file, context))
                .orElseGet(() -> Config.autoConfigure(context));
        cluster.context().ifPresent(wanted -> checkContext(config, wanted));
        return config;
    }

    private static Config fromFile(Path file, @Nullable String context) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "--kubeconfig: cannot read the file '" + file + "'; check the path and its permissions");
        }
        try {
            return Config.fromKubeconfig(context, file.toFile());
        } catch (KubernetesClientException e) {
            throw new IllegalArgumentException(
                    "--kubeconfig: '" + file + "' is not a kubeconfig: " + e.getMessage(), e);
        }
    }

    private static void checkContext(Config config, String wanted) {
        List<String> known = config.getContexts().stream()
                .map(NamedContext::getName)
                .sorted()
                .toList();
        if (!known.contains(wanted)) {
            throw new IllegalArgumentException(
                    "--context: there is no context '" + wanted + "' in the kubeconfig; there are " + known);
        }
    }

    private static String withoutSecrets(String url) {
        try {
            URI uri = new URI(url);
            return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null).toString();
        } catch (URISyntaxException e) {
            return "not a URL";
        }
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
