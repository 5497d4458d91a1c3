package io.apexproxy.config.etcd;

import io.apexproxy.test.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** A fake etcd that answers each request with the same start, followed by a huge amount of data. */
final class EndlessServer implements AutoCloseable {

    /** Without a length, so that the body ends with the connection. */
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

    private final TestServer server = TestServer.serving(this::answer);
    private final String beginning;
    private final long maxBytes;
    private final AtomicLong sent = new AtomicLong();

    private EndlessServer(String beginning, long maxBytes) {
        this.beginning = beginning;
        this.maxBytes = maxBytes;
    }

    /** Starts a server. A response ends after this number of bytes and is invalid. */
    static EndlessServer started(String beginning, long maxBytes) {
        return new EndlessServer(beginning, maxBytes);
    }

    String endpoint() {
        return "http://" + server.address();
    }

    /** Returns the total number of bytes sent. */
    long sent() {
        return sent.get();
    }

    private void answer(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        OutputStream out = client.getOutputStream();
        TestServer.send(client, HEAD + beginning);
        byte[] more = "A".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
        for (long bytes = 0; bytes < maxBytes; bytes += more.length) {
            out.write(more);
            sent.addAndGet(more.length);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
