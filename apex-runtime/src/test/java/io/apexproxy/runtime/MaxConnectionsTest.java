package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests of connection limits: connections wait at a limit and are served after others end. */
@RelayMatrix
class MaxConnectionsTest {

    private static final String LIMIT = "max_connections = 3";
    private static final int WAITING = 12;

    @Parameter
    int threads;

    @Test
    void connectionsAtTheLimitOfAListenerWaitUntilOthersEnd() throws IOException {
        try (var backend = TestServer.echo(); var proxy = TestProxy.threads(threads).listener(LIMIT).over(backend)) {
            assertConnectionsWaitUntilOthersEnd(proxy);
        }
    }

    @Test
    void connectionsAtTheTotalLimitWaitUntilOthersEnd() throws IOException {
        try (var backend = TestServer.echo(); var proxy = TestProxy.threads(threads).root(LIMIT).over(backend)) {
            assertConnectionsWaitUntilOthersEnd(proxy);
        }
    }

    private static void assertConnectionsWaitUntilOthersEnd(TestProxy proxy) throws IOException {
        List<Socket> served = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            served.add(proxy.connect());
            assertThat(Bytes.ping(served.get(i))).isEqualTo('p');
        }
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiting.add(proxy.connect());
            waiting.get(i).getOutputStream().write('p');
        }
        waiting.get(0).setSoTimeout(300);
        assertThat(waiting.get(0).getInputStream()).satisfies(in -> assertThat(isSilent(in)).isTrue());
        waiting.get(0).setSoTimeout((int) TestProxy.PATIENCE.toMillis());
        assertThat(proxy.snapshot().connections()).isEqualTo(3);
        for (Socket socket : served) {
            socket.close();
        }
        List<CompletableFuture<Integer>> answers = waiting.stream().map(socket -> Bytes.async(() -> {
            try (socket) {
                return socket.getInputStream().read();
            }
        })).toList();
        assertThat(answers).allSatisfy(answer -> assertThat(Bytes.get(answer)).isEqualTo('p'));
        proxy.awaitEnding("client-closed", 9);
    }

    private static boolean isSilent(InputStream in) throws IOException {
        try {
            in.read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void manyShortConnectionsAtTheLimitAreAllServed() throws IOException {
        int clients = 12;
        int rounds = 60;
        AtomicInteger maxConnections = new AtomicInteger();
        try (var backend = TestServer.serving(socket -> {
            if (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write('p');
            }
        }); var proxy = TestProxy.threads(threads).listener(LIMIT).over(backend)) {
            List<CompletableFuture<Integer>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(Bytes.async(() -> {
                    int served = 0;
                    for (int round = 0; round < rounds; round++) {
                        try (Socket socket = proxy.connect()) {
                            served += Bytes.ping(socket) == 'p' ? 1 : 0;
                            maxConnections.accumulateAndGet(proxy.snapshot().connections(), Math::max);
                        }
                    }
                    return served;
                }));
            }
            assertThat(results).allSatisfy(served -> assertThat(Bytes.get(served)).isEqualTo(rounds));
            proxy.await(now -> now.connections() == 0);
            assertThat(proxy.ended()).isEqualTo((long) clients * rounds);
            assertThat(maxConnections.get()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void waitingConnectionsAreServedDuringADrain() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).listener("max_connections = 1").root("drain_timeout = \"1m\"")
                        .over(backend);
                var served = proxy.connect()) {
            assertThat(Bytes.ping(served)).isEqualTo('p');
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < WAITING; i++) {
                Socket waiting = proxy.connect();
                waiting.getOutputStream().write('p');
                answers.add(Bytes.async(() -> {
                    try (waiting) {
                        return waiting.getInputStream().read();
                    }
                }));
            }
            CompletableFuture<Boolean> stopped = Bytes.async(proxy::shutdown);
            awaitRefused(proxy.port());
            served.shutdownOutput();

            assertThat(answers).allSatisfy(answer -> assertThat(Bytes.get(answer)).isEqualTo('p'));
            assertThat(Bytes.get(stopped)).as("all sessions ended within the drain timeout").isTrue();
        }
    }

    @Test
    void connectionsThatWaitAtTheDrainTimeoutAreClosedAndCounted() throws IOException {
        try (var log = LogCapture.ofApex(); var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).listener("max_connections = 1").root("drain_timeout = \"1s\"")
                        .over(backend);
                var served = proxy.connect()) {
            assertThat(Bytes.ping(served)).isEqualTo('p');
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < WAITING; i++) {
                waiting.add(proxy.connect());
            }
            assertThat(proxy.shutdown()).as("all sessions ended within the drain timeout").isFalse();

            for (Socket socket : waiting) {
                try (socket) {
                    assertThat(isEnded(socket)).isTrue();
                }
            }
            assertThat(log.count("connections that were waiting at a limit are closed")).isPositive();
        }
    }

    private static void awaitRefused(int port) {
        Awaitility.await().atMost(TestProxy.PATIENCE).until(() -> {
            try (Socket late = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return !late.isConnected();
            } catch (IOException e) {
                return true;
            }
        });
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true;
        }
    }
}
