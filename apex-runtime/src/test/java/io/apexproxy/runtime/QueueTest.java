package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of connections that wait in the queue of their pool because all backends are full. */
@RelayMatrix
class QueueTest {

    private static final String LONG_WAIT = "queue_timeout = \"1m\"";
    private static final byte[] FIRST_BYTES = new byte[1_500];

    @Parameter
    int threads;

    /** A backend that answers the first byte of each connection with the same byte, and records it. */
    private static final class RecordingServer implements AutoCloseable {

        private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger mostOpen = new AtomicInteger();
        private final TestServer server = TestServer.serving(this::serve);

        private void serve(Socket socket) throws IOException {
            int first = socket.getInputStream().read();
            if (first >= 0) {
                mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                received.add(first);
                socket.getOutputStream().write(first);
                TestServer.readToEnd(socket);
                open.decrementAndGet();
            }
        }

        int next() throws InterruptedException {
            Integer first = received.poll(TestProxy.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return first == null ? -1 : first;
        }

        /** Returns the backend in the configuration, with a limit of connections. */
        String limitedTo(int connections) {
            return "{ address = \"" + server.address() + "\", max_connections = " + connections + " }";
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private static Socket connect(TestProxy proxy, int first) throws IOException {
        Socket client = proxy.connect();
        client.getOutputStream().write(first);
        return client;
    }

    /** Opens the only connection that the backend accepts. */
    private static Socket connectFirst(TestProxy proxy, RecordingServer backend) throws Exception {
        Socket client = connect(proxy, 1);
        assertThat(backend.next()).isEqualTo(1);
        return client;
    }

    private static void awaitWaiting(TestProxy proxy, int count) {
        Awaitility.await().atMost(TestProxy.PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .until(() -> proxy.snapshot().pools().get(0).queue().waiting() == count);
    }

    /** Returns the number of waits that are over. */
    private static long waits(TestProxy proxy) {
        return proxy.snapshot().pools().get(0).queue().times().counts().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean isClosed(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException e) { // a reset, because the proxy has not read all bytes
            return true;
        }
    }

    @Test
    void connectionsAreServedInTheOrderOfTheirArrival() throws Exception {
        int limit = 50;
        int count = 200;
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool(LONG_WAIT).overTables(backend.limitedTo(limit))) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clients.add(connect(proxy, i));
                if (i < limit) {
                    assertThat(backend.next()).isEqualTo(i);
                } else {
                    awaitWaiting(proxy, i + 1 - limit);
                }
            }
            for (int i = limit; i < count; i++) {
                clients.get(i - limit).close();
                assertThat(backend.next()).isEqualTo(i);
                assertThat(clients.get(i).getInputStream().read()).isEqualTo(i);
            }
            for (Socket client : clients) {
                client.close();
            }
            proxy.awaitEnding("client-closed", count);
            awaitWaiting(proxy, 0);
            assertThat(backend.mostOpen.get()).isEqualTo(limit);
            assertThat(waits(proxy)).isEqualTo(count - limit);
        }
    }

    @Test
    void manyShortConnectionsAreAllServed() throws IOException {
        int clients = 40;
        int rounds = 50;
        int limit = 3;
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool(LONG_WAIT).overTables(backend.limitedTo(limit))) {
            List<CompletableFuture<Integer>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(Bytes.async(() -> {
                    int served = 0;
                    for (int round = 0; round < rounds; round++) {
                        try (Socket socket = proxy.connect()) {
                            served += Bytes.ping(socket) == 'p' ? 1 : 0;
                        }
                    }
                    return served;
                }));
            }

