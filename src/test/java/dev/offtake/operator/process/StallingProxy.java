package dev.offtake.operator.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a client and a server and can stop to forward: to the client it looks like a server whose process is
 * frozen, with connections that stay open and never answer.
 */
public final class StallingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Object gate = new Object();
    private boolean stalled;

    /** @param server URL of the real server */
    public StallingProxy(String server) throws IOException {
        URI uri = URI.create(server);
        host = uri.getHost();
        port = uri.getPort();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** The URL for clients. */
    public String server() {
        return "https://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /** From now on nothing comes through, in no direction. */
    public void stall() {
        synchronized (gate) {
            stalled = true;
        }
    }

    /** What was held back comes through. */
    public void resume() {
        synchronized (gate) {
            stalled = false;
            gate.notifyAll();
        }
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket client = keep(listener.accept());
                Socket server = keep(new Socket(host, port));
                threads.execute(() -> pump(client, server));
                threads.execute(() -> pump(server, client));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Socket keep(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitOpen();
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side has closed: so does the other.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitOpen() throws InterruptedException {
        synchronized (gate) {
            while (stalled) {
                gate.wait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
