package io.apexproxy.runtime;

import static io.apexproxy.test.Bytes.KIB;
import static io.apexproxy.test.Bytes.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Tests that all bytes of one side reach the other side, in any order of events and at any speed. */
@RelayMatrix
class TransferTest {

    private static final int BULK = 50 * MIB;

    @Parameter
    int threads;

    @Test
    void greetingReachesAClientThatHasSentNothing() throws IOException {
        TestServer.Script greeting = socket -> {
            socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        };
        try (var backend = TestServer.serving(greeting);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("220 ready\r\n");
        }
    }

    @Test
    void clientReceivesTheResponseAfterItsHalfClose() throws IOException {
        TestServer.Script countUp = socket -> {
            long count = TestServer.readToEnd(socket);
            socket.getOutputStream().write(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
        };
        try (var backend = TestServer.serving(countUp);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            Bytes.send(MIB, client.getOutputStream());
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo(Integer.toString(MIB));
            proxy.awaitEnding("client-closed");
            assertThat(proxy.backend(0).bytesToBackend()).isEqualTo(MIB);
        }
    }

    @Test
    void backendReceivesBytesAfterItsHalfClose() throws IOException {
        CompletableFuture<Long> received = new CompletableFuture<>();
        TestServer.Script halfClosing = socket -> {
            socket.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            long count = TestServer.readToEnd(socket);
            if (count > 0) { // a probe sends no byte
                received.complete(count);
            }
        };
        try (var backend = TestServer.serving(halfClosing);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye");
            Bytes.send(MIB, client.getOutputStream());
            client.shutdownOutput();

            assertThat(Bytes.get(received)).isEqualTo(MIB);
            proxy.awaitEnding("backend-closed");
        }
    }

    @Test
    void backendThatReadsLateReceivesAllBytes() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        CompletableFuture<Long> received = new CompletableFuture<>();
        TestServer.Script late = socket -> {
            int first = socket.getInputStream().read();
            if (first >= 0) {
                mayRead.await();
                received.complete(Bytes.checksum(socket.getInputStream()));
            }
        };
        try (var backend = TestServer.serving(late);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('!');
            CompletableFuture<Long> sent = Bytes.async(() -> {
                long checksum = Bytes.send(BULK, client.getOutputStream());
                client.shutdownOutput();
                return checksum;
            });
            awaitBackPressure(proxy);
            assertThat(sent).isNotDone();
            assertThat(proxy.snapshot().bufferBytes()).isLessThanOrEqualTo(MIB);
            mayRead.countDown();

            assertThat(Bytes.get(received)).isEqualTo(Bytes.get(sent));
        }
    }

    @Test
    void clientThatReadsLateReceivesAllBytesOfAClosedBackend() throws IOException {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        TestServer.Script bulk = socket -> {
            if (socket.getInputStream().read() >= 0) {
                sent.complete(Bytes.send(BULK, socket.getOutputStream()));
            }
        };
        try (var backend = TestServer.serving(bulk);
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write('!');
            awaitBackPressure(proxy);
            assertThat(sent).isNotDone();

            assertThat(Bytes.checksum(client.getInputStream())).isEqualTo(Bytes.get(sent));
        }
    }

    /** Waits until bytes have moved and no more move: all buffers on the path are full. */
    private static void awaitBackPressure(TestProxy proxy) {
        long[] before = {0};
        Awaitility.await().atMost(TestProxy.PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            long now = proxy.backend(0).bytesToBackend() + proxy.backend(0).bytesToClient();
            boolean still = now > KIB && now == before[0];
            before[0] = now;
            return still;
        });
    }

    @Test
    void singleBytesAndBurstsAreEchoedUnchanged() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(threads).over(backend);
                var client = proxy.connect()) {
            CompletableFuture<Long> sent = Bytes.async(() -> sendMixed(client));

            assertThat(Bytes.checksum(client.getInputStream())).isEqualTo(Bytes.get(sent));
            proxy.awaitEnding("client-closed");
        }
    }

    private static long sendMixed(Socket client) throws IOException {
        Random random = new Random(7);
        CRC32 checksum = new CRC32();
        for (int i = 0; i < 500; i++) {
            byte[] piece = new byte[i % 25 == 0 ? random.nextInt(600 * KIB) : 1];
            random.nextBytes(piece);
            client.getOutputStream().write(piece);
            checksum.update(piece);
        }
        client.shutdownOutput();
        return checksum.getValue();
    }

    @Test
    void responseArrivesWhenClientSendsAfterTheBackendHasReset() throws IOException, InterruptedException {
        TestServer.Script refusal = socket -> {
            if (socket.getInputStream().readNBytes(KIB).length > 0) {
                Bytes.send(32 * KIB, socket.getOutputStream());
                Bytes.reset(socket);
            }
        };
        try (var backend = TestServer.serving(refusal);
                var proxy = TestProxy.threads(threads).over(backend)) {
            for (int i = 1; i <= 5; i++) {
                try (var client = proxy.connect()) {
                    Bytes.send(2 * KIB, client.getOutputStream());
                    Awaitility.await().atMost(TestProxy.PATIENCE).pollInterval(Duration.ofMillis(5))
                            .until(() -> client.getInputStream().available() == 32 * KIB);
                    Thread.sleep(50); // the reset follows the response and is not observable here
                    assertTimeoutPreemptively(TestProxy.PATIENCE, () -> Bytes.send(MIB, client.getOutputStream()));
                    client.shutdownOutput();
                    assertThat(Arrival.of(client.getInputStream())).isEqualTo(Arrival.brokenAfter(32 * KIB));
                }
            }
            proxy.awaitEnding("backend-reset", 5);
        }
    }

    /** The backend closes without having read the upload, so its kernel sends RST after the response. */
    @Test
    void responseDuringAnUploadArrives() throws IOException {
        TestServer.Script refusal = socket -> {
            if (socket.getInputStream().readNBytes(KIB).length > 0) {
                Bytes.send(32 * KIB, socket.getOutputStream());
            }
        };
        try (var backend = TestServer.serving(refusal);
                var proxy = TestProxy.threads(threads).over(backend)) {
            long expected = Bytes.send(32 * KIB, OutputStream.nullOutputStream());
            for (int i = 0; i < 10; i++) {
                try (var client = proxy.connect()) {
                    assertTimeoutPreemptively(TestProxy.PATIENCE, () -> Bytes.send(20 * MIB, client.getOutputStream()));
                    client.shutdownOutput();
                    assertThat(Arrival.of(client.getInputStream()).checksum()).isEqualTo(expected);
                }
            }
            proxy.await(now -> now.connections() == 0);
        }
    }
}