            assertThat(results).allSatisfy(served -> assertThat(Bytes.get(served)).isEqualTo(rounds));
            proxy.awaitEnding("client-closed", (long) clients * rounds);
            awaitWaiting(proxy, 0);
            assertThat(backend.mostOpen.get()).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void clientThatGivesUpIsNotConnected() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool(LONG_WAIT).overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend)) {
            Socket leaving = connect(proxy, 2);
            leaving.getOutputStream().write(FIRST_BYTES);
            awaitWaiting(proxy, 1);
            Socket silent = proxy.connect();
            awaitWaiting(proxy, 2);
            Socket last = connect(proxy, 4);
            awaitWaiting(proxy, 3);

            Bytes.reset(leaving);
            Bytes.reset(silent);
            proxy.awaitEnding("client-reset", 2);
            awaitWaiting(proxy, 1);
            served.shutdownOutput();

            assertThat(backend.next()).isEqualTo(4);
            assertThat(proxy.backend(0).connected()).isEqualTo(2);
            last.close();
            proxy.await(now -> now.connections() == 0);
            assertThat(waits(proxy)).isEqualTo(3);
        }
    }

    @Test
    void clientThatHalfClosesWaitsAndIsAnswered() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool(LONG_WAIT).overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend);
                var patient = connect(proxy, 2)) {
            patient.shutdownOutput();
            awaitWaiting(proxy, 1);
            served.shutdownOutput();

            assertThat(patient.getInputStream().readAllBytes()).containsExactly(2);
            assertThat(proxy.ended("client-reset")).isZero();
        }
    }

    @Test
    void clientThatHalfClosesLeavesWithAbortOnClose() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).listener("abort_on_close = true").pool(LONG_WAIT)
                        .overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend);
                var leaving = proxy.connect()) {
            awaitWaiting(proxy, 1);

            leaving.shutdownOutput();

            proxy.awaitEnding("client-reset");
            awaitWaiting(proxy, 0);
            assertThat(served.isConnected()).isTrue();
        }
    }

    @Test
    void fullQueueRefusesConnections() throws Exception {
        try (var log = LogCapture.ofApex(); var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool(LONG_WAIT).pool("queue_limit = 2")
                        .overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend)) {
            Socket first = connect(proxy, 2);
            awaitWaiting(proxy, 1);
            Socket second = connect(proxy, 3);
            awaitWaiting(proxy, 2);
            try (Socket refused = connect(proxy, 4)) {
                assertThat(isClosed(refused)).isTrue();
            }

            proxy.awaitEnding("queue-full");
            assertThat(proxy.snapshot().limits()).anySatisfy(limit -> {
                assertThat(limit.kind()).isEqualTo("queue");
                assertThat(limit.reached()).isTrue();
            });
            served.shutdownOutput();
            assertThat(backend.next()).isEqualTo(2);
            first.close();
            assertThat(backend.next()).isEqualTo(3);
            second.close();
            proxy.await(now -> log.count("WARN pools.web: queue_limit: limit of 2 ") == 1);
        }
    }

    @Test
    void connectionsTimeOutInTheQueue() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).pool("queue_timeout = \"200ms\"")
                        .pool("connect_timeout = \"100ms\"").overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend)) {
            long begun = System.nanoTime();
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(connect(proxy, 2 + i));
            }
            for (Socket client : clients) {
                assertThat(isClosed(client)).isTrue();
                client.close();
            }

            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
            proxy.awaitEnding("queue-timeout", 10);
            awaitWaiting(proxy, 0);
            served.shutdownOutput();
            try (Socket later = connect(proxy, 100)) {
                assertThat(later.getInputStream().read()).isEqualTo(100);
            }
        }
    }

    @Test
    void waitingConnectionsAreServedDuringADrain() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).root("drain_timeout = \"1m\"").pool(LONG_WAIT)
                        .overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend);
                var waiting = connect(proxy, 2)) {
            awaitWaiting(proxy, 1);
            CompletableFuture<Boolean> stopped = Bytes.async(proxy::shutdown);
            served.shutdownOutput();

            assertThat(waiting.getInputStream().read()).isEqualTo(2);
            waiting.shutdownOutput();
            assertThat(Bytes.get(stopped)).as("all sessions ended within the drain timeout").isTrue();
        }
    }

    @Test
    void waitingConnectionsEndAtTheDrainTimeout() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).root("drain_timeout = \"300ms\"").pool(LONG_WAIT)
                        .overTables(backend.limitedTo(1));
                var served = connectFirst(proxy, backend);
                var waiting = connect(proxy, 2)) {
            awaitWaiting(proxy, 1);

            assertThat(proxy.shutdown()).isFalse();

            assertThat(isClosed(waiting)).isTrue();
            assertThat(backend.received).isEmpty();
            assertThat(served.getInputStream().read()).isEqualTo(1);
            assertThat(isClosed(served)).isTrue();
        }
    }

    @Test
    void connectionsWithHeadersAndRoutesWait() throws Exception {
        try (var backend = new RecordingServer();
                var proxy = TestProxy.threads(threads).listener("proxy_protocol = { from = [\"127.0.0.1\"] }")
                        .pool(LONG_WAIT).overTables(backend.limitedTo(1));
                var served = proxy.connect();
                var waiting = proxy.connect()) {
            TestServer.send(served, "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\na");
            assertThat(backend.next()).isEqualTo('a');
            TestServer.send(waiting, "PROXY TCP4 192.0.2.1 192.0.2.2 1001 80\r\nb");
            awaitWaiting(proxy, 1);
            served.shutdownOutput();

            assertThat(waiting.getInputStream().read()).isEqualTo('b');
        }
    }
}
