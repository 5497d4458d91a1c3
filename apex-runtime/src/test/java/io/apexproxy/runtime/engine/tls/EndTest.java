package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.UnmarkedEndException;
import io.apexproxy.runtime.engine.tls.TlsEnd.Received;
import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the end of a stream and of a connection. */
class EndTest {

    private static final byte[] SENT = {1, 2, 3};

    @AutoClose
    private final TlsNet net = new TlsNet();

    private TlsEnd end;
    private EnginePeer peer;
    private Connection connection;

    private void connect(String version) throws IOException {
        connection = net.connect(Contexts.server(version));
        end = connection.end();
        Outcome<Void> handshake = end.handshake();
        peer = new EnginePeer(connection.socket(), Contexts.client(version));
        peer.handshake(100_000);
        handshake.result();
    }

    private int read() {
        return end.read(ByteBuffer.allocate(100)).result();
    }

    private byte[] receive() throws IOException {
        byte[] received;
        do {
            received = peer.receive();
        } while (received != null && received.length == 0); // tickets
        return received;
    }

    private void sendCloseNotify() throws IOException {
        peer.engine().closeOutbound();
        peer.send(peer.wrap());
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void closeNotifyEndsTheStream(String version, boolean finFollows) throws IOException {
        connect(version);
        peer.send(peer.wrap(SENT));
        sendCloseNotify();
        if (finFollows) {
            connection.socket().shutdownOutput();
        }

        assertThat(end.receiveAll(100).result()).isEqualTo(Received.of(SENT));
        assertThat(end.awaitReadable().result()).isZero();
        assertThat(read()).isEqualTo(-1);
        assertThat(read()).isEqualTo(-1);
    }

    @Test
    void dataContinuesAfterCloseNotifyOfAPeerWithTls13() throws IOException {
        connect(TLS_1_3);
        sendCloseNotify();
        connection.socket().shutdownOutput();
        assertThat(read()).isEqualTo(-1);

        for (int i = 0; i < 3; i++) {
            assertThat(end.write(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);
            assertThat(receive()).isEqualTo(SENT);
        }
        assertThat(end.writeLast(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);
        assertThat(receive()).isEqualTo(SENT);
        assertThat(receive()).isNull();
        assertThat(connection.socket().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void dataContinuesAfterTheLastWriteWithTls13() throws IOException {
        connect(TLS_1_3);
        assertThat(end.writeLast(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);
        assertThat(receive()).isEqualTo(SENT);
        assertThat(receive()).isNull();

        for (int i = 0; i < 3; i++) {
            peer.send(peer.wrap(SENT));
            assertThat(read()).isEqualTo(SENT.length);
        }
        sendCloseNotify();
        assertThat(read()).isEqualTo(-1);
        assertThat(end.write(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(ClosedChannelException.class);
    }

    /** RFC 5246, section 7.2.1: the answer to close_notify is close_notify, and pending writes are discarded. */
    @Test
    void writeFailsAfterCloseNotifyOfAPeerWithTls12() throws IOException {
        connect(TLS_1_2);
        sendCloseNotify();
        assertThat(read()).isEqualTo(-1);

        assertThat(receive()).isNull();
        assertThat(end.write(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void emptyLastWriteAfterCloseNotifyOfAPeerWithTls12SendsFin() throws IOException {
        connect(TLS_1_2);
        sendCloseNotify();
        assertThat(read()).isEqualTo(-1);

        assertThat(end.writeLast(ByteBuffer.allocate(0)).result()).isZero();

        assertThat(receive()).isNull();
        assertThat(connection.socket().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void streamOfThePeerContinuesAfterTheLastWriteWithTls12() throws IOException {
        connect(TLS_1_2);
        peer.send(peer.wrap(SENT));
        assertThat(end.writeLast(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);

        assertThat(read()).isEqualTo(SENT.length);
        assertThat(receive()).isEqualTo(SENT);
        assertThat(receive()).isNull();
        peer.send(peer.wrap()); // close_notify
        assertThat(read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void emptyLastWriteSendsCloseNotifyAndFin(String version) throws IOException {
        connect(version);
        assertThat(end.writeLast(ByteBuffer.allocate(0)).result()).isZero();

        assertThat(receive()).isNull();
        assertThat(connection.socket().getInputStream().read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0", "TLSv1.2, 3", "TLSv1.2, 20", "TLSv1.3, 0", "TLSv1.3, 3", "TLSv1.3, 20"})
    void finWithoutCloseNotifyFailsTheRead(String version, int partOfRecord) throws IOException {
        connect(version);
        peer.send(peer.wrap(SENT));
        connection.socket().getOutputStream().write(peer.wrap(SENT), 0, partOfRecord);
        connection.socket().shutdownOutput();

        assertThat(read()).isEqualTo(SENT.length);
        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(UnmarkedEndException.class);
        assertThat(end.awaitReadable().result()).isZero();
        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(UnmarkedEndException.class);
        assertThat(end.write(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);
        assertThat(receive()).isEqualTo(SENT);
    }

    @Test
    void resetFailsTheRead() throws IOException {
        connect(TLS_1_3);
        Outcome<Integer> read = end.read(ByteBuffer.allocate(100));
        connection.socket().setSoLinger(true, 0);
        connection.socket().close();

        assertThat(read.failure()).isInstanceOf(IOException.class);
        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(IOException.class);
        assertThat(end.write(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeAndResetSendNoCloseNotify(boolean reset) throws IOException {
        connect(TLS_1_2);
        Consumer<TlsChannel> close = reset ? TlsChannel::reset : TlsChannel::close;
        close.accept(end.channel());

        assertThatThrownBy(() -> receive())
                .isInstanceOf(reset ? SocketException.class : EOFException.class);
        assertThat(end.channel().isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeFailsPendingOperationsLater(boolean reset) throws IOException {
        connect(TLS_1_3);
        Outcome<Integer> read = end.read(ByteBuffer.allocate(100));
        Outcome<Long> write = end.send(new byte[20_000_000], 100_000, false);

        assertThat(net.<Boolean>call(handler -> {
            if (reset) {
                end.channel().reset();
            } else {
                end.channel().close();
            }
            handler.completed(read.isDone() || write.isDone(), null);
        }).result()).isFalse();

        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(write.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(end.awaitReadable().failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(end.write(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(end.writeLast(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(ClosedChannelException.class);
    }

    /** The loop closes the transport of a channel without a call of the channel itself. */
    @Test
    void endOfTheLoopFailsPendingOperations() throws IOException {
        try (TlsNet other = new TlsNet()) {
            Connection connected = other.connect(Contexts.client(TLS_1_3));
            Outcome<Void> handshake = connected.end().handshake();
            connected.socket().getInputStream().read();

            other.loop().shutdownNow();

            assertThat(handshake.failure()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void invalidRecordFailsTheReadWithAnAlert(String version) throws IOException {
        connect(version);
        byte[] record = peer.wrap(SENT);
        record[record.length - 1]++;
        peer.send(record);

        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(SSLException.class);
        assertThat(end.read(ByteBuffer.allocate(100)).failure()).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> receive()).hasMessageContaining("bad_record_mac");
        assertThat(end.write(ByteBuffer.wrap(SENT)).failure()).isInstanceOf(IOException.class);
    }
}
