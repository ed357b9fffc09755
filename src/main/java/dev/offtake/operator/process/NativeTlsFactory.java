package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS by BoringSSL, as compiled by netty-tcnative for Linux on x86-64 and ARM. The JVM's own is Java, which a JVM that has
 * just started interprets: a seventh of the CPU until the operator is ready. Whom to trust and what to show is decided as
 * ever, by the trust and key managers that Fabric8 makes of the configuration.
 *
 * <p>What BoringSSL cannot work with, such as a client's key that its provider does not give out, is left to the JVM.
 */
final class NativeTlsFactory extends VertxHttpClientFactory {
    private static final Logger LOG = LoggerFactory.getLogger(NativeTlsFactory.class);

    private Optional<SslContext> context = Optional.empty();

    /**
     * Whether it can be loaded here: not on other systems or where libraries must not be executed from the folder for
     * temporary files, and not where {@code -Dio.netty.handler.ssl.noOpenSsl=true} says so.
     */
    static boolean isThere() {
        return OpenSsl.isAvailable();
    }

    @Override
    public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder() {
        return new Builder();
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        context.ifPresent(made -> options.setSsl(true).setSslEngineOptions(new Engine(made)));
    }

    /** Keeps Fabric8 from making a context of the JVM, which would be half of what is to be saved. */
    private final class Builder extends VertxHttpClientBuilder<VertxHttpClientFactory> {
        Builder() {
            super(NativeTlsFactory.this, null);
        }

        @Override
        public VertxHttpClientBuilder<VertxHttpClientFactory> sslContext(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
            try {
                context = Optional.of(context(first(keys), first(trust)));
            } catch (SSLException | IllegalArgumentException e) {
                LOG.atInfo()
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("TLS is that of the JVM, as BoringSSL does not take this configuration");
                super.sslContext(keys, trust);
            }
            return this;
        }
    }

    private static SslContext context(Optional<KeyManager> key, Optional<TrustManager> trust) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL);
        key.ifPresent(builder::keyManager);
        trust.ifPresent(builder::trustManager);
        return builder.build();
    }

    /** As the JVM's contexts do: of several it takes the first. */
    private static <T> Optional<T> first(T @Nullable [] managers) {
        return managers == null || managers.length == 0 ? Optional.empty() : Optional.of(managers[0]);
    }

    private static final class Engine extends SSLEngineOptions {
        private final SslContext context;

        Engine(SslContext context) {
            this.context = context;
        }

        @Override
        public SSLEngineOptions copy() {
            return this;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return () -> context;
        }
    }
}
