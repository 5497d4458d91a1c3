package io.apexproxy.config.etcd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** A fake etcd that answers each request with the same start, followed by a huge amount of data. */
final class EndlessServer implements AutoCloseable {

    /** Without a length, so that the body ends with the connection. */
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

    private final ServerSocket server;
    private final String beginning;
    private final long maxBytes;
    private final AtomicLong sent = new AtomicLong();

    private EndlessServer(String beginning, long maxBytes) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.beginning = beginning;
        this.maxBytes = maxBytes;
    }

    /** Starts a server. A response ends after this number of bytes and is invalid. */
    static EndlessServer started(String beginning, long maxBytes) throws IOException {
        EndlessServer started = new EndlessServer(beginning, maxBytes);
        Thread thread = new Thread(started::serve, "endless-server");
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Returns the total number of bytes sent. */
    long sent() {
        return sent.get();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(client);
            } catch (IOException e) {
                // closed by the client or by the test
            }
        }
    }

    private void answer(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        OutputStream out = client.getOutputStream();
        out.write((HEAD + beginning).getBytes(StandardCharsets.US_ASCII));
        byte[] more = "A".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
        for (long bytes = 0; bytes < maxBytes; bytes += more.length) {
            out.write(more);
            sent.addAndGet(more.length);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
