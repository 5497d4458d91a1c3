package io.apexproxy.runtime;

import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.Parameter;

/** Tests of clients that reset or half-close their connection during the connect to a backend. */
@RelayMatrix
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems refuse what does not fit the queue of a listener")
class ClientDisconnectTest {

    private static final int MAX_CLIENTS = 2_000;
    /** The client's socket, the proxy's socket to it, and the socket to the backend. */
    private static final int DESCRIPTORS_PER_SESSION = 3;
    /** The descriptors of the process itself. */
    private static final int OTHER_DESCRIPTORS = 1_000;
    /** Longer than any test, so that no attempt ends by its timeout. */
    private static final String LONG_TIMEOUT = "connect_timeout = \"1h\"";
    private static final byte[] REQUEST = "request".getBytes(StandardCharsets.US_ASCII);

    @Parameter
    int threads;

    private TestProxy.Setup withLongTimeout() {
        return TestProxy.threads(threads).pool(LONG_TIMEOUT).pool("when_all_down = \"try-all\"")
                .healthCheck("{ provider = \"tcp\", interval = \"1h\", timeout = \"200ms\" }");
    }

    private static int clientsThatFit() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHER_DESCRIPTORS;
            return (int) Math.max(1, Math.min(MAX_CLIENTS, free / DESCRIPTORS_PER_SESSION));
        }
        return 1;
    }

    @Test
    void resetEndsTheAttemptAndReleasesTheBackend() throws IOException {
        int count = clientsThatFit();
        List<Socket> clients = new ArrayList<>();
        try (var hole = new BlackHole(); var proxy = withLongTimeout().over(hole.address())) {
            for (int i = 0; i < count; i++) {
                clients.add(proxy.connect());
            }
            proxy.await(now -> now.pools().get(0).backends().get(0).connections() == count);

            clients.forEach(Bytes::reset);

            proxy.awaitEnding("client-reset", count);
            proxy.await(now -> now.connections() == 0);
            assertThat(proxy.backend(0).connections()).isZero();
            assertThat(proxy.backend(0).connectErrors()).isZero();
            assertThat(proxy.backend(0).connected()).isZero();
        }
    }

    @Test
    void resetAfterBytesEndsTheAttempt() throws IOException {
        try (var hole = new BlackHole(); var proxy = withLongTimeout().over(hole.address())) {
            Socket client = proxy.connect();
            for (byte each : REQUEST) { // in several segments
                client.getOutputStream().write(each);
            }
            proxy.await(now -> now.pools().get(0).backends().get(0).connections() == 1);

            Bytes.reset(client);

            proxy.awaitEnding("client-reset");
            proxy.await(now -> now.connections() == 0);
        }
    }

    @Test
    void halfCloseEndsTheAttemptWithAbortOnClose() throws IOException {
        try (var hole = new BlackHole();
                var proxy = withLongTimeout().listener("abort_on_close = true").over(hole.address());
                var client = proxy.connect()) {
            client.getOutputStream().write(REQUEST);
            client.shutdownOutput();

            proxy.awaitEnding("client-reset");
            proxy.await(now -> now.connections() == 0);
        }
    }

    @Test
    void bytesAndHalfCloseDuringTheConnectReachTheBackend() throws IOException {
        try (var hole = new BlackHole(); var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"300ms\"")
                        .healthCheck("{ provider = \"tcp\", interval = \"1h\", port = " + backend.port()
                                + ", fall = 1000 }")
                        .over(hole.address(), backend.address())) {
            proxy.await(now -> now.pools().get(0).backends().stream().allMatch(view -> view.state().equals("up")));
            for (int size : List.of(0, REQUEST.length, MIB)) {
                long before = proxy.backend(0).connectErrors();
                do { // until the first attempt picks the backend that does not respond
                    try (var client = proxy.connect()) {
                        CompletableFuture<Long> sent = Bytes.async(() -> {
                            long checksum = Bytes.send(size, client.getOutputStream());
                            client.shutdownOutput();
                            return checksum;
                        });
                        assertThat(Bytes.checksum(client.getInputStream())).isEqualTo(Bytes.get(sent));
                    }
                } while (proxy.backend(0).connectErrors() == before);
            }
            proxy.await(now -> now.connections() == 0);
            assertThat(proxy.ended("client-closed")).isEqualTo(proxy.ended());
        }
    }

    /** Corresponds to {@code nc host 13 </dev/null}, which reads the time from a daytime server. */
    @Test
    void clientThatHalfClosesImmediatelyReceivesTheGreeting() throws IOException {
        TestServer.Script daytime = socket -> socket.getOutputStream().write(REQUEST);
        try (var hole = new BlackHole(); var backend = TestServer.serving(daytime);
                var proxy = TestProxy.threads(threads).pool("connect_timeout = \"300ms\"")
                        .healthCheck("{ provider = \"tcp\", interval = \"1h\", port = " + backend.port()
                                + ", fall = 1000 }")
                        .over(hole.address(), backend.address())) {
            proxy.await(now -> now.pools().get(0).backends().stream().allMatch(view -> view.state().equals("up")));
            do {
                try (var client = proxy.connect()) {
                    client.shutdownOutput();
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(REQUEST);
                }
            } while (proxy.backend(0).connectErrors() == 0);
        }
    }
}
