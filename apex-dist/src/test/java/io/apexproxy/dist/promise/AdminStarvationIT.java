package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that the health endpoint answers within a second under a flood of connections to the admin endpoint. */
class AdminStarvationIT extends Scenario {

    private static final int PROMISED_MILLIS = 1000;
    /** Connections of the flood, which stay below the usual limit of descriptors. */
    private static final int FLOOD = 2000;
    private static final int CHECK_EVERY = 100;
    /** A limit of descriptors; the JVM and Apex use about half of them. */
    private static final int FEW_DESCRIPTORS = 100;
    private static final Duration EXHAUSTED_TIME = Duration.ofSeconds(3);

    private final List<Socket> sockets = new ArrayList<>();
    private TestServer backend;

    @BeforeEach
    void startBackend() {
        backend = TestServer.echo();
    }

    @AfterEach
    void closeClients() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        backend.close();
    }

    @Test
    @Tag(QUICK)
    void healthAnswersDuringAFloodOfSilentAndSlowConnections() throws IOException {
        try (var proxy = start(Config.withBackends(backend.address()))) {
            proxy.port();
            int port = proxy.admin().port();
            for (int client = 1; client <= FLOOD; client++) {
                connect(port);
                if (client % 2 == 0) {
                    send(client - 1, "G");
                }
                if (client % CHECK_EVERY == 0) {
                    for (int youngest = client - CHECK_EVERY; youngest < client; youngest++) {
                        send(youngest, "E");
                    }
                    assertThat(health(port, "live")).startsWith("HTTP/1.1 200 ");
                    assertThat(health(port, "ready")).startsWith("HTTP/1.1 200 ");
                }
            }
            assertThat(proxy.lines("each new connection closes the oldest one")).hasSize(1);
        }
    }

    @Test
    void healthAnswersWithoutDescriptorsAndWithoutSpinning() throws Exception {
        apex.configure(Config.withBackends(backend.address()).settings("max_connections = 10000").toml());
        try (var proxy = new Proxy(apex, new ApexProcess.Builder(List.of("sh", "-c",
                "ulimit -n " + FEW_DESCRIPTORS + "; exec \"$0\"", apex.script().toString()))
                .directory(apex.workingDirectory()).start())) {
            int port = proxy.port();
            int admin = proxy.admin().port();
            for (int client = 0; client < FEW_DESCRIPTORS; client++) {
                connect(port).getOutputStream().write('?');
            }
            proxy.awaitLine("accept paused: ");
            List<Socket> visitors = new ArrayList<>();
            for (int visitor = 0; visitor < 10; visitor++) {
                visitors.add(connect(admin));
            }

            assertThat(health(admin, "live")).startsWith("HTTP/1.1 200 ");
            Duration before = proxy.process().processorTime();
            Thread.sleep(EXHAUSTED_TIME.toMillis()); // the processor time is measured over this time
            Duration used = proxy.process().processorTime().minus(before);
            assertThat(health(admin, "ready")).startsWith("HTTP/1.1 200 ");
            for (Socket visitor : visitors) {
                awaitEnd(visitor);
            }
            assertThat(health(admin, "ready")).startsWith("HTTP/1.1 200 ");

            assertThat(used).isLessThan(EXHAUSTED_TIME.dividedBy(2));
        }
    }

    private static String health(int port, String kind) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PROMISED_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROMISED_MILLIS);
            socket.getOutputStream().write(("GET /health/" + kind + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Waits until the endpoint has closed the connection, by FIN or RST. */
    private static void awaitEnd(Socket visitor) throws IOException {
        visitor.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        try {
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        return socket;
    }

    private void send(int client, String text) {
        try {
            sockets.get(client).getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*"); // closed for a new connection
        }
    }
}
