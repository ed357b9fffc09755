package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS that costs little of what a short-lived or a small JVM lacks. Prefers ChaCha20-Poly1305 to AES-GCM, which without the second compiler of the JVM (the flags for production, see
 * docs/benchmarks.md) is four times as slow: 41 against 173 MB/s, or a third of the operator's CPU. With it both are too
 * fast to matter. What the JVM does not offer, such as under FIPS, is not asked for. Which keys are offered is decided by
 * {@link KeyShares}.
 */
final class CheapTlsFactory extends VertxHttpClientFactory {
    private static final String CHEAP = "CHACHA20_POLY1305";
    private static final String CHEAP_13 = "TLS_" + CHEAP + "_SHA256";

    private final KeyShares keys;

    CheapTlsFactory(KeyShares keys) {
        this.keys = keys;
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        SSLEngineOptions engine = options.getSslEngineOptions();
        if (engine != null) {
            options.setSslEngineOptions(new Cheap(engine, keys));
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

    private static final class Cheap extends JdkSSLEngineOptions {
        private final SSLEngineOptions engine;
        private final KeyShares keys;

        Cheap(SSLEngineOptions engine, KeyShares keys) {
            this.engine = engine;
            this.keys = keys;
        }

        @Override
        public JdkSSLEngineOptions copy() {
            return this;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            SslContextFactory factory = engine.sslContextFactory();
            return () -> new CheapContext(factory.create(), keys);
        }
    }

    private static final class CheapContext extends DelegatingSslContext {
        private final KeyShares keys;

        CheapContext(SslContext context, KeyShares keys) {
            super(context);
            this.keys = keys;
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            engine.setEnabledCipherSuites(order(engine.getEnabledCipherSuites(), engine.getSupportedCipherSuites()));
            keys.choose(engine);
        }

        @Override
        protected void initHandler(SslHandler handler) {
            super.initHandler(handler);
            handler.handshakeFuture().addListener(handshake -> {
                if (handshake.cause() instanceof SSLException refused) {
                    keys.failed(refused);
                }
            });
        }
    }
}
