package dev.offtake.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who asked the API server for what: all writes, and the reads of everybody but the control plane's own parts; no
 * watches. A request appears a moment after it was answered, so await what is expected.
 */
public final class AuditLog {
    static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted]
            omitManagedFields: true
            rules:
            - level: None
              verbs: [watch]
            - level: None
              users: ["system:apiserver", "system:kube-scheduler", "system:kube-controller-manager"]
              verbs: [get, list]
            - level: None
              userGroups: ["system:serviceaccounts:kube-system"]
              verbs: [get, list]
            - level: None
              nonResourceURLs: ["*"]
            - level: Metadata
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    /**
     * One answered request.
     *
     * @param user who was meant: the impersonated user where there is one
     * @param verb as Kubernetes names it: {@code create}, {@code update}, {@code patch}, {@code delete}, {@code get}
     * @param subresource empty for none
     * @param namespace empty for cluster-scoped objects
     * @param name empty where the request does not name one, as in most creations
     * @param code HTTP status
     */
    public record Request(
            String user, String verb, String resource, String subresource, String namespace, String name, int code) {}

    /** A place in the log, for {@link #since}. */
    public record Mark(long offset) {}

    /** The end of the log as it is now. */
    public Mark mark() {
        try {
            return new Mark(Files.exists(file) ? Files.size(file) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The requests that were answered after the mark, in the order of their end. */
    public List<Request> since(Mark mark) {
        if (!Files.exists(file)) {
            throw new IllegalStateException("this control plane keeps no audit log: -Dcontrolplane.audit=false");
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(mark.offset);
            byte[] tail = new byte[Math.toIntExact(log.length() - mark.offset)];
            log.readFully(tail);
            String text = new String(tail, StandardCharsets.UTF_8);
            List<Request> requests = new ArrayList<>();
            // The last line may be half written.
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
                if (!line.isEmpty()) {
                    requests.add(request(JSON.readTree(line)));
                }
            }
            return requests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of one user. */
    public List<Request> since(Mark mark, String user) {
        return since(mark).stream().filter(r -> r.user().equals(user)).toList();
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String user = event.path("impersonatedUser").path("username").asText("");
        return new Request(
                user.isEmpty() ? event.path("user").path("username").asText("") : user,
                event.path("verb").asText(""),
                object.path("resource").asText(""),
                object.path("subresource").asText(""),
                object.path("namespace").asText(""),
                object.path("name").asText(""),
                event.path("responseStatus").path("code").asInt());
    }
}
