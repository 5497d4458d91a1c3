package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of handshake messages after the handshake. */
class PostHandshakeTest {

    private static final byte[] SENT = {1, 2, 3};

    @AutoClose
    private final TlsNet net = new TlsNet();

    private Connection connection;
    private EnginePeer peer;

    private void connect(String version, boolean isClient) throws IOException {
        connection = net.connect(isClient ? Contexts.client(version) : Contexts.server(version));
        Outcome<Void> handshake = connection.end().handshake();
        peer = new EnginePeer(connection.socket(), isClient ? Contexts.server(version) : Contexts.client(version));
        peer.handshake(100_000);
        handshake.result();
    }

    private Outcome<Integer> read() {
        return connection.end().read(ByteBuffer.allocate(100));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void renegotiationIsRefused(boolean isClient) throws IOException {
        connect(TLS_1_2, isClient);
        peer.send(peer.wrap(SENT));
        assertThat(read().result()).isEqualTo(SENT.length);
        peer.engine().beginHandshake();
        Handshake.runTasks(peer.engine());
        peer.send(peer.wrap());

        assertThat(read().failure()).isInstanceOf(SSLException.class);
        assertThat(read().failure()).isInstanceOf(SSLException.class);
        if (!isClient) {
            assertThatThrownBy(() -> peer.receive()).hasMessageContaining("fatal alert: handshake_failure");
        }
    }

    /** KeyUpdate with update_requested changes the keys of both directions. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keyUpdatesAreAnswered(boolean isClient) throws IOException {
        connect(TLS_1_3, isClient);
        for (int i = 0; i < 20; i++) {
            peer.engine().beginHandshake();
            peer.send(peer.wrap(SENT));
            int count = read().result();
            assertThat(count == 0 ? read().result() : count).isEqualTo(SENT.length);
            assertThat(connection.end().write(ByteBuffer.wrap(SENT)).result()).isEqualTo(SENT.length);
            byte[] received = peer.receive();
            while (received.length == 0) { // tickets and the answer
                received = peer.receive();
            }
            assertThat(received).isEqualTo(SENT);
        }
    }

    @Test
    void manyKeyUpdatesInOneSegmentAreAnswered() throws IOException {
        connect(TLS_1_3, false);
        ByteArrayOutputStream updates = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) {
            peer.engine().beginHandshake();
            updates.write(peer.wrap());
        }
        updates.write(peer.wrap(SENT));
        peer.send(updates.toByteArray());

        assertThat(connection.end().receive(10, SENT.length).result()).isEqualTo(TlsEnd.Received.of(SENT));
        assertThat(net.lentBytes()).isZero();
    }
}
