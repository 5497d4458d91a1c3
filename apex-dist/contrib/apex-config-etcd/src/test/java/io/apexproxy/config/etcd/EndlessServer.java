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

/** A server that is asked like etcd, and answers each request with the same beginning and then without an end. */
final class EndlessServer implements AutoCloseable {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"; // until it closes

    private final ServerSocket server;
    private final String beginning;
    private final long mostBytes;
    private final AtomicLong sent = new AtomicLong();

    private EndlessServer(String beginning, long mostBytes) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.beginning = beginning;
        this.mostBytes = mostBytes;
    }

    /** Starts it; an answer ends, invalid, after so many bytes. */
    static EndlessServer started(String beginning, long mostBytes) throws IOException {
        EndlessServer started = new EndlessServer(beginning, mostBytes);
        Thread thread = new Thread(started::serve, "endless-server");
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The number of bytes that it sent in all. */
    long sent() {
        return sent.get();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(client);
            } catch (IOException e) {
                // the client or the test has closed
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
        for (long bytes = 0; bytes < mostBytes; bytes += more.length) {
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
