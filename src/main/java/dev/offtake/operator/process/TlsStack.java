package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Who speaks TLS with the API server. */
enum TlsStack {
    BORING_SSL("BoringSSL"),
    JVM("JVM");

    private final String name;

    TlsStack(String name) {
        this.name = name;
    }

    /** The faster one of those that there are here. */
    static TlsStack best() {
        return NativeTlsFactory.isThere() ? BORING_SSL : JVM;
    }

    /** Has the JVM load its own, which takes a while; says nothing, not even to a log, which is not set up yet. */
    static void load() {
        try {
            SSLContext.getInstance("TLS").init(null, new TrustManager[0], null);
        } catch (GeneralSecurityException e) {
            // Whoever needs it says so.
        }
    }

    VertxHttpClientFactory clients(KeyShares keys) {
        return this == BORING_SSL ? new NativeTlsFactory() : new CheapTlsFactory(keys);
    }

    /** As the log says it. */
    @Override
    public String toString() {
        return name;
    }
}
