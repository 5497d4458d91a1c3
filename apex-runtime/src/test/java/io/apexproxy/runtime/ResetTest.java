package io.apexproxy.runtime;

import static io.apexproxy.test.Bytes.KIB;
import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/**
 * Tests of reset propagation: a reset of one side resets the other side after all bytes have arrived.
 */
@RelayMatrix
class ResetTest {

    /** More than the receive buffer of a peer that does not read, and less than the send buffer of the proxy. */
    private static final int UNREAD_BYTES = 512 * KIB;

    /** A single probe that ends with FIN. The backend usually does not accept one that ends with a reset. */
    private static final String ACCEPTED_PROBE = "{ provider = \"tcp\", interval = \"1h\", reset = false }";

    @Parameter
    int threads;

    @Test
    void clientThatHasSentNoByteResetsTheBackend() throws IOException {
        BlockingQueue<Arrival> seen = new LinkedBlockingQueue<>();
        TestServer.Script greeting = socket -> {
            socket.getOutputStream().write('!');
            seen.add(Arrival.of(socket.getInputStream()));
        };
        try (var backend = TestServer.serving(greeting);
                var proxy = TestProxy.threads(threads).healthCheck(ACCEPTED_PROBE).over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo('!');
            Bytes.reset(client);

            Arrival probe = new Arrival(0, 0, false);
            Awaitility.await().atMost(TestProxy.PATIENCE)
                    .untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(probe, Arrival.brokenAfter(0)));
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void backendThatResetsAnIdleConnectionResetsTheClient() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        TestServer.Script resetting = socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.send(KIB, socket.getOutputStream());
                mayReset.await();
                Bytes.reset(socket);
            }
        };
        try (var backend = TestServer.serving(resetting);
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');
                proxy.await(now -> proxy.backend(0).bytesToClient() == KIB);
                mayReset.countDown();

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(KIB));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void bytesBeforeAResetReachABackendThatReadsLate() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        CompletableFuture<Arrival> seen = new CompletableFuture<>();
        TestServer.Script late = socket -> {
            mayRead.await();
            Arrival arrival = Arrival.of(socket.getInputStream());
            if (arrival.count() > 0) { // a probe sends no byte
                seen.complete(arrival);
            }
        };
        try (var backend = TestServer.serving(late);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            Bytes.send(UNREAD_BYTES, client.getOutputStream());
            proxy.await(now -> proxy.backend(0).bytesToBackend() == UNREAD_BYTES);
            Bytes.reset(client);
            awaitPrematureReset();
            assertThat(proxy.snapshot().connections()).as("waits for the backend").isEqualTo(1);
            mayRead.countDown();

            assertThat(Bytes.get(seen)).isEqualTo(Arrival.brokenAfter(UNREAD_BYTES));
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void bytesBeforeAResetReachAClientThatReadsLate() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestServer.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).over(backend)) {
            try (var client = proxy.connect()) {
                client.getOutputStream().write('?');
                proxy.await(now -> proxy.backend(0).bytesToClient() == UNREAD_BYTES);
                mayReset.countDown();
                awaitPrematureReset();

                assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(UNREAD_BYTES));
            }
            proxy.awaitEnding("backend-reset");
        }
    }

    @Test
    void clientThatResetsDuringADownloadStopsTheBackend() throws IOException {
        CompletableFuture<String> stopped = new CompletableFuture<>();
        TestServer.Script endless = socket -> {
            if (socket.getInputStream().read() >= 0) {
                try {
                    while (true) {
                        Bytes.send(MIB, socket.getOutputStream());
                    }
                } catch (IOException e) {
                    stopped.complete(e.getMessage());
                }
            }
        };
        try (var backend = TestServer.serving(endless);
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"1h\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            client.getInputStream().readNBytes(MIB);
            Bytes.reset(client);

            assertThat(Bytes.get(stopped)).isNotEmpty();
            proxy.awaitEnding("client-reset");
        }
    }

    @Test
    void sessionWithAnUndeliverableResetEndsAtTheHalfClosedTimeout() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestServer.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).listener("half_closed_timeout = \"1s\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            proxy.await(now -> proxy.backend(0).bytesToClient() == UNREAD_BYTES);
            mayReset.countDown();

            proxy.awaitEnding("backend-reset");
            assertThat(Arrival.of(client.getInputStream()).count()).isEqualTo(UNREAD_BYTES);
        }
    }

    @Test
    void shutdownEndsASessionWithAnUndeliverableReset() throws IOException {
        CountDownLatch mayReset = new CountDownLatch(1);
        try (var backend = TestServer.serving(downloadUntil(mayReset));
                var proxy = TestProxy.threads(threads).root("drain_timeout = \"300ms\"")
                        .listener("half_closed_timeout = \"1h\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('?');
            proxy.await(now -> proxy.backend(0).bytesToClient() == UNREAD_BYTES);
            mayReset.countDown();
            awaitPrematureReset();

            assertThat(proxy.shutdown()).isFalse();
            proxy.awaitEnding("drained");
        }
    }

    private static TestServer.Script downloadUntil(CountDownLatch mayReset) {
        return socket -> {
            if (socket.getInputStream().read() >= 0) {
                Bytes.send(UNREAD_BYTES, socket.getOutputStream());
                mayReset.await();
                Bytes.reset(socket);
            }
        };
    }

    /** Waits so long that a premature reset would have discarded bytes. */
    private static void awaitPrematureReset() {
        try {
            Thread.sleep(1_500); // longer than the quiet time after which a client is reset
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
