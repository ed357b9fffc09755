package dev.offtake.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks an operator on this machine for {@code /readyz}, again and again while it starts. The answers are read to their end,
 * which keeps the connection: a new one for each question costs a start of 0.7 s a twenty-fifth.
 */
public final class Readiness {
    private final URI readyz;

    public Readiness(int port) {
        readyz = URI.create("http://127.0.0.1:" + port + "/readyz");
    }

    /** Whether it says so; no answer is no. */
    public boolean isThere() {
        try {
            HttpURLConnection question = (HttpURLConnection) readyz.toURL().openConnection();
            boolean ready = question.getResponseCode() == HttpURLConnection.HTTP_OK;
            try (InputStream answer = ready ? question.getInputStream() : question.getErrorStream()) {
                answer.readAllBytes();
            }
            return ready;
        } catch (IOException notYet) {
            return false;
        }
    }
}
