package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.tls.TlsEnd.Received;
import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.util.Random;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTest {

    private static final int LARGE = 200_000;
    private static final int RECORD = 16_384;
    /** Fits in one record of the JDK also with TLS 1.3. */
    private static final int SHORT_RECORD = 16_000;

    @AutoClose
    private final TlsNet net = new TlsNet();
    private final Random random = new Random(19);

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static EnginePeer connected(Connection connection, String version) throws IOException {
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), Contexts.client(version));
        peer.handshake(100_000);
        handshake.result();
        return peer;
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true, 1024", "TLSv1.2, false, 16384", "TLSv1.2, true, 65536", "TLSv1.3, false, 1024",
        "TLSv1.3, true, 16384", "TLSv1.3, false, 65536", "TLSv1.3, true, 1", "TLSv1.2, false, 262144"})
    void anySizesAreEchoed(String version, boolean isClient, int bufferBytes) throws Exception {
        for (int size : new int[] {0, 1, RECORD - 1, RECORD, RECORD + 1, LARGE, random.nextInt(LARGE)}) {
            Connection connection = net.connect(isClient ? Contexts.client(version) : Contexts.server(version));
            TlsEnd end = connection.end();
            byte[] sent = bytes(size);
            SSLSocket socket = TlsSockets.over(connection.socket(), version, !isClient);
            Future<byte[]> echoed = net.threads().submit(() -> TlsSockets.echo(socket));
            end.handshake().result();
            Outcome<Received> received = end.receiveAll(bufferBytes);

            assertThat(end.send(sent, Math.max(100, bufferBytes), true).result()).isEqualTo(size);

            assertThat(received.result()).isEqualTo(Received.of(sent));
            assertThat(echoed.get()).isEqualTo(sent);
            socket.close();
        }
    }

    /** The engine requires more room than that before it decrypts. */
    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void fullRecordFitsInATargetOfTheSameSize(String version) throws IOException {
        Connection connection = net.connect(Contexts.server(version));
        EnginePeer peer = connected(connection, version);
        byte[] sent = bytes(RECORD);
        ByteBuffer target = ByteBuffer.allocate(RECORD);
        Outcome<Integer> read = connection.end().read(target);

        peer.send(peer.wrap(sent));

        assertThat(read.result()).isEqualTo(RECORD);
        assertThat(target.array()).isEqualTo(sent);
        assertThat(net.lentBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void bytesWithoutRoomStayForTheNextRead(String version) throws IOException {
        Connection connection = net.connect(Contexts.server(version));
        EnginePeer peer = connected(connection, version);
        byte[] sent = bytes(SHORT_RECORD);
        peer.send(peer.wrap(sent));
        ByteBuffer target = ByteBuffer.allocate(SHORT_RECORD);

        assertThat(connection.end().read(target.limit(1)).result()).isEqualTo(1);
        assertThat(connection.end().read(target).result()).isZero();
        assertThat(connection.end().awaitReadable().result()).isZero();
        assertThat(net.lentBytes()).isPositive();
        assertThat(connection.end().read(target.limit(10_000)).result()).isEqualTo(9_999);
        assertThat(connection.end().read(target.limit(SHORT_RECORD)).result()).isEqualTo(SHORT_RECORD - 10_000);
        assertThat(target.array()).isEqualTo(sent);
        assertThat(net.lentBytes()).isZero();
    }

    @Test
    void waitCompletesWhenARecordIsComplete() throws IOException {
        Connection connection = net.connect(Contexts.server(TLS_1_2));
        EnginePeer peer = connected(connection, TLS_1_2);
        byte[] record = peer.wrap(bytes(3));
        Outcome<Integer> readable = connection.end().awaitReadable();
        for (int i = 0; i < record.length - 1; i++) {
            peer.send(new byte[] {record[i]});
        }
        assertThat(net.<Integer>call(handler -> handler.completed(0, null)).result()).isZero();
        assertThat(readable.isDone()).isFalse();

        peer.send(new byte[] {record[record.length - 1]});

        assertThat(readable.result()).isZero();
        assertThat(connection.end().read(ByteBuffer.allocate(10)).result()).isEqualTo(3);
    }

    @Test
    void waitCanBeCancelled() throws IOException {
        Connection connection = net.connect(Contexts.server(TLS_1_2));
        EnginePeer peer = connected(connection, TLS_1_2);
        Outcome<Integer> cancelled = connection.end().awaitReadable();

        assertThat(net.<Boolean>call(handler -> handler.completed(connection.end().channel().cancelAwait(), null))
                .result()).isTrue();
        Outcome<Integer> read = connection.end().read(ByteBuffer.allocate(10));
        assertThat(net.<Boolean>call(handler -> handler.completed(connection.end().channel().cancelAwait(), null))
                .result()).isFalse();
        assertThatThrownBy(() -> connection.end().awaitReadable().result())
                .hasCauseInstanceOf(ReadPendingException.class);
        peer.send(peer.wrap(bytes(3)));

        assertThat(read.result()).isEqualTo(3);
        assertThat(cancelled.isDone()).isFalse();
    }

    /** With TLS 1.3, a server sends tickets after the first handshake with a client. */
    @Test
    void waitAndReadOfTicketsCompleteWith0() throws IOException {
        Connection connection = net.connect(Contexts.clientWithoutSessions());
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), Contexts.server(TLS_1_3));
        peer.handshake(100_000);
        handshake.result();
        ByteBuffer target = ByteBuffer.allocate(RECORD);

        assertThat(connection.end().awaitReadable().result()).isZero();
        assertThat(connection.end().read(target).result()).isZero();
        peer.send(peer.wrap(bytes(3)));
        assertThat(connection.end().awaitReadable().result()).isZero();
        assertThat(connection.end().read(target).result()).isEqualTo(3);
    }

    /** Each record is read in the handler of the read before. */
    @Test
    void manyBufferedRecordsDoNotExhaustTheStack() throws IOException {
        Connection connection = net.connect(Contexts.server(TLS_1_3));
        EnginePeer peer = connected(connection, TLS_1_3);
        byte[] sent = bytes(60_000);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (byte each : sent) {
            records.write(peer.wrap(each));
        }
        Outcome<Received> received = connection.end().receive(1, sent.length);
        peer.send(records.toByteArray());

        assertThat(received.result()).isEqualTo(Received.of(sent));
    }
}
