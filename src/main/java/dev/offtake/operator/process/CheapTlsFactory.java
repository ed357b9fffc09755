package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;

/**
 * Prefers ChaCha20-Poly1305 to AES-GCM, which without the second compiler of the JVM (the flags for production, see
 * docs/benchmarks.md) is four times as slow: 41 against 173 MB/s, or a third of the operator's CPU. With it both are too
 * fast to matter. What the JVM does not offer, such as under FIPS, is not asked for.
 */
final class CheapCipherFactory extends VertxHttpClientFactory {
    private static final String CHEAP = "CHACHA20_POLY1305";
    private static final String CHEAP_13 = "TLS_" + CHEAP + "_SHA256";

    @Override
    protected void additionalConfig(WebClientOptions options) {
        SSLEngineOptions engine = options.getSslEngineOptions();
        if (engine != null) {
            options.setSslEngineOptions(new Preferring(engine));
        }
    }

    /**
     * The cheap ones first, then those that were enabled, in their order. Netty enables none of the cheap ones by itself.
     */
    static String[] order(String[] enabled, String[] supported) {
        return Stream.concat(
                        Arrays.stream(supported)
                                .filter(s -> s.equals(CHEAP_13) || (s.startsWith("TLS_ECDHE_") && s.contains(CHEAP))),
                        Arrays.stream(enabled))
                .distinct()
                .toArray(String[]::new);
    }

    private static final class Preferring extends JdkSSLEngineOptions {
        private final SSLEngineOptions engine;

        Preferring(SSLEngineOptions engine) {
            this.engine = engine;
        }

        @Override
        public JdkSSLEngineOptions copy() {
            return this;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            SslContextFactory factory = engine.sslContextFactory();
            return () -> new Ordered(factory.create());
        }
    }

    private static final class Ordered extends DelegatingSslContext {
        Ordered(SslContext context) {
            super(context);
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            engine.setEnabledCipherSuites(order(engine.getEnabledCipherSuites(), engine.getSupportedCipherSuites()));
        }
    }
}
