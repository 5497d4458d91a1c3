package io.apexproxy.dist.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;

/** An HTTP client of the proxy. */
public final class Http {

    private static final int PATIENCE = (int) ApexProcess.PATIENCE.toMillis();

    private Http() {
    }

    /** Sends a request on a new connection; returns the body, or empty if the connection was cut or refused. */
    public static Optional<String> get(int port) {
        try (Connection connection = Connection.to(port)) {
            return Optional.of(connection.get());
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /**
     * Sends requests on new connections until each of these answers was received.
     *
     * <p>A backend whose first probe takes long joins the rotation after the listener has opened, so a test that
     * depends on several backends waits for them.
     */
    public static void awaitAnswers(int port, String... answers) {
        Set<String> missing = new HashSet<>(List.of(answers));
        Awaitility.await().atMost(ApexProcess.PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            get(port).ifPresent(missing::remove);
            return missing.isEmpty();
        });
    }

    /** Sends a body; returns the body of the answer. */
    public static byte[] post(int port, byte[] body) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
        connection.setReadTimeout(PATIENCE);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
        try (InputStream answer = connection.getInputStream()) {
            return answer.readAllBytes();
        }
    }

    /** A connection with keep-alive. */
    public static final class Connection implements AutoCloseable {

        private static final byte[] REQUEST =
                "GET / HTTP/1.1\r\nHost: apex\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        private final Socket socket;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        public static Connection to(int port) {
            try {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(PATIENCE);
                return new Connection(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Sends a request; returns the body of the answer. */
        public String get() {
            try {
                socket.getOutputStream().write(REQUEST);
                int length = -1;
                for (String line = line(); !line.isEmpty(); line = line()) {
                    if (line.regionMatches(true, 0, "Content-Length:", 0, "Content-Length:".length())) {
                        length = Integer.parseInt(line.substring("Content-Length:".length()).strip());
                    }
                }
                return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int next = socket.getInputStream().read(); next != '\n'; next = socket.getInputStream().read()) {
                if (next < 0) {
                    throw new IOException("the connection was closed");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }
    }
}
