package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Whom a JVM trusts in which the operator is all there is. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TrustTest {
    private static final String STORE = "javax.net.ssl.trustStore";
    private static final String AUTHORITY = "certificate-authority-data: bm9uZQ==";
    private static final String TOKEN = "token: none";

    @TempDir
    private Path directory;

    private Optional<String> before = Optional.empty();

    @BeforeEach
    void forget() {
        before = Optional.ofNullable(System.getProperty(STORE));
        System.clearProperty(STORE);
    }

    @AfterEach
    void restore() {
        System.clearProperty(STORE);
        before.ifPresent(value -> System.setProperty(STORE, value));
    }

    @Test
    void whereTheKubeconfigNamesAnAuthorityNoOtherIsTrusted() throws Exception {
        clients(AUTHORITY, TOKEN).trustNamedAuthorityAlone();

        assertThat(System.getProperty(STORE)).isEqualTo("NONE");
    }

    @Test
    void whereItNamesNoneThoseOfTheJvmAreTrusted() throws Exception {
        clients("insecure-skip-tls-verify: false", TOKEN).trustNamedAuthorityAlone();

        assertThat(System.getProperty(STORE)).isNull();
    }

    @Test
    void aServerThatRenewsTokensIsTrustedByThoseOfTheJvm() throws Exception {
        clients(AUTHORITY, "auth-provider: {name: oidc, config: {idp-issuer-url: https://issuer}}")
                .trustNamedAuthorityAlone();

        assertThat(System.getProperty(STORE)).isNull();
    }

    @Test
    void aStoreThatTheUserNamesStays() throws Exception {
        System.setProperty(STORE, "mine.p12");

        clients(AUTHORITY, TOKEN).trustNamedAuthorityAlone();

        assertThat(System.getProperty(STORE)).isEqualTo("mine.p12");
    }

    private ClientFactory clients(String authority, String credential) throws IOException {
        return new ClientFactory(
                KubeconfigFile.write(directory, "server: \"https://localhost:1\", " + authority, credential));
    }
}
