package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheapTlsFactoryTest {
    private static final String[] ENABLED = {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};

    @Test
    void chaChaIsAskedForFirstAndNothingIsGivenUp() {
        String[] supported = {
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        };

        assertThat(CheapTlsFactory.order(ENABLED, supported))
                .containsExactly(
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }

    @Test
    void aJvmWithoutItKeepsItsOrder() {
        assertThat(CheapTlsFactory.order(ENABLED, ENABLED)).containsExactly(ENABLED);
    }
}
