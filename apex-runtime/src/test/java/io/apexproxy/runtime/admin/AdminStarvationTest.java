package io.apexproxy.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.test.HeldPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health is answered within its time limit, independent of other connections of the endpoint. */
class AdminStarvationTest {

    private static final int MAX_CONNECTIONS = 64;
    private static final int HEALTH_LIMIT_MILLIS = 1000;
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int CHECKS = 20;
    private static final String HALF_REQUEST = "GET /health/live HTTP/1.1\r\nHost: loc";

    private final CountDownLatch snapshotsAllowed = new CountDownLatch(1);
    private final HeldPort port = HeldPort.any();
    private final List<Socket> sockets = new ArrayList<>();
    private final BackendView[] backends = IntStream.range(0, 5000).mapToObj(index -> Snapshots.up("b" + index))
            .toArray(BackendView[]::new);
    private final Snapshot large = Snapshots.with(backends);
    private final AdminEndpoint endpoint = new AdminEndpoint(new AdminView(this::snapshot,
            () -> new Snapshot.Readiness(Snapshot.Phase.SERVING, ""), MAX_CONNECTIONS));

    @BeforeEach
    void open() {
        try (var change =
                endpoint.prepare(Optional.of(new AdminConfig(new HostPort("127.0.0.1", port.port()))), false)) {
            change.commit();
        }
    }

    @AfterEach
    void close() throws IOException {
        snapshotsAllowed.countDown();
        endpoint.close();
        port.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void healthIsAnsweredNextToSilentConnections() throws IOException {
        for (int client = 0; client < 4 * MAX_CONNECTIONS; client++) {
            connect();
        }

        assertHealthIsAnswered();
    }

    @Test
    void healthIsAnsweredNextToRequestsThatNeverEnd() throws IOException {
        for (int client = 0; client < 4 * MAX_CONNECTIONS; client++) {
            send(connect(), HALF_REQUEST);
        }

        assertHealthIsAnswered();
    }

    @Test
    void healthIsAnsweredWhileStatusIsBeingRendered() throws IOException {
        for (int client = 0; client < 4 * MAX_CONNECTIONS; client++) {
            send(connect(), "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }

        assertHealthIsAnswered();
        assertThat(request("/metrics", TIMEOUT_MILLIS)).startsWith("HTTP/1.1 503 ").contains("too many requests");
    }

    @Test
    void clientsThatDoNotReadAreClosedAtTheLimit() throws IOException {
        snapshotsAllowed.countDown();
        for (int client = 0; client < 2 * MAX_CONNECTIONS; client++) {
            send(connect(), "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(request("/health/live", TIMEOUT_MILLIS)).startsWith("HTTP/1.1 200 ");
        }

        assertHealthIsAnswered();
        String answer = request("/status", TIMEOUT_MILLIS);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        while (answer.startsWith("HTTP/1.1 503 ") && System.nanoTime() < deadline) { // others are still being rendered
            answer = request("/status", TIMEOUT_MILLIS);
        }
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("b4999");
    }

    @Test
    void incompleteRequestIsClosedAfterItsTimeLimit() throws IOException {
        Socket slow = connect();
        send(slow, HALF_REQUEST);

        assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void responseToARequestWithABodyArrives() throws IOException {
        Socket client = connect();
        String body = "x".repeat(100_000);
        send(client, "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + body);

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 405 ");
    }

    private Snapshot snapshot() {
        try {
            snapshotsAllowed.await();
            return large;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertHealthIsAnswered() throws IOException {
        for (int check = 0; check < CHECKS; check++) {
            long began = System.nanoTime();
            assertThat(request("/health/live", HEALTH_LIMIT_MILLIS)).startsWith("HTTP/1.1 200 ");
            assertThat(request("/health/ready", HEALTH_LIMIT_MILLIS)).startsWith("HTTP/1.1 200 ");
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(2 * HEALTH_LIMIT_MILLIS);
        }
    }

    private String request(String path, int timeoutMillis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port()), timeoutMillis);
            send(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
