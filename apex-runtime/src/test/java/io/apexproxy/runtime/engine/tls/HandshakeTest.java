package io.apexproxy.runtime.engine.tls;

import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_2;
import static io.apexproxy.runtime.engine.tls.Contexts.TLS_1_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.tls.TlsNet.Connection;
import io.apexproxy.runtime.tls.TlsFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    private static final int ALERT = 21;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    @AutoClose
    private final TlsNet net = new TlsNet();

    private static SSLEngine engine(String version, boolean isClient) {
        return isClient ? Contexts.client(version) : Contexts.server(version);
    }

    private static void assertEcho(TlsEnd end, EnginePeer peer) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(100);
        peer.send(peer.wrap(HELLO));
        while (target.position() == 0) {
            assertThat(end.read(target).result()).isNotNegative();
        }
        assertThat(end.write(target.flip()).result()).isEqualTo(HELLO.length);
        byte[] received = peer.receive();
        while (received.length == 0) { // tickets
            received = peer.receive();
        }
        assertThat(received).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, false, 100000", "TLSv1.2, true, 100000", "TLSv1.3, false, 100000", "TLSv1.3, true, 100000",
        "TLSv1.2, false, 1", "TLSv1.2, true, 1", "TLSv1.3, false, 1", "TLSv1.3, true, 1",
    })
    void peersAgree(String version, boolean isClient, int segmentBytes) throws IOException {
        Connection connection = net.connect(engine(version, isClient));
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), engine(version, !isClient));

        peer.handshake(segmentBytes);

        handshake.result();
        NegotiatedSession session = connection.end().channel().session();
        assertThat(session.version()).isEqualTo(version);
        assertThat(session.cipherSuite()).startsWith("TLS_").isEqualTo(peer.engine().getSession().getCipherSuite());
        assertThat(session.peerCertificates()).hasSize(isClient ? TlsFixture.certificate("a-ec").chain().size() : 0);
        assertEcho(connection.end(), peer);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0", "TLSv1.2, 1", "TLSv1.2, 5", "TLSv1.2, 100", "TLSv1.2, 100000", "TLSv1.3, 0",
        "TLSv1.3, 1", "TLSv1.3, 5", "TLSv1.3, 100", "TLSv1.3, 100000"})
    void clientHelloCanBeReceivedBefore(String version, int count) throws IOException {
        SSLEngine client = Contexts.client(version);
        client.beginHandshake();
        byte[] hello = EnginePeer.wrap(client);
        int before = Math.min(count, hello.length);
        Connection connection = net.connect(Contexts.server(version), Arrays.copyOf(hello, before));
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), client);
        peer.send(Arrays.copyOfRange(hello, before, hello.length));

        peer.handshake(Integer.MAX_VALUE / 2);

        handshake.result();
        assertEcho(connection.end(), peer);
    }

    /** With TLS 1.3, the data of the client can arrive before the server has completed the handshake. */
    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void dataDirectlyAfterTheHandshakeIsNotLost(String version) throws IOException {
        Connection connection = net.connect(Contexts.server(version));
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), Contexts.client(version));
        peer.handshake(100_000);
        peer.send(peer.wrap(HELLO));
        handshake.result();

        assertThat(connection.end().receive(3, HELLO.length).result()).isEqualTo(TlsEnd.Received.of(HELLO));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "474554202f20485454502f312e310d0a0d0a", // GET / HTTP/1.1
        "485454502f312e3120343030204261642052657175657374", // HTTP/1.1 400 Bad Request
        "00",
        "ffffffffffffffffffff",
        "802e0100020015000000100100800300800700c0060040020080", // SSLv2 hello, incomplete
        "16030148ff", // a record that is too long
        "1603010000", // an empty record
        "1503010002020a", // the alert unexpected_message
        "15030100020100", // close_notify
        "15030100020180",
        "1503010002015a15030100020100", // user_canceled and close_notify
        "1703010001ff", // application data
        "1403010001ff",
        "18030100050102030405",
        "160301000401ffffff", // a handshake message that is too long
        "160301000400000000", // HelloRequest
        "1603010004630000ff16030100ff",
    })
    void wrongPeerFailsTheHandshake(String sent) throws IOException {
        for (boolean isClient : new boolean[] {false, true}) {
            for (String version : new String[] {TLS_1_2, TLS_1_3}) {
                Connection connection = net.connect(engine(version, isClient));
                connection.socket().getOutputStream().write(HexFormat.of().parseHex(sent));
                Outcome<Void> handshake = connection.end().handshake();
                connection.socket().shutdownOutput();

                assertThat(handshake.failure()).as("%s %s", isClient, version).isInstanceOf(SSLException.class);

            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"474554202f20485454502f312e310d0a0d0a", "160301ffff", "1703010001ff", "160301000402000000"})
    void wrongClientGetsAnAlert(String sent) throws IOException {
        Connection connection = net.connect(Contexts.server(TLS_1_3));
        connection.socket().getOutputStream().write(HexFormat.of().parseHex(sent));

        assertThat(connection.end().handshake().failure()).isInstanceOf(SSLException.class);

        assertThat(connection.socket().getInputStream().read()).isEqualTo(ALERT);
    }

    @Test
    void peersWithoutCommonVersionGetAnAlert() {
        Connection connection = net.connect(Contexts.server(TLS_1_3));
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), Contexts.client(TLS_1_2));

        assertThatThrownBy(() -> peer.handshake(100_000)).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("protocol_version");
        assertThat(handshake.failure()).isInstanceOf(SSLHandshakeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_1_2, TLS_1_3})
    void serverWithUntrustedCertificateGetsAnAlert(String version) throws Exception {
        SSLEngine client = Contexts.client(version);
        var parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        SSLEngine server = Contexts.engine(Contexts.CLIENT, version, false); // a certificate without that name
        Connection connection = net.connect(client);
        Outcome<Void> handshake = connection.end().handshake();
        EnginePeer peer = new EnginePeer(connection.socket(), server);

        assertThatThrownBy(() -> peer.handshake(100_000)).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("certificate_unknown");
        assertThat(handshake.failure()).isInstanceOf(SSLHandshakeException.class);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void certificateOfTheClientIsRequested(String version, boolean required) throws Exception {
        for (var context : new SSLContext[] {Contexts.CLIENT, Contexts.ANONYMOUS}) {
            SSLEngine server = Contexts.server(version);
            if (required) {
                server.setNeedClientAuth(true);
            } else {
                server.setWantClientAuth(true);
            }
            Connection connection = net.connect(server);
            Outcome<Void> handshake = connection.end().handshake();
            EnginePeer peer = new EnginePeer(connection.socket(), Contexts.engine(context, version, true));
            boolean hasCertificate = context == Contexts.CLIENT;
            if (required && !hasCertificate) {
                assertThatThrownBy(() -> {
                    peer.handshake(100_000);
                    peer.receive();
                }).isInstanceOf(SSLHandshakeException.class).message() // the second one by Java 25
                        .containsAnyOf("bad_certificate",
                                version.equals("TLSv1.3") ? "certificate_required" : "handshake_failure");
                assertThat(handshake.failure()).isInstanceOf(SSLException.class);
            } else {
                peer.handshake(100_000);
                handshake.result();
                assertThat(connection.end().channel().session().peerCertificates()).isEqualTo(hasCertificate
                        ? TlsFixture.certificate("client").chain() : List.of());
                assertEcho(connection.end(), peer);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0", "TLSv1.2, 3", "TLSv1.2, 60", "TLSv1.3, 0", "TLSv1.3, 3", "TLSv1.3, 60"})
    void peerThatClosesInTheMiddleFailsTheHandshake(String version, int count) throws IOException {
        SSLEngine client = Contexts.client(version);
        client.beginHandshake();
        byte[] hello = EnginePeer.wrap(client);
        Connection connection = net.connect(Contexts.server(version));
        Outcome<Void> handshake = connection.end().handshake();
        connection.socket().getOutputStream().write(hello, 0, count);
        connection.socket().shutdownOutput();

        assertThat(handshake.failure()).isInstanceOf(SSLException.class).hasMessageContaining("closed the connection");
    }

    @Test
    void resetFailsTheHandshake() throws IOException {
        Connection connection = net.connect(Contexts.client(TLS_1_3));
        Outcome<Void> handshake = connection.end().handshake();
        connection.socket().getInputStream().read();
        connection.socket().setSoLinger(true, 0);
        connection.socket().close();

        assertThat(handshake.failure()).isInstanceOf(IOException.class);
    }

    @Test
    void closeFailsAPendingHandshakeLater() throws Exception {
        Connection connection = net.connect(Contexts.client(TLS_1_3));
        Outcome<Void> handshake = connection.end().handshake();
        connection.socket().getInputStream().read();

        assertThat(net.<Boolean>call(handler -> {
            connection.end().channel().close();
            handler.completed(handshake.isDone(), null);
        }).result()).isFalse();

        assertThat(handshake.failure()).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closeDuringAComputationFailsTheHandshake() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (TlsNet other = new TlsNet(task -> net.threads().execute(() -> {
            computing.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            task.run();
        }))) {
            SSLEngine client = Contexts.client(TLS_1_3);
            client.beginHandshake();
            Connection connection = other.connect(Contexts.server(TLS_1_3), EnginePeer.wrap(client));
            Outcome<Void> handshake = connection.end().handshake();
            computing.await();
            connection.end().channel().close();

            assertThat(handshake.failure()).isInstanceOf(AsynchronousCloseException.class);

            closed.countDown();
            assertThat(connection.socket().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void rejectedComputationFailsTheHandshake() throws Exception {
        try (TlsNet other = new TlsNet(task -> {
            throw new RejectedExecutionException("the queue is full");
        })) {
            SSLEngine client = Contexts.client(TLS_1_3);
            client.beginHandshake();
            Connection connection = other.connect(Contexts.server(TLS_1_3), EnginePeer.wrap(client));

            assertThat(connection.end().handshake().failure()).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void operationsOnOtherThreadsAreRejected() {
        TlsChannel channel = net.connect(Contexts.client(TLS_1_3)).end().channel();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, new Outcome<>()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(channel.hasEndMark()).isTrue();
    }
}
