package io.apexproxy.source.documents;

import io.apexproxy.test.TestServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers each request with the bytes that a test sets, and then closes the connection. */
final class DocumentServer implements AutoCloseable {

    /** The requests with their header lines, in lower case. */
    final List<List<String>> requests = new CopyOnWriteArrayList<>();
    private volatile byte[] answer = {};
    private volatile boolean keepsOpen;
    private final TestServer server = TestServer.serving(socket -> {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        List<String> request = new ArrayList<>();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            request.add(line.toLowerCase(Locale.ROOT));
        }
        requests.add(request);
        OutputStream out = socket.getOutputStream();
        out.write(answer);
        out.flush();
        if (keepsOpen) {
            reader.readLine(); // until the client closes
        }
    });

    String url() {
        return "http://" + server.address() + "/backends.json";
    }

    String address() {
        return server.address();
    }

    int accepted() {
        return server.accepted();
    }

    List<String> lastRequest() {
        return requests.get(requests.size() - 1);
    }

    /** Sets a complete response: a status such as {@code 200 OK}, header lines and a body. */
    DocumentServer answer(String status, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: "
                + body.length + "\r\n");
        Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return raw(all);
    }

    DocumentServer answer(String body, String... headers) {
        return answer("200 OK", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    DocumentServer raw(byte[] bytes) {
        answer = bytes;
        return this;
    }

    /** Does not close the connection after the bytes. */
    DocumentServer keepOpen() {
        keepsOpen = true;
        return this;
    }

    void refuse() {
        server.refuse();
    }

    @Override
    public void close() {
        server.close();
    }
}
