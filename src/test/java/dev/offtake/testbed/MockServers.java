package dev.offtake.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import java.util.HashMap;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Mock servers whose end fails nothing. */
public final class MockServers {
    private static final Logger LOG = Logger.getLogger(MockServers.class.getName());

    private static final int REQUEST_TIMEOUT_MILLIS = 60_000;

    private MockServers() {}

    /** A server that keeps what is written to it. */
    public static KubernetesMockServer keeping(boolean useTls) {
        return answering(new KubernetesCrudDispatcher(), useTls);
    }

    /** A server that answers as it is told. */
    public static KubernetesMockServer answering(Dispatcher dispatcher, boolean useTls) {
        return new KubernetesMockServer(new Context(), new Patient(), new HashMap<>(), dispatcher, useTls);
    }

    /**
     * A client for tests in which watches end: the server may wait for half a minute for a web socket that ends while it is
     * written to, and answers writes only then.
     */
    public static KubernetesClient patientClient(KubernetesMockServer server) {
        return server.createClient(builder -> builder.editOrNewConfig()
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .endConfig());
    }

    /**
     * In version 7.8.0 its end may wait in vain for a web socket that ends on the very thread that would tell it so
     * (line/armeria#6904); what was proven until then stands.
     */
    private static final class Patient extends MockWebServer {
        @Override
        public synchronized void shutdown() {
            try {
                super.shutdown();
            } catch (IllegalStateException e) {
                if (!(e.getCause() instanceof TimeoutException)) {
                    throw e;
                }
                LOG.log(Level.WARNING, "the mock server did not end in time", e);
            }
        }
    }
}
