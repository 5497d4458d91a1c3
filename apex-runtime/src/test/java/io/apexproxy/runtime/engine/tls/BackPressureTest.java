package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.tls.TlsEnd.Received;
import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackPressureTest {

    private static final int SOCKET_BUFFER = 20_000;
    private static final int RECORDS = 64 * 1024;

    @AutoClose
    private final TlsNet net = new TlsNet();

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(19).nextBytes(bytes);
        return bytes;
    }

    private Connection connected(String version) throws IOException {
        Connection connection = net.connect(Contexts.server(version), SOCKET_BUFFER);
        return new Connection(connection.end(), shaken(connection, version));
    }

    private static SSLSocket shaken(Connection connection, String version) throws IOException {
        Outcome<Void> handshake = connection.end().handshake();
        SSLSocket socket = TlsSockets.over(connection.socket(), version, true);
        socket.startHandshake();
        handshake.result();
        return socket;
    }

    /** Writes until the connection is blocked; returns the number of accepted bytes. */
    private static int fill(TlsEnd end, ByteBuffer source) {
        int accepted = 0;
        while (true) {
            int limit = source.limit();
            source.limit(Math.min(limit, source.position() + 10_000));
            accepted += end.write(source).result();
            boolean blocked = source.hasRemaining();
            source.limit(limit);
            if (blocked) {
                return accepted;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.3, true"})
    void blockedWriteIsRetriedWithAnotherBuffer(String version, boolean last) throws Exception {
        Connection connection = connected(version);
        TlsEnd end = connection.end();
        byte[] sent = bytes(2_000_000);
        ByteBuffer source = ByteBuffer.wrap(sent);

        int accepted = fill(end, source);

        assertThat(accepted).isEqualTo(source.position()).isLessThan(sent.length);
        assertThat(net.lentBytes()).isBetween(1L, (long) RECORDS);
        byte[] rest = Arrays.copyOfRange(sent, accepted, sent.length);
        Outcome<Long> written = end.send(rest, last ? rest.length : 10_000, true);
        Future<byte[]> received = net.threads().submit(() -> connection.socket().getInputStream().readAllBytes());
        assertThat(written.result()).isEqualTo(rest.length);
        assertThat(Received.of(received.get())).isEqualTo(Received.of(sent));
        await().until(() -> net.lentBytes() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void writeCompletesEarlyOnceAndThenWaits(String version) throws Exception {
        Connection connection = connected(version);
        ByteBuffer source = ByteBuffer.wrap(bytes(2_000_000));
        int accepted = fill(connection.end(), source);
        int remaining = source.remaining();
        ByteBuffer moved = ByteBuffer.allocateDirect(remaining).put(source).flip();

        Outcome<Integer> waiting = connection.end().write(moved);

        assertThatThrownBy(() -> connection.end().write(moved).result())
                .hasCauseInstanceOf(WritePendingException.class);
        assertThat(waiting.isDone()).isFalse();
        assertThat(moved.remaining()).isEqualTo(remaining);
        connection.socket().getInputStream().readNBytes(accepted + 1);
        assertThat(waiting.result()).isPositive();
    }

    @Test
    void lastWriteThatIsBlockedIsRetried() throws Exception {
        Connection connection = connected(TLS_1_3);
        byte[] sent = bytes(3_000_000);
        ByteBuffer source = ByteBuffer.wrap(sent);
        int accepted = fill(connection.end(), source);
        ByteBuffer tail = ByteBuffer.wrap(sent, accepted, sent.length - accepted);

        Outcome<Integer> first = connection.end().writeLast(tail);
        Future<byte[]> received = net.threads().submit(() -> connection.socket().getInputStream().readAllBytes());
        first.result();
        while (tail.hasRemaining()) {
            tail = ByteBuffer.allocate(tail.remaining()).put(tail).flip();
            connection.end().writeLast(tail).result();
        }

        assertThat(Received.of(received.get())).isEqualTo(Received.of(sent));
    }

    /** While application data is blocked, control records are queued, and are written with the data. */
    @Test
    void keyUpdateDuringABlockedWriteIsAnswered() throws Exception {
        Connection connection = connected(TLS_1_3);
        TlsEnd end = connection.end();
        byte[] sent = bytes(1_000_000);
        ByteBuffer source = ByteBuffer.wrap(sent);
        int accepted = fill(end, source);
        SSLSocket socket = (SSLSocket) connection.socket();
        Outcome<Received> received = end.receive(100, 4);
        net.threads().submit(() -> {
            socket.startHandshake();
            socket.getOutputStream().write(new byte[4]);
            return null;
        }).get();

        byte[] start = socket.getInputStream().readNBytes(accepted);
        assertThat(received.result().count()).isEqualTo(4);
        Outcome<Long> written = end.send(Arrays.copyOfRange(sent, accepted, sent.length), 10_000, true);
        byte[] rest = socket.getInputStream().readAllBytes();

        assertThat(written.result()).isEqualTo(rest.length);
        byte[] all = Arrays.copyOf(start, sent.length);
        System.arraycopy(rest, 0, all, start.length, rest.length);
        assertThat(all).isEqualTo(sent);
    }

    @Test
    void manyKeyUpdatesOfAPeerThatDoesNotReadAreNotAccepted() throws Exception {
        Connection connection = net.connect(Contexts.server(TLS_1_3), SOCKET_BUFFER);
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), Contexts.client(TLS_1_3));
        peer.handshake(100_000);
        handshake.result();
        fill(connection.end(), ByteBuffer.wrap(bytes(2_000_000)));
        Outcome<Received> received = connection.end().receive(100, 1);

        Future<Integer> flood = net.threads().submit(() -> {
            int count = 0;
            try {
                for (; count < 200_000; count++) {
                    peer.engine().beginHandshake();
                    peer.send(peer.wrap());
                }
            } catch (IOException e) { // the test has closed the socket
                return count;
            }
            return count;
        });
        await().during(Duration.ofMillis(500)).until(() -> net.lentBytes() < 3L * RECORDS);

        assertThat(flood.isDone()).isFalse();
        assertThat(received.isDone()).isFalse();
        connection.socket().close();
        assertThat(flood.get()).isLessThan(200_000);
        assertThat(received.failure()).isInstanceOf(IOException.class);
    }
}
