package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeySharesTest {
    /** Java 20 has added it; without it all groups are offered, and nothing is left to fall back from. */
    private static final Optional<Method> SET_GROUPS = Stream.of(SSLParameters.class.getMethods())
            .filter(method -> method.getName().equals("setNamedGroups"))
            .findAny();

    @TempDir
    private Path directory;

    @Test
    void aServerIsReached() throws Exception {
        try (TlsServer server = serve(Optional.empty())) {
            assertThat(TlsServer.version(clients(server))).isEqualTo(TlsServer.VERSION);
        }
    }

    @Test
    void aServerWithoutX25519IsReachedAllTheSame() throws Exception {
        try (TlsServer server = serve(Optional.of("secp256r1"))) {
            ClientFactory clients = clients(server);

            assertThat(TlsServer.version(clients)).isEqualTo(TlsServer.VERSION);
            assertThat(TlsServer.version(clients)).isEqualTo(TlsServer.VERSION);
        }
    }

    @Test
    void theClientOfTheLeaseTriesNothingAgainButLearns() throws Exception {
        try (TlsServer server = serve(Optional.of("secp256r1"));
                KubernetesClient client = clients(server).leaseClient(Duration.ofSeconds(5))) {
            if (SET_GROUPS.isPresent()) {
                assertThatException().isThrownBy(client::getKubernetesVersion);
            }
            assertThat(client.getKubernetesVersion().getGitVersion()).isEqualTo(TlsServer.VERSION);
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

    /** @param group the only one that the server takes, where the JDK can be told */
    private TlsServer serve(Optional<String> group) throws Exception {
        return new TlsServer(
                directory,
                "localhost",
                parameters -> group.ifPresent(only -> SET_GROUPS.ifPresent(set -> {
                    try {
                        set.invoke(parameters, (Object) new String[] {only});
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                })),
                Optional.empty());
    }

    private static ClientFactory clients(TlsServer server) throws Exception {
        return new ClientFactory(server.cluster(), TlsStack.JVM);
    }
}
