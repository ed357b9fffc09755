package dev.offtake.operator.process;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;

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

    VertxHttpClientFactory clients(KeyShares keys) {
        return this == BORING_SSL ? new NativeTlsFactory() : new CheapTlsFactory(keys);
    }

    /** As the log says it. */
    @Override
    public String toString() {
        return name;
    }
}
