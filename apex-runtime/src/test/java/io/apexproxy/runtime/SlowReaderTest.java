package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.Parameter;

/** Tests of clients that half-close and read their response slowly or not at all. */
@RelayMatrix
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux shows what a peer has acknowledged")
class SlowReaderTest {

    private static final String HALF_CLOSED_TIMEOUT = "half_closed_timeout = \"1s\"";
    /** Small, so that unread bytes remain in the send buffer of the proxy. */
    private static final int RECEIVE_BYTES = 64 * Bytes.KIB;
    /** Five seconds at the pace of the client. */
    private static final int RESPONSE_BYTES = 2 * Bytes.MIB;
    private static final int PIECE_BYTES = 40 * Bytes.KIB;
    private static final int PIECES_PER_SECOND = 10;

    @Parameter
    int threads;

    @Test
    void clientThatReadsSlowlyReceivesAllBytes() throws Exception {
        try (var backend = answering(RESPONSE_BYTES);
                var proxy = TestProxy.threads(threads).listener(HALF_CLOSED_TIMEOUT).over(backend);
                var client = connect(proxy)) {
            client.getOutputStream().write('?');
            client.shutdownOutput();

            long began = System.nanoTime();
            CRC32 checksum = new CRC32();
            InputStream in = client.getInputStream();
            byte[] piece = in.readNBytes(PIECE_BYTES);
            while (piece.length > 0) {
                checksum.update(piece);
                TimeUnit.MILLISECONDS.sleep(1_000 / PIECES_PER_SECOND); // the pace of the client
                piece = in.readNBytes(PIECE_BYTES);
            }

            assertThat(checksum.getValue()).isEqualTo(Bytes.send(RESPONSE_BYTES, OutputStream.nullOutputStream()));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(3));
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void clientThatDoesNotReadTimesOut() throws IOException {
        try (var backend = answering(64 * Bytes.MIB);
                var proxy = TestProxy.threads(threads).listener(HALF_CLOSED_TIMEOUT).over(backend);
                var client = connect(proxy)) {
            client.getOutputStream().write('?');
            client.shutdownOutput();

            long began = System.nanoTime();
            proxy.awaitEnding("half-closed-timeout");

            // The timeout, and as long again until the second sample of unacknowledged bytes.
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(2 + 10));
            assertThat(proxy.snapshot().connections()).isZero();
        }
    }

    private static TestServer answering(long bytes) {
        return TestServer.serving(socket -> {
            if (socket.getInputStream().readAllBytes().length > 0) { // a probe sends no byte
                Bytes.send(bytes, socket.getOutputStream());
            }
        });
    }

    private static Socket connect(TestProxy proxy) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(RECEIVE_BYTES);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
        client.setSoTimeout((int) TestProxy.PATIENCE.toMillis());
        return client;
    }
}
