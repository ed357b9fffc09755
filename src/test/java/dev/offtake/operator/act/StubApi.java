package dev.offtake.operator.act;

import dev.offtake.testbed.MockServers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** An API server that agrees to every write unless told otherwise, and remembers them in order. With 429 it asks for a second. */
public final class StubApi implements AutoCloseable {
    private final List<Write> writes = new CopyOnWriteArrayList<>();
    private final List<Write> accepted = new CopyOnWriteArrayList<>();
    private volatile ToIntFunction<Write> code = write -> 200;
    private final KubernetesMockServer server;
    private final KubernetesClient client;

    /** A request that was answered. */
    public record Write(String method, String path, String body) {}

    public StubApi() {
        server = MockServers.answering(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        Write write = new Write(request.getMethod(), request.getPath(), request.getUtf8Body());
                        int answer = take(write);
                        MockResponse response =
                                new MockResponse().setResponseCode(answer).setBody("{}");
                        return answer == 429 ? response.addHeader("Retry-After", "1") : response;
                    }
                },
                false);
        server.init();
        client = server.createClient();
    }

    private synchronized int take(Write write) {
        int answer = code.applyAsInt(write);
        writes.add(write);
        if (answer == 200) {
            accepted.add(write);
        }
        return answer;
    }

    public KubernetesClient client() {
        return client;
    }

    /** From now on writes are answered with this code. */
    public void answers(ToIntFunction<Write> codeOfWrite) {
        code = codeOfWrite;
    }

    /** Writes of a method to paths that end like this. */
    public List<Write> writes(String method, String pathEnd) {
        return writes.stream()
                .filter(w -> w.method().equals(method) && w.path().endsWith(pathEnd))
                .toList();
    }

    /** Writes that it agreed to. */
    public List<Write> accepted() {
        return List.copyOf(accepted);
    }

    public List<Write> writes() {
        return List.copyOf(writes);
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
