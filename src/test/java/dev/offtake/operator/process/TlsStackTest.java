package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both implementations trust the same and show the same. */
class TlsStackTest {
    private static final String HERE = "localhost";

    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void onLinuxItIsBoringSsl() {
        assertThat(TlsStack.best()).isEqualTo(TlsStack.BORING_SSL);
    }

    @ParameterizedTest
    @EnumSource(TlsStack.class)
    void aServerOfTheNamedAuthorityIsTrusted(TlsStack tls) throws Exception {
        try (TlsServer server = server(HERE)) {
            assertThat(TlsServer.version(clients(server.cluster(), tls))).isEqualTo(TlsServer.VERSION);
            assertThat(server.protocols()).containsOnly("TLSv1.3");
            assertThat(server.users()).containsOnly("");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsStack.class)
    void aServerOfAnotherAuthorityIsNot(TlsStack tls) throws Exception {
        KeyStore other = TlsServer.keys("other", HERE);
        try (TlsServer server = server(HERE)) {
            ClientFactory clients = clients(server.cluster(other, "token: none"), tls);

            assertThatThrownBy(() -> TlsServer.version(clients))
                    .isInstanceOf(KubernetesClientException.class)
                    .rootCause()
                    .hasMessageContaining("unable to find valid certification path");
            assertThat(server.users()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsStack.class)
    void aServerOfAnotherNameIsNot(TlsStack tls) throws Exception {
        try (TlsServer server = server("elsewhere")) {
            ClientFactory clients = clients(server.cluster(), tls);

            assertThatThrownBy(() -> TlsServer.version(clients))
                    .isInstanceOf(KubernetesClientException.class)
                    .rootCause()
                    .hasMessageContaining(HERE);
            assertThat(server.users()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsStack.class)
    void theCertificateOfAUserIsShown(TlsStack tls) throws Exception {
        KeyStore user = TlsServer.keys("alice", HERE);
        try (TlsServer server = new TlsServer(directory, HERE, parameters -> {}, Optional.of(user))) {
            assertThat(TlsServer.version(clients(server.clusterOf(user), tls))).isEqualTo(TlsServer.VERSION);
            assertThat(server.users()).containsOnly("CN=alice");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsStack.class)
    void anOlderServerIsReached(TlsStack tls) throws Exception {
        try (TlsServer server = new TlsServer(
                directory,
                HERE,
                (SSLParameters parameters) -> parameters.setProtocols(new String[] {"TLSv1.2"}),
                Optional.empty())) {
            assertThat(TlsServer.version(clients(server.cluster(), tls))).isEqualTo(TlsServer.VERSION);
            assertThat(server.protocols()).containsOnly("TLSv1.2");
        }
    }

    private TlsServer server(String name) throws Exception {
        return new TlsServer(directory, name, parameters -> {}, Optional.empty());
    }

    private static ClientFactory clients(ClusterOptions cluster, TlsStack tls) {
        assumeTrue(tls == TlsStack.JVM || NativeTlsFactory.isThere(), "BoringSSL is there on Linux only");
        return new ClientFactory(cluster, tls);
    }
}
