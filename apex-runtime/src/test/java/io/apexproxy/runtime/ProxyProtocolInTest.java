package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of listeners whose peers send PROXY protocol headers. */
class ProxyProtocolInTest {

    private static final String FROM_LOOPBACK = "proxy_protocol = { from = [\"127.0.0.0/8\"] }";
    private static final String FROM_ELSEWHERE = "proxy_protocol = { from = [\"192.0.2.0/24\"]%s }";
    private static final byte[] VERSION_1 =
            "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n".getBytes(StandardCharsets.US_ASCII);
    /** 192.0.2.1:56324 to 192.0.2.2:443, with a CRC32C. */
    private static final byte[] VERSION_2 = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a21110013c0000201c0000202dc0401bb030004d6c8c75f");
    /** A probe of an AWS load balancer: LOCAL, with fields and without addresses. */
    private static final byte[] LOCAL = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a20110054030004bce5951f04004a" + "00".repeat(74));
    private static final InetSocketAddress CLAIMED = new InetSocketAddress("192.0.2.1", 56324);

    private final Queue<ConnectionInfo> picked = new ConcurrentLinkedQueue<>();

    private TestProxy.Setup expectingHeader() {
        ScriptedBalancer balancer = new ScriptedBalancer();
        balancer.over(healthy -> connection -> {
            picked.add(connection);
            return healthy.get(0);
        });
        return TestProxy.threads(2).provider(balancer).pool("load_balancer = \"scripted\"").listener(FROM_LOOPBACK);
    }

    private static void send(Socket client, byte[]... parts) throws IOException {
        for (byte[] part : parts) {
            client.getOutputStream().write(part);
        }
    }

    static Stream<byte[]> headers() {
        return Stream.of(VERSION_1, VERSION_2);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void claimedAddressesAreThoseOfTheConnection(byte[] header) throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            send(client, header);

            assertThat(Bytes.ping(client)).isEqualTo('p');

            ConnectionInfo connection = picked.element();
            assertThat(connection.client()).isEqualTo(CLAIMED);
            assertThat(((InetSocketAddress) connection.local()).getPort()).isEqualTo(443);
            assertThat(connection.peer()).isEqualTo(client.getLocalSocketAddress());
            assertThat(connection.proxyHeader()).isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headerArrivesInAnySegments(byte[] header) throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend)) {
            for (int split = 1; split < header.length; split++) {
                try (var client = proxy.connect()) {
                    client.getOutputStream().write(header, 0, split);
                    client.getOutputStream().flush();
                    client.getOutputStream().write(header, split, header.length - split);
                    assertThat(Bytes.ping(client)).isEqualTo('p');
                }
            }
            proxy.awaitEnding("client-closed", header.length - 1);
        }
    }

    @Test
    void bytesBehindTheHeaderAreRelayed() throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            byte[] all = new byte[VERSION_2.length + 4];
            System.arraycopy(VERSION_2, 0, all, 0, VERSION_2.length);
            System.arraycopy("data".getBytes(StandardCharsets.US_ASCII), 0, all, VERSION_2.length, 4);
            send(client, all);
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("data");

            proxy.awaitEnding("client-closed");
            assertThat(proxy.backend(0).bytesToBackend()).isEqualTo(4);
        }
    }

    @Test
    void serverCanSpeakFirstAfterTheHeader() throws IOException {
        try (var backend = TestServer.greeting("hello"); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            send(client, VERSION_1);

            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void localHeaderKeepsTheAddressesOfThePeer() throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            send(client, LOCAL);
            assertThat(Bytes.ping(client)).isEqualTo('p');
            assertThat(picked.element().client()).isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void connectionWithoutHeaderIsReset() throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            send(client, "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            Bytes.assertReset(client);

            proxy.awaitEnding("proxy-header");
            assertThat(refused(proxy, "proxy-header")).isOne();
            assertThat(picked).isEmpty();
        }
    }

    @Test
    void endWithinTheHeaderIsARefusal() throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write(VERSION_2, 0, 20);
            client.shutdownOutput();

            Bytes.assertReset(client);
            proxy.awaitEnding("proxy-header");
        }
    }

    @Test
    void clientThatSendsNothingCanClose() throws IOException {
        try (var backend = TestServer.echo(); var proxy = expectingHeader().over(backend)) {
            Socket client = proxy.connect();
            proxy.await(now -> now.listeners().get(0).access().opening() == 1);

            client.close();

            proxy.awaitEnding("client-closed");
            proxy.await(now -> now.listeners().get(0).access().opening() == 0);
        }
    }

    @Test
    void incompleteHeaderIsResetAfterTheTimeout() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = expectingHeader().listener("first_bytes_timeout = \"200ms\"").over(backend);
                var client = proxy.connect()) {
            client.getOutputStream().write(VERSION_1, 0, 10);

            Bytes.assertReset(client);

            proxy.awaitEnding("first-bytes-timeout");
            assertThat(refused(proxy, "first-bytes-timeout")).isOne();
        }
    }

    @Test
    void otherPeersAreRefusedByDefault() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener(FROM_ELSEWHERE.formatted("")).over(backend);
                var client = proxy.connect()) {
            Bytes.assertReset(client);

            proxy.await(now -> now.listeners().get(0).access().refused().get("denied") == 1);
            assertThat(proxy.snapshot().listeners().get(0).accepted()).isZero();
        }
    }

    @Test
    void otherPeersCanBeServedDirectly() throws IOException {
        try (var backend = TestServer.echo();
                var proxy = TestProxy.threads(2).listener(FROM_ELSEWHERE.formatted(", others = \"direct\""))
                        .over(backend);
                var client = proxy.connect()) {
            assertThat(Bytes.ping(client)).isEqualTo('p');
        }
    }

    private static long refused(TestProxy proxy, String cause) {
        return proxy.snapshot().listeners().get(0).access().refused().get(cause);
    }
}
