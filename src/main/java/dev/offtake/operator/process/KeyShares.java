package dev.offtake.operator.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of which groups the client offers keys when it greets a server. The JDK makes one of X25519 and one of P-256, and computes a
 * table for the latter first, which is a twelfth of the time in which the operator starts. So as long as no handshake has
 * failed X25519 alone is offered where the JDK would offer it first: what Go, and so the API server, prefers. A server that
 * does not take it (under FIPS) refuses the first handshake; from then on all groups are offered, and the request that
 * failed is tried again as after any failure.
 *
 * <p>Before Java 20, which cannot be told the groups of one connection, and where {@code -Djdk.tls.namedGroups} names them,
 * all are offered from the start.
 */
final class KeyShares {
    private static final Logger LOG = LoggerFactory.getLogger(KeyShares.class);
    private static final String PROPERTY = "jdk.tls.namedGroups";
    private static final String CHEAP = "x25519";

    private static final Optional<Groups> GROUPS = Groups.find();

    private final AtomicBoolean narrow = new AtomicBoolean(GROUPS.isPresent() && System.getProperty(PROPERTY) == null);

    /** Called for each engine before its first handshake. */
    void choose(SSLEngine engine) {
        if (!narrow.get()) {
            return;
        }
        SSLParameters parameters = engine.getSSLParameters();
        GROUPS.filter(groups -> groups.first(parameters).filter(CHEAP::equals).isPresent())
                .ifPresent(groups -> {
                    groups.set(parameters, CHEAP);
                    engine.setSSLParameters(parameters);
                });
    }

    /** Called when a handshake has failed. */
    void failed(Throwable cause) {
        if (narrow.compareAndSet(true, false)) {
            LOG.atInfo()
                    .addKeyValue("cause", String.valueOf(cause.getMessage()))
                    .log("a TLS handshake failed; the next ones offer all groups and not " + CHEAP + " alone");
        }
    }

    /** What Java 20 has added to {@link SSLParameters}. */
    private record Groups(MethodHandle getter, MethodHandle setter) {
        static Optional<Groups> find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                return Optional.of(new Groups(
                        lookup.findVirtual(
                                SSLParameters.class, "getNamedGroups", MethodType.methodType(String[].class)),
                        lookup.findVirtual(
                                SSLParameters.class,
                                "setNamedGroups",
                                MethodType.methodType(void.class, String[].class))));
            } catch (NoSuchMethodException | IllegalAccessException before20) {
                return Optional.empty();
            }
        }

        Optional<String> first(SSLParameters parameters) {
            try {
                String[] named = (String[]) getter.invokeExact(parameters);
                return named == null || named.length == 0 ? Optional.empty() : Optional.of(named[0]);
            } catch (Throwable e) {
                throw new IllegalStateException("SSLParameters.getNamedGroups", e);
            }
        }

        void set(SSLParameters parameters, String... named) {
            try {
                setter.invokeExact(parameters, named);
            } catch (Throwable e) {
                throw new IllegalStateException("SSLParameters.setNamedGroups", e);
            }
        }
    }
}
